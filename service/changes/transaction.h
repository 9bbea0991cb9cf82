#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"
#include "shared/base/lsn.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace electric::changes {

// The origin of everything that ordinary SQL sessions write. Clients store it and compare with it, so it never changes
// (spec/postgres.md §0, spec/conflicts.md §1.3).
inline constexpr std::string_view postgresOrigin = "postgres_1";

// A change of one row of an electrified user table, as Postgres committed it.
struct RowChange {
    enum class Kind : std::uint8_t { Insert, Update, Delete, Truncate };

    Kind kind = Kind::Insert;
    std::uint32_t tableOid = 0;
    Tuple newRow; // Insert, Update; complete (unchanged TOAST values filled in)
    Tuple oldRow; // Update, Delete; complete (REPLICA IDENTITY FULL)
    // The row's whole tag set after the transaction, in client form origin@ms; empty for a delete (spec/postgres.md §5.3).
    std::vector<std::string> tags;
    // The row itself was not changed: Postgres added it because a changed row points at it (electric.fk_chain_touch).
    bool isReferenced = false;
};

// One statement of a migration as electric.capture_ddl stored it.
struct DdlCommand {
    std::string txid; // keys of electric.migration_versions, as text
    std::string txts;
    std::string query;
};

// A transaction that Postgres committed, in the order of its changes, with what clients need to know about it. Electric's own
// bookkeeping rows (shadow, tombstone, internal tables) are already worked in and gone.
struct Transaction {
    std::uint64_t xid = 0; // 64-bit, epoch included
    Lsn lsn; // end of the commit record: the position that clients resume from
    std::int64_t timestampMs = 0; // since 1970; for a client's transaction the client's own value
    std::string origin; // client id, or postgresOrigin
    std::vector<RowChange> changes;
    std::vector<DdlCommand> ddl;
};

using TransactionPtr = std::shared_ptr<const Transaction>;

} // namespace electric::changes
