#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/result.h"

#include <string>
#include <string_view>

namespace electric::wire {

// Checks one value that a client sent against its column's type (spec/satellite.md §6.3) and gives the text that Postgres takes:
// mostly the same; bytea as `\x…`, a uuid in lower case. A failure is of kind Malformed, names the type and never the value.
[[nodiscard]] Result<std::string> checkedValue(const schema::ColumnType &type, std::string_view bytes, const schema::Catalogue &catalogue);

} // namespace electric::wire
