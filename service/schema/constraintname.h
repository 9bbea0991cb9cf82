#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace electric::schema {

// The name that Postgres gives to a constraint or index without one: table_columns_label, its parts cut so that the whole has
// 63 bytes, a number behind the label while the name is in `taken`. Adds the name to `taken`.
std::string defaultName(std::string_view table, std::span<const std::string> columns, std::string_view label, std::set<std::string> &taken);

} // namespace electric::schema
