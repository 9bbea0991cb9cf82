#pragma once

#include "service/pg/connection.h"
#include "shared/base/lsn.h"

#include <string>

namespace electric::schema {

struct Slot {
    Lsn start; // where streaming from it will begin
    bool isNew = false; // made just now: what was written before is not in it
};

// The permanent replication slot of a database, made if it is missing and made anew if Postgres gave it up
// (max_slot_wal_keep_size; spec/postgres.md §1.6). The only place that makes one. The connection must not be in a
// transaction.
[[nodiscard]] Result<Slot> ensureSlot(pg::Connection &connection, const std::string &name);

// The slot's name for a database: the prefix and the name in lower case with everything else made underscores, at most
// 63 bytes.
[[nodiscard]] std::string slotNameFor(const std::string &database);

} // namespace electric::schema
