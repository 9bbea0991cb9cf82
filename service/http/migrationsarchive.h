#pragma once

#include "service/schema/schemahistory.h"
#include "service/wire/loggedtransaction.h"

#include <string>
#include <string_view>

namespace electric::http {

// The migrations after `version` (empty: all) as the zip archive that generators of clients read (spec/http.md §5.3): a
// folder for each, in order, with the statements and their encoded form. The same history gives the same bytes. Empty
// when there are none, also when no migration has that version.
[[nodiscard]] std::string migrationsArchive(const schema::SchemaHistory &history, wire::Dialect dialect, std::string_view version);

// What the two files of a migration hold.
[[nodiscard]] std::string migrationSql(const schema::Migration &migration, wire::Dialect dialect);
[[nodiscard]] std::string migrationMetadata(const schema::Migration &migration, wire::Dialect dialect);

} // namespace electric::http
