#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace electric::where {

// An interval as Postgres keeps it. At most 10,000 years of each part.
struct Interval {
    std::int64_t months = 0;
    std::int64_t days = 0;
    std::int64_t microseconds = 0;

    // As Postgres prints it and as people write it: "1 month 2 days -03:04:05.6", "P1Y2DT3H". Fractions of seconds only.
    [[nodiscard]] static std::optional<Interval> read(std::string_view text);
    [[nodiscard]] std::string text() const;

    [[nodiscard]] bool isShort() const; // within the limit
    [[nodiscard]] Interval negated() const { return {-months, -days, -microseconds}; }
    [[nodiscard]] Interval operator+(const Interval &other) const
    {
        return {months + other.months, days + other.days, microseconds + other.microseconds};
    }
    // By which they are compared: months of 30 days of 24 hours.
    [[nodiscard]] std::int64_t size() const;
    // The most microseconds by which adding it moves a timestamp forwards, also on the way: months go first, then days.
    [[nodiscard]] std::int64_t reach() const;
    // A finite moment, that far away; it may be out of the range of timestamps.
    [[nodiscard]] std::int64_t from(std::int64_t moment) const;
};

} // namespace electric::where
