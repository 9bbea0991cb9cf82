#pragma once

#include "service/schema/catalogue.h"
#include "shared/base/lsn.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace electric::schema {

// One captured DDL text as clients get it: one SatOpMigrate (spec/satellite.md §8.1), in both dialects.
struct MigrationStep {
    // The numbers are those of SatOpMigrate.Stmt.Type (spec/satellite.md §2.5).
    enum Kind { CreateTable = 0, CreateIndex = 1, CreateEnumType = 2, AlterAddColumn = 6 };

    struct Statement {
        Kind type = CreateTable;
        std::string sql;

        friend bool operator==(const Statement &, const Statement &) = default;
    };

    std::vector<Statement> sqlite; // empty for an enum type
    std::vector<Statement> postgres; // the statements' own text
    std::shared_ptr<const Table> table {}; // as it is after the step; null: none affected
    std::optional<Enum> enumeration {};
};

// What one Postgres transaction did to the electrified schema.
struct Migration {
    std::string version;
    Lsn position; // where it was read in the log; zero: before this service knew the database
    std::uint64_t txid = 0;
    std::int64_t timestampMs = 0; // since 1970
    std::vector<std::string> queries; // the captured texts, in order
    std::vector<MigrationStep> steps; // fewer than queries when some concern no client
    CataloguePtr catalogueAfter;
};

} // namespace electric::schema
