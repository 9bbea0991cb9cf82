#pragma once

#include "service/pg/connection.h"
#include "shared/admin/values.h"
#include "shared/base/result.h"

#include <string>

// What is asked of Postgres for people to look at. Blocking, on the caller's connection.
namespace electric::admin {

// All but what the service knows itself (readUpTo, lagBytes, window, counts).
[[nodiscard]] Result<Replication> readReplication(pg::Connection &connection, const std::string &slot);

// Those remembered between connections, newest first. Whether they are connected is not known here.
[[nodiscard]] Result<QList<KnownClient>> readClients(pg::Connection &connection);

// All ordinary and partitioned tables of people, with why one cannot be electrified as the database's own checks see it.
[[nodiscard]] Result<QList<Table>> readTables(pg::Connection &connection);

[[nodiscard]] std::string electrifyStatement(const QString &schema, const QString &table);

struct RejectedQuery {
    qint64 before = 0; // newer ones are left out; 0: none are
    int limit = 100;
    QString client; // empty: of all
};
struct RejectedWrites {
    QList<RejectedWrite> writes;
    qint64 total = 0;
};
[[nodiscard]] Result<RejectedWrites> readRejected(pg::Connection &connection, const RejectedQuery &query);
[[nodiscard]] Result<void> discardRejected(pg::Connection &connection, qint64 id);

} // namespace electric::admin
