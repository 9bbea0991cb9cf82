#pragma once

#include "service/schema/migration.h"
#include "service/schema/sqlitedialect.h"
#include "shared/base/result.h"

#include <string>
#include <vector>

namespace electric::schema {

// What a captured DDL text means.
struct SchemaChange {
    Catalogue catalogue; // the next one; its version is still that of the old one
    std::vector<MigrationStep> steps; // what clients execute, in order
    // What could not be said in SQLite and was left out, statement by statement. The change itself is complete: Postgres has
    // committed it, so refusing it here would only stop the stream. Who can still refuse (the proxy) should, if there is any.
    std::vector<Failure> unsupported;
};

// Follows a captured DDL text (one or more statements): electrified tables are created, changed and dropped, statements about
// anything else are passed over. Pure; table OIDs of new tables stay 0. Malformed when the text is not SQL.
Result<SchemaChange> applyDdl(const Catalogue &catalogue, const std::string &text, SqliteStyle style = {});

} // namespace electric::schema
