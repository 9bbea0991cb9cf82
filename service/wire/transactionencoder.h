#pragma once

#include "service/schema/migration.h"
#include "service/wire/loggedtransaction.h"

namespace electric::wire {

// Encodes a transaction once for all clients. `catalogue` is the schema in force after it, `migration` what it did to the schema, or
// null. Changes of tables that the catalogue does not have are left out.
[[nodiscard]] LoggedTransactionPtr encodeTransaction(
    const changes::Transaction &transaction, schema::CataloguePtr catalogue, const schema::Migration *migration);

// A migration alone, as clients that start afresh get it: no rows, and the position at which they start.
[[nodiscard]] LoggedTransactionPtr encodeMigration(const schema::Migration &migration);

} // namespace electric::wire
