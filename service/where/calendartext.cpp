#include "service/where/calendar.h"

#include "service/where/civil.h"

#include <cstdio>

namespace electric::where {

namespace {

std::string yearText(std::int64_t year)
{
    char text[24];
    std::snprintf(text, sizeof text, "%04lld", static_cast<long long>(year));
    return text;
}

} // namespace

std::string Calendar::dateText(std::int64_t days)
{
    if (days == infinity)
        return "infinity";
    if (days == minusInfinity)
        return "-infinity";
    const Civil civil = civilOf(days + daysTo2000);
    char rest[16];
    std::snprintf(rest, sizeof rest, "-%02d-%02d", civil.month, civil.day);
    return yearText(civil.year > 0 ? civil.year : 1 - civil.year) + rest + (civil.year > 0 ? "" : " BC");
}

std::string Calendar::timeText(std::int64_t microseconds)
{
    const std::int64_t seconds = microseconds / 1'000'000;
    char text[32];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d", int(seconds / 3600), int(seconds / 60 % 60), int(seconds % 60));
    std::string all = text;
    if (const std::int64_t fraction = microseconds % 1'000'000; fraction != 0) {
        std::snprintf(text, sizeof text, ".%06d", int(fraction));
        all += text;
        while (all.back() == '0')
            all.pop_back();
    }
    return all;
}

std::string Calendar::timestampText(std::int64_t microseconds)
{
    if (microseconds == infinity || microseconds == minusInfinity)
        return dateText(microseconds);
    std::int64_t days = microseconds / microsecondsOfDay;
    std::int64_t time = microseconds % microsecondsOfDay;
    if (time < 0) {
        time += microsecondsOfDay;
        --days;
    }
    std::string date = dateText(days);
    std::string end;
    if (date.ends_with(" BC")) {
        date.resize(date.size() - 3);
        end = " BC";
    }
    return date + ' ' + timeText(time) + end;
}

} // namespace electric::where
