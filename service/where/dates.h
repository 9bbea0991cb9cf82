#pragma once

#include "service/where/datum.h"
#include "service/where/interval.h"

namespace electric::where {

// Calculation with dates and times as Postgres does it. Near the ends of their ranges, and with infinite ones, where Postgres would fail,
// the result is NULL; the printed conditions say so by the same bounds.

// Of what Shift can be asked: dates by days, timestamps by anything that stays in the range wherever they are between `least` and `most`.
struct ShiftBounds {
    std::int64_t least;
    std::int64_t most;
};
// A date by days is a date, by an interval a timestamp.
[[nodiscard]] ShiftBounds boundsOf(Type result, const Interval &interval); // in days for Date, else in microseconds
[[nodiscard]] Datum shifted(Type from, Type result, const Datum &value, const Interval &interval);

inline constexpr std::int64_t elapsedEnd = 8'457'263'136'000'000'000; // 270000-01-01: what is before has a difference in 64 bits
[[nodiscard]] Datum elapsed(Type type, const Datum &one, const Datum &other);

} // namespace electric::where
