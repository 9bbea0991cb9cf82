#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace electric::changes {

// Milliseconds since 1970, fractions cut, of a timestamptz as Postgres prints it (Postgres docs, "Date/Time Output"): styles ISO, SQL,
// Postgres and German, offsets such as +05:30:15, zone UTC or GMT, BC. In style SQL, whose texts do not say the order of their fields,
// the month comes first. Nothing for another zone's name. infinity and -infinity are the largest and the smallest number.
[[nodiscard]] std::optional<std::int64_t> parseTimestamp(std::string_view text);

} // namespace electric::changes
