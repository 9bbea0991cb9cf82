#include "service/schema/slot.h"

#include <QLoggingCategory>

#include <optional>

namespace electric::schema {

Q_LOGGING_CATEGORY(lcSlot, "electric.slot", QtInfoMsg)

namespace {

constexpr std::string_view slotPrefix = "electric_replication_out_";
constexpr std::size_t longestName = 63;

struct Found {
    Lsn start;
    bool isLost = false;
};

Result<std::optional<Found>> find(pg::Connection &connection, const std::string &name)
{
    auto rows = connection.query(
        "SELECT confirmed_flush_lsn, coalesce(wal_status, '') = 'lost', database = current_database(), plugin = 'pgoutput'"
        " FROM pg_replication_slots WHERE slot_name = $1",
        {name});
    if (!rows)
        return fail(rows.error());
    if (rows->count() == 0)
        return std::optional<Found>();
    if (rows->text(0, 2) != "t")
        return fail(Failure::Kind::Conflict, "the replication slot \"" + name + "\" belongs to another database of this server",
            "The names of two databases are too much alike; rename one.");
    if (rows->text(0, 3) != "t")
        return fail(Failure::Kind::Conflict, "the replication slot \"" + name + "\" was made for another output plugin",
            "Find out who uses it; if nobody does: SELECT pg_drop_replication_slot('" + name + "').");
    return std::optional(Found {Lsn::fromHex(rows->text(0, 0)).value_or(Lsn {}), rows->text(0, 1) == "t"});
}

Result<void> drop(pg::Connection &connection, const std::string &name)
{
    qCWarning(lcSlot).noquote() << "the replication slot" << QString::fromStdString(name)
                                << "fell too far behind and Postgres gave it up; it is made anew, and apps that were away sync again."
                                << "Raise max_slot_wal_keep_size if that happens often.";
    auto dropped = connection.query("SELECT pg_drop_replication_slot($1)", {name});
    return dropped ? Result<void>() : fail(dropped.error());
}

Result<void> make(pg::Connection &connection, const std::string &name)
{
    auto made = connection.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {name});
    if (made || made.error().code == "42710") // another start was faster
        return {};
    Failure failure = made.error();
    if (failure.code == "53400")
        failure.hint
            = "All replication slots are taken: raise max_replication_slots and restart Postgres, or drop a slot that nobody uses.";
    return fail(std::move(failure));
}

} // namespace

Result<Slot> ensureSlot(pg::Connection &connection, const std::string &name)
{
    auto found = find(connection, name);
    if (!found)
        return fail(found.error());
    if (*found && !(*found)->isLost)
        return Slot {(*found)->start, false};
    if (*found) {
        if (auto dropped = drop(connection, name); !dropped)
            return fail(dropped.error());
    }
    if (auto made = make(connection, name); !made)
        return fail(made.error());
    found = find(connection, name);
    if (!found || !*found)
        return fail(found ? Failure {Failure::Kind::Conflict, "the replication slot \"" + name + "\" was dropped by somebody else"}
                          : found.error());
    return Slot {(*found)->start, true};
}

std::string slotNameFor(const std::string &database)
{
    std::string name;
    for (const char c : database) {
        const char lower = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        name += (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '_';
    }
    const auto first = name.find_first_not_of('_');
    name = first == std::string::npos ? std::string() : name.substr(first, name.find_last_not_of('_') - first + 1);
    return (std::string(slotPrefix) + name).substr(0, longestName);
}

} // namespace electric::schema
