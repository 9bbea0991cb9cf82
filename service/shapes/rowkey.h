#pragma once

#include "service/changes/tuple.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace electric::shapes {

// A primary key, or a reference to one, as one text: each value with its length in front, in the key's order. Two rows of a table are
// the same row when these are equal.
[[nodiscard]] std::optional<std::string> packKey(
    std::span<const changes::Value> row, std::span<const std::size_t> columns); // nothing when a value is NULL or missing
[[nodiscard]] std::vector<std::string_view> unpackKey(std::string_view key);

} // namespace electric::shapes
