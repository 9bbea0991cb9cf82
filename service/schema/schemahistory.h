#pragma once

#include "service/schema/migration.h"
#include "shared/base/result.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace electric::schema {

// All migrations in the order in which they were applied, and the schema that they make. Immutable; the next one shares all that did
// not change. A version is known when an equal one was applied: the original dropped versions that sort lower than the newest for ever
// (spec/postgres.md §4.2). Clients take the greatest text for their version (spec/satellite.md §9.6).
class SchemaHistory
{
public:
    using Ptr = std::shared_ptr<const SchemaHistory>;

    [[nodiscard]] static Ptr empty() { return std::make_shared<const SchemaHistory>(); }

    [[nodiscard]] const std::vector<std::shared_ptr<const Migration>> &migrations() const { return m_migrations; }
    [[nodiscard]] const CataloguePtr &catalogue() const { return m_catalogue; }
    [[nodiscard]] std::shared_ptr<const Migration> migration(const std::string &version) const; // null: not known

    // The schema that the log's transactions after `position` were written for, until the next migration.
    [[nodiscard]] CataloguePtr catalogueAt(Lsn position) const;

    // What came with a transaction that has DDL.
    struct Captured {
        std::uint64_t txid = 0;
        std::int64_t timestampMs = 0;
        std::string version;
        Lsn position;
        std::vector<std::string> queries;
    };
    // The history after one more.
    [[nodiscard]] Result<Ptr> applied(Captured captured) const;

    // The same with the OIDs of tables that had none: of the newest catalogue and of the migrations that share its tables.
    [[nodiscard]] Ptr withOids(const std::map<TableName, std::uint32_t> &oids) const;

private:
    std::vector<std::shared_ptr<const Migration>> m_migrations;
    CataloguePtr m_catalogue = std::make_shared<const Catalogue>();
};

} // namespace electric::schema
