#include "service/where/calendar.h"

#include "service/where/civil.h"
#include "service/where/scanner.h"

#include <algorithm>

namespace electric::where {

namespace {

constexpr std::int64_t lastYear = 5'874'897; // of dates
constexpr std::int64_t daysTo2000 = Calendar::daysTo2000;

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

std::optional<std::int64_t> storedDay(const DateParts &date, bool isBc)
{
    const std::int64_t year = isBc ? 1 - date.year : date.year;
    if (date.day > daysIn(year, date.month))
        return std::nullopt;
    const std::int64_t days = daysOf(year, date.month, date.day) - daysTo2000;
    return days < Calendar::firstDay || days >= Calendar::endOfDays ? std::nullopt : std::optional(days);
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

} // namespace

std::int64_t Calendar::addMonths(std::int64_t microseconds, std::int64_t months)
{
    std::int64_t days = microseconds / microsecondsOfDay;
    std::int64_t time = microseconds % microsecondsOfDay;
    if (time < 0) {
        time += microsecondsOfDay;
        --days;
    }
    const Civil from = civilOf(days + daysTo2000);
    const std::int64_t month = from.year * 12 + from.month - 1 + months;
    const std::int64_t year = (month >= 0 ? month : month - 11) / 12;
    const int monthOfYear = int(month - year * 12) + 1;
    const int day = std::min(from.day, daysIn(year, monthOfYear));
    return (daysOf(year, monthOfYear, day) - daysTo2000) * microsecondsOfDay + time;
}

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
    return date && scanner.isAtEnd() ? storedDay(*date, isBc) : std::nullopt;
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
    const auto days = storedDay(*date, isBc);
    if (!days || !scanner.isAtEnd() || *days > endOfMoments / microsecondsOfDay)
        return std::nullopt;
    const std::int64_t moment = *days * microsecondsOfDay + time - east;
    return moment < firstMoment || moment >= endOfMoments ? std::nullopt : std::optional(moment);
}

} // namespace electric::where
