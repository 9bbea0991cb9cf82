#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace electric::where {

// Dates and times as numbers: days and microseconds since 2000-01-01 00:00, as Postgres counts them; the ends of the range are infinity.
struct Calendar {
    static constexpr std::int64_t microsecondsOfDay = 86'400'000'000;
    static constexpr std::int64_t daysTo2000 = 10'957; // from 1970
    // What Postgres stores, the last ones excluded: from 24 November 4714 BC on; timestamps to the year 294276.
    static constexpr std::int64_t firstDay = -2'451'545;
    static constexpr std::int64_t endOfDays = 2'145'031'949;
    static constexpr std::int64_t firstMoment = firstDay * microsecondsOfDay;
    static constexpr std::int64_t endOfMoments = 9'223'371'331'200'000'000;
    static constexpr std::int64_t infinity = INT64_MAX;
    static constexpr std::int64_t minusInfinity = INT64_MIN;

    enum class Zone { None, Ignored, Applied }; // a time zone behind the time: not allowed, skipped, taken into account

    [[nodiscard]] static std::optional<std::int64_t> readDate(std::string_view text);
    [[nodiscard]] static std::optional<std::int64_t> readTime(std::string_view text);
    [[nodiscard]] static std::optional<std::int64_t> readTimestamp(std::string_view text, Zone zone);
    // As Postgres adds months: to the last day of a month that is too short. The moment is finite.
    [[nodiscard]] static std::int64_t addMonths(std::int64_t microseconds, std::int64_t months);
    [[nodiscard]] static std::string dateText(std::int64_t days);
    [[nodiscard]] static std::string timeText(std::int64_t microseconds);
    [[nodiscard]] static std::string timestampText(std::int64_t microseconds);
};

} // namespace electric::where
