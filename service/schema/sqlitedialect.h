#pragma once

#include "service/schema/catalogue.h"

#include <string>

namespace electric::schema {

// The SQLite type of a column as clients' generated DDL declares it (spec/satellite.md §8.4).
[[nodiscard]] std::string sqliteType(const ColumnType &type);

} // namespace electric::schema
