#pragma once

#include "service/schema/parsedsql.h"

namespace electric::schema {

// Writes the expressions that occur in defaults, checks and indexes in SQLite's grammar. Only what means the same in both
// databases is written; everything else is Unsupported. Operators are put in parentheses, as the original's clients saw them.
Result<std::string> sqliteExpression(const SyntaxNode &expression);

// What stands behind DEFAULT: a literal as it is, anything else in parentheses as SQLite demands.
Result<std::string> sqliteDefault(const SyntaxNode &expression, const ColumnType &type);

[[nodiscard]] std::string sqliteName(std::string_view name); // always quoted, embedded quotes doubled
[[nodiscard]] std::string sqliteNames(const std::vector<std::string> &names); // "a", "b"

} // namespace electric::schema
