#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/result.h"

#include <string>
#include <vector>

namespace electric::schema {

struct SyntaxNode;
struct TableDefinition;

// What differed between releases of the original (spec/satellite.md §8.3).
struct SqliteStyle {
    bool withoutRowid = false; // true: as 0.9 – 0.12.0 wrote tables
};

// The SQLite type of a column as clients' generated DDL declares it (spec/satellite.md §8.4).
[[nodiscard]] std::string sqliteType(const ColumnType &type);

// One statement's text, always with its final semicolon and line feed. What SQLite cannot express is left out of the
// statement and told in `omitted`: a client that lacks a DEFAULT can still follow, one that lacks a column cannot.
[[nodiscard]] std::string sqliteCreateTable(const TableDefinition &definition, SqliteStyle style, std::vector<Failure> &omitted);

// Adds the definition's column `column`; `firstForeignKey` and so on: what the column brought along starts there.
struct AddedColumn {
    std::size_t column = 0;
    std::size_t foreignKeys = 0;
    std::size_t checks = 0;
    std::size_t uniques = 0;
    std::size_t defaults = 0;
};
[[nodiscard]] std::string sqliteAddColumn(const TableDefinition &after, const AddedColumn &added, std::vector<Failure> &omitted);

// An index lacks no part without becoming another index, so this one is all or nothing.
Result<std::string> sqliteCreateIndex(const SyntaxNode &indexStatement);

} // namespace electric::schema
