#include "service/where/interval.h"

#include "service/where/calendar.h"
#include "service/where/scanner.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <set>

namespace electric::where {

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t mostDigits = 12;

struct Unit {
    std::string_view name; // of the unit itself
    Interval amount;
    std::array<std::string_view, 4> names {}; // others
};
constexpr std::array units {
    Unit {"microsecond", {0, 0, 1}, {"microseconds", "us", "usec", "usecs"}},
    Unit {"millisecond", {0, 0, 1000}, {"milliseconds", "ms", "msec", "msecs"}},
    Unit {"second", {0, 0, second}, {"seconds", "sec", "secs", "s"}},
    Unit {"minute", {0, 0, 60 * second}, {"minutes", "min", "mins", "m"}},
    Unit {"hour", {0, 0, 3600 * second}, {"hours", "hr", "hrs", "h"}},
    Unit {"day", {0, 1, 0}, {"days", "d"}},
    Unit {"week", {0, 7, 0}, {"weeks", "w"}},
    Unit {"month", {1, 0, 0}, {"months", "mon", "mons"}},
    Unit {"year", {12, 0, 0}, {"years", "yr", "yrs", "y"}},
    Unit {"decade", {120, 0, 0}, {"decades"}},
    Unit {"century", {1200, 0, 0}, {"centuries"}},
};

const Unit *unitNamed(std::string_view name)
{
    const auto *const found = std::find_if(units.begin(), units.end(), [name](const Unit &unit) {
        return unit.name == name || (!name.empty() && std::find(unit.names.begin(), unit.names.end(), name) != unit.names.end());
    });
    return found == units.end() ? nullptr : found;
}

// Adds up the parts of a text.
class Sum
{
public:
    bool add(const Unit *unit, std::int64_t count, std::int64_t millionths)
    {
        const bool isOfTime = unit && unit->amount.microseconds != 0;
        if (!unit || !m_used.insert(unit->name).second || (isOfTime && m_hasClock) || (millionths != 0 && unit->name != "second"))
            return false;
        m_hasTime = m_hasTime || isOfTime;
        __extension__ using Wide = __int128;
        const Wide all = Wide(unit->amount.microseconds) * count + millionths;
        if (all > INT64_MAX / 4 || all < INT64_MIN / 4)
            return false;
        m_total = m_total + Interval {unit->amount.months * count, unit->amount.days * count, std::int64_t(all)};
        return m_total.isShort();
    }
    bool addClock(std::int64_t microseconds)
    {
        if (m_hasTime || m_hasClock)
            return false;
        m_hasClock = true;
        m_total.microseconds = microseconds;
        return m_total.isShort();
    }
    [[nodiscard]] std::optional<Interval> total() const { return m_used.empty() && !m_hasClock ? std::nullopt : std::optional(m_total); }

private:
    Interval m_total;
    std::set<std::string_view> m_used;
    bool m_hasTime = false;
    bool m_hasClock = false;
};

// Digits behind a point, as millionths; nothing when there are none or too many.
std::optional<std::int64_t> fraction(Scanner &scanner)
{
    auto digits = scanner.number(1, 6);
    for (std::size_t i = digits ? scanner.digitsTaken() : 6; i < 6; ++i)
        *digits *= 10;
    return digits;
}

// Behind the hours: ":04:05.6".
std::optional<std::int64_t> clock(Scanner &scanner, std::int64_t hours)
{
    const auto minutes = scanner.number(2, 2);
    if (!minutes || *minutes > 59 || hours > 100'000'000)
        return std::nullopt;
    std::int64_t seconds = 0;
    std::int64_t millionths = 0;
    if (scanner.take(':')) {
        const auto read = scanner.number(2, 2);
        if (!read || *read > 59)
            return std::nullopt;
        seconds = *read;
        if (scanner.take('.')) {
            const auto digits = fraction(scanner);
            if (!digits)
                return std::nullopt;
            millionths = *digits;
        }
    }
    return ((hours * 60 + *minutes) * 60 + seconds) * second + millionths;
}

std::optional<Interval> readVerbose(std::string_view text)
{
    Scanner scanner(text);
    Sum sum;
    for (scanner.skipBlanks(); !scanner.isAtEnd(); scanner.skipBlanks()) {
        const std::int64_t sign = scanner.take('-') ? -1 : 1;
        if (sign > 0)
            scanner.take('+');
        const auto count = scanner.number(1, mostDigits);
        if (!count)
            return std::nullopt;
        if (scanner.take(':')) {
            const auto time = clock(scanner, *count);
            if (!time || !sum.addClock(sign * *time))
                return std::nullopt;
            continue;
        }
        std::int64_t millionths = 0;
        if (scanner.take('.')) {
            const auto digits = fraction(scanner);
            if (!digits)
                return std::nullopt;
            millionths = *digits;
        }
        scanner.skipBlanks();
        if (!sum.add(unitNamed(scanner.word()), sign * *count, sign * millionths))
            return std::nullopt;
    }
    return sum.total();
}

std::optional<Interval> readIso(std::string_view text) // behind the P
{
    Scanner scanner(text);
    Sum sum;
    bool isTime = false;
    while (!scanner.isAtEnd()) {
        if (!isTime && scanner.take('t')) {
            isTime = true;
            continue;
        }
        const std::int64_t sign = scanner.take('-') ? -1 : 1;
        const auto count = scanner.number(1, mostDigits);
        if (!count)
            return std::nullopt;
        std::int64_t millionths = 0;
        if (scanner.take('.')) {
            const auto digits = fraction(scanner);
            if (!digits)
                return std::nullopt;
            millionths = *digits;
        }
        constexpr std::array dateNames {std::pair {'y', "year"}, std::pair {'m', "month"}, std::pair {'w', "week"}, std::pair {'d', "day"}};
        constexpr std::array timeNames {std::pair {'h', "hour"}, std::pair {'m', "minute"}, std::pair {'s', "second"}};
        const Unit *unit = nullptr;
        const auto look = [&](char letter, const char *name) {
            if (!unit && scanner.take(letter))
                unit = unitNamed(name);
        };
        if (isTime)
            for (const auto &[letter, name] : timeNames)
                look(letter, name);
        else
            for (const auto &[letter, name] : dateNames)
                look(letter, name);
        if (!sum.add(unit, sign * *count, sign * millionths))
            return std::nullopt;
    }
    return sum.total();
}

} // namespace

std::optional<Interval> Interval::read(std::string_view text)
{
    std::string lower;
    for (const char c : text)
        lower += char(std::tolower(static_cast<unsigned char>(c)));
    return lower.starts_with('p') ? readIso(std::string_view(lower).substr(1)) : readVerbose(lower);
}

std::string Interval::text() const
{
    return std::to_string(months) + " mons " + std::to_string(days) + " days " + (microseconds < 0 ? "-" : "")
        + Calendar::timeText(std::abs(microseconds));
}

bool Interval::isShort() const
{
    constexpr std::int64_t years = 10'000;
    return std::abs(months) <= years * 12 && std::abs(days) <= years * 366
        && std::abs(microseconds) <= years * 366 * Calendar::microsecondsOfDay;
}

std::int64_t Interval::size() const
{
    return (months * 30 + days) * Calendar::microsecondsOfDay + microseconds;
}

std::int64_t Interval::reach() const
{
    const auto forwards = [](std::int64_t part) { return std::max<std::int64_t>(part, 0); };
    return (forwards(months) * 31 + forwards(days)) * Calendar::microsecondsOfDay + forwards(microseconds);
}

std::int64_t Interval::from(std::int64_t moment) const
{
    return (months == 0 ? moment : Calendar::addMonths(moment, months)) + days * Calendar::microsecondsOfDay + microseconds;
}

} // namespace electric::where
