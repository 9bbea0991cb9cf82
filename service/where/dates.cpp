#include "service/where/dates.h"

#include "service/where/calendar.h"

#include <algorithm>

namespace electric::where {

namespace {

bool isEndless(const Datum &value)
{
    return value.exact == Calendar::infinity || value.exact == Calendar::minusInfinity;
}

} // namespace

ShiftBounds boundsOf(Type result, const Interval &interval)
{
    constexpr std::int64_t lastDay = Calendar::endOfDays - 1;
    if (result == Type::Date)
        return {Calendar::firstDay - std::min<std::int64_t>(interval.days, 0), lastDay - std::max<std::int64_t>(interval.days, 0)};
    return {Calendar::firstMoment + interval.negated().reach(), Calendar::endOfMoments - 1 - interval.reach()};
}

Datum shifted(Type from, Type result, const Datum &value, const Interval &interval)
{
    if (result == Type::Time) {
        const auto time = std::int64_t(value.exact + interval.microseconds) % Calendar::microsecondsOfDay;
        return Datum::ofExact(time < 0 ? time + Calendar::microsecondsOfDay : time);
    }
    if (isEndless(value))
        return value;
    const ShiftBounds bounds = boundsOf(result, interval);
    const Wide moment = from == Type::Date && result != Type::Date ? value.exact * Calendar::microsecondsOfDay : value.exact;
    if (moment < bounds.least || moment > bounds.most)
        return {};
    const auto at = std::int64_t(moment);
    return Datum::ofExact(result == Type::Date ? at + interval.days : interval.from(at));
}

Datum elapsed(Type type, const Datum &one, const Datum &other)
{
    if (isEndless(one) || isEndless(other))
        return {};
    if (type != Type::Date && (one.exact >= elapsedEnd || other.exact >= elapsedEnd))
        return {};
    return Datum::ofExact(one.exact - other.exact);
}

} // namespace electric::where
