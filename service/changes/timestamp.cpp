#include "service/changes/timestamp.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace electric::changes {

namespace {

struct Date {
    std::int64_t year = 0;
    int month = 0;
    int day = 0;
};

constexpr int latestYear = 294'276; // of Postgres' timestamps
constexpr int earliestYear = 4'714; // BC

// Takes pieces off the front of a text.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_rest(text) { }

    bool skip(char c)
    {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool skip(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }
    std::string_view digits()
    {
        const auto taken = m_rest.substr(0, m_rest.find_first_not_of("0123456789"));
        m_rest.remove_prefix(taken.size());
        return taken;
    }
    // From `least` to `most`, in digits only.
    std::optional<int> number(int least, int most)
    {
        const auto text = digits();
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || error != std::errc() || value < least || value > most)
            return std::nullopt;
        return value;
    }
    std::optional<int> monthName()
    {
        static constexpr std::array<std::string_view, 12> months {
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        for (std::size_t month = 0; month < months.size(); ++month) {
            if (skip(months[month]))
                return int(month) + 1;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
};

// Days since 1970 in the proleptic Gregorian calendar. Not std::chrono, whose years have 16 bits.
std::int64_t daysSince1970(const Date &date)
{
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year; // starts in March, so that a leap day is its last
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t yearOfEra = year - era * 400;
    const std::int64_t dayOfYear = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

// 05:06:07.891 in milliseconds.
std::optional<std::int64_t> readClock(Scanner &text)
{
    const auto hour = text.number(0, 24);
    if (!hour || !text.skip(':'))
        return std::nullopt;
    const auto minute = text.number(0, 59);
    if (!minute || !text.skip(':'))
        return std::nullopt;
    const auto second = text.number(0, 60);
    if (!second)
        return std::nullopt;
    std::int64_t ms = ((*hour * 60 + *minute) * 60 + *second) * std::int64_t {1000};
    if (text.skip('.')) {
        const auto fraction = text.digits();
        for (std::size_t digit = 0, worth = 100; digit < std::min<std::size_t>(fraction.size(), 3); ++digit, worth /= 10)
            ms += std::int64_t(worth) * (fraction[digit] - '0');
    }
    return ms;
}

// +05, -03:30, +05:30:15 or UTC: how far ahead of UTC, in milliseconds.
std::optional<std::int64_t> readZone(Scanner &text)
{
    text.skip(' ');
    if (text.skip("UTC") || text.skip("GMT"))
        return 0;
    const bool isBehind = text.skip('-');
    if (!isBehind && !text.skip('+'))
        return std::nullopt;
    std::int64_t seconds = 0;
    std::int64_t unit = 3600;
    do {
        const auto part = text.number(0, 59);
        if (!part)
            return std::nullopt;
        seconds += *part * unit;
        unit /= 60;
    } while (unit > 0 && text.skip(':'));
    return (isBehind ? -seconds : seconds) * 1000;
}

// 2023-06-15, 06/15/2023 or 15.06.2023.
std::optional<Date> readNumericDate(Scanner &text)
{
    const auto first = text.number(0, latestYear);
    const bool isIso = text.skip('-');
    const bool isSql = !isIso && text.skip('/');
    if (!first || (!isIso && !isSql && !text.skip('.')))
        return std::nullopt;
    const auto second = text.number(1, 31);
    if (!second || !text.skip(isIso ? '-' : isSql ? '/' : '.'))
        return std::nullopt;
    const auto third = text.number(0, latestYear);
    if (!third)
        return std::nullopt;
    if (isIso)
        return Date {*first, *second, *third};
    return isSql ? Date {*third, *first, *second} : Date {*third, *second, *first};
}

// Jun 15 or 15 Jun; the year comes after the clock.
std::optional<Date> readNamedDate(Scanner &text)
{
    auto month = text.monthName();
    if (month && !text.skip(' '))
        return std::nullopt;
    const auto day = text.number(1, 31);
    if (!month && text.skip(' '))
        month = text.monthName();
    if (!day || !month)
        return std::nullopt;
    return Date {0, *month, *day};
}

bool skipWeekday(Scanner &text)
{
    for (const std::string_view day : {"Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "}) {
        if (text.skip(day))
            return true;
    }
    return false;
}

} // namespace

std::optional<std::int64_t> parseTimestamp(std::string_view text)
{
    if (text == "infinity")
        return std::numeric_limits<std::int64_t>::max();
    if (text == "-infinity")
        return std::numeric_limits<std::int64_t>::min();
    Scanner scanner(text);
    const bool yearIsLate = skipWeekday(scanner);
    auto date = yearIsLate ? readNamedDate(scanner) : readNumericDate(scanner);
    if (!date || !scanner.skip(' '))
        return std::nullopt;
    const auto clock = readClock(scanner);
    if (!clock)
        return std::nullopt;
    if (yearIsLate) {
        const auto year = scanner.skip(' ') ? scanner.number(1, latestYear) : std::nullopt;
        if (!year)
            return std::nullopt;
        date->year = *year;
    }
    const auto zone = readZone(scanner);
    if (!zone)
        return std::nullopt;
    const bool isBc = scanner.skip(" BC");
    if (!scanner.rest().empty() || date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31
        || (isBc && date->year > earliestYear))
        return std::nullopt;
    if (isBc)
        date->year = 1 - date->year; // the year before 1 is 0
    return daysSince1970(*date) * 86'400'000 + *clock - *zone;
}

} // namespace electric::changes
