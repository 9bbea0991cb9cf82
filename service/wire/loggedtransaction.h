#pragma once

#include "service/changes/transaction.h"
#include "service/schema/catalogue.h"
#include "shared/base/lsn.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace electric::wire {

enum class Dialect : std::uint8_t { Sqlite = 0, Postgres = 1 }; // numbers as in SatInStartReplicationReq.Dialect

// Where one operation lies in LoggedTransaction::operationsWire.
struct LoggedOperation {
    changes::RowChange::Kind kind = changes::RowChange::Kind::Insert;
    bool isReferenced = false; // see changes::RowChange
    const schema::Table *table = nullptr; // kept alive by the transaction's catalogue
    std::size_t begin = 0; // offsets in bytes; one transaction can be larger than 4 GiB
    std::size_t end = 0;
};

// A committed transaction, encoded once for all clients: its operations are complete `ops` fields of a SatOpLog message, so that
// a frame for a client is the concatenation of those that it wants between a begin and a commit of its own. Immutable; shared
// between threads.
struct LoggedTransaction {
    std::uint64_t xid = 0;
    Lsn lsn;
    std::int64_t timestampMs = 0;
    std::string origin;
    schema::CataloguePtr catalogue; // in force after this transaction
    bool isMigration = false;
    std::string migrationVersion; // empty when there is none
    std::vector<std::shared_ptr<const schema::Table>> migratedTables; // to be announced before, in statement order
    std::array<std::string, 2> migrationWire; // encoded SatOpMigrate operations, by Dialect
    std::vector<LoggedOperation> operations; // in the order of the changes
    std::string operationsWire;
};

using LoggedTransactionPtr = std::shared_ptr<const LoggedTransaction>;

} // namespace electric::wire
