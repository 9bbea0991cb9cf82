#pragma once

#include "service/pg/connection.h"
#include "shared/base/lsn.h"

#include <optional>
#include <string>

namespace electric::schema {

struct Bootstrapped {
    std::string clusterId;
    std::string slotName; // of the permanent replication slot, spec/postgres.md §0
    Lsn slotStart; // where streaming from it will begin
    bool slotIsNew = false; // made just now: what was written before will not be in the stream, see adoptMissedMigrations()
    std::string writeSecret; // marks the service's own writes to the triggers; never logged
    std::string messageSecret; // marks rows that the triggers announce in the log; never logged
    int serverVersion = 0; // 150004
};

// Brings a database into shape for the service: checks server and role, runs resources/sql when it changed since the last time,
// repairs the publication, makes the slot. Safe to run at every start and by several services at once; nothing is left half done. The
// connection must not be in a transaction. Failures say what to change.
[[nodiscard]] Result<Bootstrapped> bootstrap(pg::Connection &connection);

} // namespace electric::schema
