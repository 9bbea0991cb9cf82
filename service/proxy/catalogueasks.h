#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a conversation asks Postgres for itself, as SQL that means the same whatever the session's settings are.
namespace electric::proxy::asks {

// A literal.
[[nodiscard]] std::string dollarQuoted(std::string_view text);

// Whether the schema `electric` is there: "t" or "f".
[[nodiscard]] std::string hasElectric();
// Schema and name of the first of these tables that is electrified; or of the table of the first of these indexes.
[[nodiscard]] std::string electrified(const std::vector<std::string> &names, bool areIndexes);
// The columns' names.
[[nodiscard]] std::string columnsOf(const std::string &table);
// "t" when the name is taken by an index or table in that schema.
[[nodiscard]] std::string isTaken(const std::string &schema, const std::string &name);
// One row an electrified table: schema, name, and a digest that changes with its columns, constraints and indexes.
[[nodiscard]] std::string shapes();

} // namespace electric::proxy::asks
