#pragma once

#include <cstdint>

namespace electric::where {

// The proleptic Gregorian calendar; year 0 is 1 BC. Days count from 1970.
struct Civil {
    std::int64_t year;
    int month;
    int day;
};

[[nodiscard]] std::int64_t daysOf(std::int64_t year, int month, int day);
[[nodiscard]] Civil civilOf(std::int64_t days);
[[nodiscard]] int daysIn(std::int64_t year, int month);

} // namespace electric::where
