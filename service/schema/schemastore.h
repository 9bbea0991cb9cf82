#pragma once

#include "service/pg/connection.h"
#include "service/schema/schemahistory.h"

namespace electric::schema {

// The schema's history as Postgres keeps it (spec/postgres.md §4.4): blocking, on the caller's connection.

// All versions of electric.schema, replayed from their statements, with the OIDs that the tables have now.
[[nodiscard]] Result<SchemaHistory::Ptr> loadHistory(pg::Connection &connection);

// The version of a transaction that captured DDL. The stream can be ahead of what other connections see, so a missing row is asked for
// again for about a second before it is NotFound.
struct VersionedTransaction {
    std::string version;
    std::int64_t timestampMs = 0;
};
[[nodiscard]] Result<VersionedTransaction> versionOf(pg::Connection &connection, const std::string &txid, const std::string &txts);

// The history with the OIDs that the tables have now.
[[nodiscard]] Result<SchemaHistory::Ptr> resolveOids(pg::Connection &connection, const SchemaHistory &history);

// Stores a version and the schema after it; again is no change.
[[nodiscard]] Result<void> saveVersion(pg::Connection &connection, const Migration &migration, const Catalogue &catalogue);

// For a new slot: the history with the migrations that no stream will bring any more, stored as of `position`, where the
// slot begins. Nothing happens when there are none.
[[nodiscard]] Result<SchemaHistory::Ptr> adoptMissedMigrations(pg::Connection &connection, const SchemaHistory::Ptr &history, Lsn position);

} // namespace electric::schema
