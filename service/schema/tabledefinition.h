#pragma once

#include "service/schema/parsedsql.h"

#include <set>

namespace electric::schema {

struct CheckConstraint {
    std::string name;
    SyntaxNode expression;
};

struct UniqueConstraint {
    std::string name;
    std::vector<std::string> columns;
};

struct ColumnDefault {
    std::string column;
    SyntaxNode expression;
};

// A table with what only its DDL tells: names of constraints, checks, defaults. Lives as long as the text it was read from.
struct TableDefinition {
    Table table;
    bool ifNotExists = false;
    std::string primaryKeyName;
    std::vector<CheckConstraint> checks;
    std::vector<UniqueConstraint> uniques;
    std::vector<ColumnDefault> defaults;
    std::vector<Failure> unsupported; // what was left out
    std::set<std::string> constraintNames; // taken ones
};

// What a CREATE TABLE says.
[[nodiscard]] TableDefinition tableDefinition(const SyntaxNode &createStatement, const Catalogue &catalogue);
// The same for parts of ALTER TABLE: adds a column or constraint to what the definition has. Catalogue: for types and keys.
void addColumn(TableDefinition &definition, const SyntaxNode &columnDefinition, const Catalogue &catalogue);
void addConstraint(TableDefinition &definition, const SyntaxNode &constraint, const Catalogue &catalogue);

} // namespace electric::schema
