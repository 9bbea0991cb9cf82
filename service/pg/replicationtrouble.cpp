#include "service/pg/replicationtrouble.h"

namespace electric::pg {

Failure explained(Failure failure)
{
    const auto says = [&failure](std::string_view words) { return failure.detail.find(words) != std::string::npos; };
    if (!failure.hint.empty() && failure.code.empty())
        return failure; // our own words already
    if (failure.code == "55006") {
        failure.hint = "Another instance of the service is connected to this database, or its last connection has not timed out yet.";
    } else if (failure.code == "42601" || says("startup parameter")) { // at the first command, or as soon as we connect
        failure.kind = Failure::Kind::Unsupported;
        failure.hint = "DATABASE_URL seems to point at a connection pooler. Give a direct connection to Postgres.";
    } else if (failure.code == "55000") { // lost between our check and the start
        failure.hint = "The replication slot can no longer be used. It is made again; clients sync from the start.";
    } else if (failure.code == "42704" && says("publication")) {
        failure.hint = "The publication was dropped; it is made again at the next start. Changes of the time without it cannot be read: "
                       "drop the replication slot with pg_drop_replication_slot() if this goes on.";
    } else if (failure.code == "42501" || says("replication role") || says("start WAL sender")) { // no SQLSTATE while connecting
        failure.kind = Failure::Kind::NotAllowed;
        failure.hint = "The role in DATABASE_URL needs the REPLICATION attribute: ALTER ROLE … REPLICATION.";
    } else if (failure.code == "53400") {
        failure.hint = "All replication slots are taken: raise max_replication_slots, or drop one that is not used.";
    } else if (failure.code == "53300" || says("max_wal_senders")) {
        failure.hint = "All WAL senders are taken: raise max_wal_senders.";
    }
    return failure;
}

namespace trouble {

Failure standby()
{
    return {Failure::Kind::Unsupported, "the database is a standby, which takes no writes", {}, "Give the primary in DATABASE_URL."};
}

Failure walLevel(std::string_view level)
{
    return {Failure::Kind::Unsupported, "Postgres runs with wal_level = " + std::string(level), {},
        "Set wal_level = logical in postgresql.conf and restart Postgres."};
}

Failure noPublication(const std::string &publication)
{
    return {Failure::Kind::NotFound, "the publication " + publication + " does not exist", {}, {}};
}

Failure foreignSlot(const std::string &slot)
{
    return {Failure::Kind::Conflict, "the replication slot " + slot + " exists, but for another database or with another plugin", {},
        "Two databases of one cluster whose names differ only in special characters share a slot name: rename one of them, or drop the "
        "slot if nothing uses it."};
}

Failure invalidatedSlot(const std::string &slot)
{
    return {Failure::Kind::Conflict,
        "Postgres has given up the replication slot " + slot + ", since it kept more log than max_slot_wal_keep_size", {},
        "It is made again; clients sync from the start. Raise max_slot_wal_keep_size if this comes again."};
}

} // namespace trouble

} // namespace electric::pg
