#include "service/where/calendar.h"

#include <charconv>
#include <cstdio>

namespace electric::where {

namespace {

constexpr std::int64_t daysTo2000 = 10'957; // from 1970
constexpr std::int64_t lastYear = 5'874'898; // of dates
// What Postgres stores, the last ones excluded: from 24 November 4714 BC on.
constexpr std::int64_t firstDay = -2'451'545;
constexpr std::int64_t endOfDays = 2'145'031'949;
constexpr std::int64_t firstMoment = firstDay * Calendar::microsecondsOfDay;
constexpr std::int64_t endOfMoments = 9'223'371'331'200'000'000; // the year 294277

// Days since 1970 of a date of the proleptic Gregorian calendar; year 0 is 1 BC. Counts from March, so that the leap day comes last.
std::int64_t daysOf(std::int64_t year, int month, int day)
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t yearOfEra = year - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

struct Civil {
    std::int64_t year;
    int month;
    int day;
};
Civil civilOf(std::int64_t days)
{
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t dayOfEra = days - era * 146'097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const int month = int(shifted < 10 ? shifted + 3 : shifted - 9);
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, int(dayOfYear - (153 * shifted + 2) / 5 + 1)};
}

int daysIn(std::int64_t year, int month)
{
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && isLeap ? 29 : days[month - 1];
}

// Takes things off the front of a text.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_rest(text) { }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    bool take(char c)
    {
        const bool isThere = !m_rest.empty() && m_rest.front() == c;
        if (isThere)
            m_rest.remove_prefix(1);
        return isThere;
    }
    bool take(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }
    std::optional<std::int64_t> number(std::size_t least, std::size_t most)
    {
        std::size_t length = 0;
        while (length < m_rest.size() && length < most && m_rest[length] >= '0' && m_rest[length] <= '9')
            ++length;
        std::int64_t value = 0;
        if (length < least || std::from_chars(m_rest.data(), m_rest.data() + length, value).ec != std::errc())
            return std::nullopt;
        m_rest.remove_prefix(length);
        m_taken = length;
        return value;
    }
    [[nodiscard]] std::size_t digitsTaken() const { return m_taken; }
    void skipBlanks()
    {
        while (take(' ')) { }
    }

private:
    std::string_view m_rest;
    std::size_t m_taken = 0;
};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

struct DateParts {
    std::int64_t year;
    int month;
    int day;
};
std::optional<DateParts> scanDate(Scanner &scanner)
{
    const auto year = scanner.number(4, 7);
    if (!year || !scanner.take('-'))
        return std::nullopt;
    const auto month = scanner.number(1, 2);
    if (!month || !scanner.take('-'))
        return std::nullopt;
    const auto day = scanner.number(1, 2);
    if (!day || *month < 1 || *month > 12 || *day < 1 || *year < 1 || *year > lastYear)
        return std::nullopt;
    return DateParts {*year, int(*month), int(*day)};
}

std::optional<std::int64_t> daysOf(const DateParts &date, bool isBc)
{
    const std::int64_t year = isBc ? 1 - date.year : date.year;
    if (date.day > daysIn(year, date.month))
        return std::nullopt;
    const std::int64_t days = daysOf(year, date.month, date.day) - daysTo2000;
    return days < firstDay || days >= endOfDays ? std::nullopt : std::optional(days);
}

std::optional<std::int64_t> scanTime(Scanner &scanner)
{
    const auto hours = scanner.number(1, 2);
    if (!hours || !scanner.take(':'))
        return std::nullopt;
    const auto minutes = scanner.number(2, 2);
    if (!minutes)
        return std::nullopt;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (scanner.take(':')) {
        const auto read = scanner.number(2, 2);
        if (!read)
            return std::nullopt;
        seconds = *read;
        if (scanner.take('.')) {
            const auto digits = scanner.number(1, 6);
            if (!digits)
                return std::nullopt;
            fraction = *digits;
            for (std::size_t i = scanner.digitsTaken(); i < 6; ++i)
                fraction *= 10;
        }
    }
    if (*hours > 24 || *minutes > 59 || seconds > 59)
        return std::nullopt;
    const std::int64_t time = ((*hours * 60 + *minutes) * 60 + seconds) * 1'000'000 + fraction;
    return time > Calendar::microsecondsOfDay ? std::nullopt : std::optional(time);
}

// Microseconds east of UTC.
std::optional<std::int64_t> scanZone(Scanner &scanner)
{
    if (scanner.take('Z') || scanner.take('z'))
        return 0;
    const bool isWest = scanner.take('-');
    if (!isWest && !scanner.take('+'))
        return std::nullopt;
    const auto hours = scanner.number(1, 2);
    if (!hours)
        return std::nullopt;
    std::int64_t seconds = *hours * 3600;
    for (const std::int64_t unit : {60, 1}) {
        if (!scanner.take(':') && unit == 1)
            break;
        const auto part = scanner.number(2, 2);
        if (!part)
            break;
        if (*part > 59)
            return std::nullopt;
        seconds += *part * unit;
    }
    if (seconds > 15 * 3600 + 3599)
        return std::nullopt;
    return (isWest ? -seconds : seconds) * 1'000'000;
}

std::optional<std::int64_t> specialValue(std::string_view text)
{
    if (text == "infinity")
        return Calendar::infinity;
    if (text == "-infinity")
        return Calendar::minusInfinity;
    return std::nullopt;
}

std::string yearText(std::int64_t year)
{
    char text[24];
    std::snprintf(text, sizeof text, "%04lld", static_cast<long long>(year));
    return text;
}

} // namespace

std::optional<std::int64_t> Calendar::readDate(std::string_view text)
{
    text = trimmed(text);
    if (const auto special = specialValue(text))
        return special;
    if (text == "epoch")
        return -daysTo2000;
    Scanner scanner(text);
    const auto date = scanDate(scanner);
    const bool isBc = scanner.take(" BC");
    return date && scanner.isAtEnd() ? daysOf(*date, isBc) : std::nullopt;
}

std::optional<std::int64_t> Calendar::readTime(std::string_view text)
{
    Scanner scanner(trimmed(text));
    auto time = scanTime(scanner);
    if (!time)
        return std::nullopt;
    const bool isBeforeNoon = scanner.take(" AM");
    if (isBeforeNoon || scanner.take(" PM")) {
        const std::int64_t hours = *time / 3'600'000'000;
        if (hours < 1 || hours > 12)
            return std::nullopt;
        *time += ((isBeforeNoon ? 0 : 12) - (hours == 12 ? 12 : 0)) * 3'600'000'000;
    }
    return scanner.isAtEnd() ? time : std::nullopt;
}

std::optional<std::int64_t> Calendar::readTimestamp(std::string_view text, Zone zone)
{
    text = trimmed(text);
    if (const auto special = specialValue(text))
        return special;
    if (text == "epoch")
        return -daysTo2000 * microsecondsOfDay;
    Scanner scanner(text);
    const auto date = scanDate(scanner);
    if (!date)
        return std::nullopt;
    std::int64_t time = 0;
    std::int64_t east = 0;
    const auto takeZone = [&] {
        if (zone == Zone::None)
            return;
        scanner.skipBlanks();
        if (const auto read = scanZone(scanner); read && zone == Zone::Applied)
            east = *read;
    };
    bool isBc = scanner.take(" BC");
    if (!isBc && (scanner.take('T') || scanner.take(' '))) {
        const auto read = scanTime(scanner);
        if (!read)
            return std::nullopt;
        time = *read;
        isBc = scanner.take(" BC");
        if (!isBc)
            takeZone();
        isBc = isBc || scanner.take(" BC");
    }
    const auto days = daysOf(*date, isBc);
    if (!days || !scanner.isAtEnd() || *days > endOfMoments / microsecondsOfDay)
        return std::nullopt;
    const std::int64_t moment = *days * microsecondsOfDay + time - east;
    return moment < firstMoment || moment >= endOfMoments ? std::nullopt : std::optional(moment);
}

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
