#pragma once

#include "service/where/type.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::where {

__extension__ using Wide = __int128;

// A value while a condition is evaluated. Which member counts follows from the type of the expression that gave it.
struct Datum {
    bool isNull = true;
    std::uint8_t scale = 0; // of exact numbers: digits behind the point
    Wide exact = 0; // exact numbers times 10^scale; bool 0 or 1; date in days, the others in microseconds (interval: its size); enum: place
                    // in its order
    double real = 0; // Float4, Float8
    std::string_view text {}; // Text, Uuid, Enum

    [[nodiscard]] static Datum ofExact(Wide value, std::uint8_t scale = 0) { return {false, scale, value}; }
    [[nodiscard]] static Datum ofReal(double value) { return {false, 0, 0, value}; }
    [[nodiscard]] static Datum ofText(std::string_view value) { return {false, 0, 0, 0, value}; }
    [[nodiscard]] static Datum ofBool(bool value) { return ofExact(value ? 1 : 0); }
};

// Reads a value as Postgres prints it under our sessions' settings (service/pg/connectionoptions.cpp). Nothing when it is none of the type.
// `labels`: of an enum, in order. A text's datum refers to `text`.
[[nodiscard]] std::optional<Datum> readDatum(Type type, std::string_view text, const std::vector<std::string> *labels = nullptr);

// Reads a literal that a person wrote, and gives the value as Postgres prints it; nothing when it is none. Fewer forms than Postgres takes:
// ISO dates and times only.
[[nodiscard]] std::optional<std::string> readLiteral(Type type, std::string_view text, const std::vector<std::string> *labels = nullptr);

// A date, time or timestamp as Postgres prints it: what readDatum() reads.
[[nodiscard]] std::string momentText(Type type, std::int64_t value);

// As Postgres orders them: below 0, 0, above 0. Neither is NULL, both are of the type. NaN is above all else and equal to itself.
[[nodiscard]] int compare(Type type, const Datum &one, const Datum &other);

// Implicit casts along commonType().
[[nodiscard]] Datum convert(const Datum &value, Type from, Type to);

[[nodiscard]] std::string exactText(const Datum &value);

} // namespace electric::where
