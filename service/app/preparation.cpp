#include "service/app/preparation.h"

#include "service/schema/schemastore.h"

#include <QLoggingCategory>

namespace electric::app {

Q_LOGGING_CATEGORY(lcPreparation, "electric.prepare", QtInfoMsg)

namespace {

// A slot that Postgres has given up cannot be read any more. Bootstrap makes a new one, which begins later: who lacks what was between
// is behind the log window.
Result<void> dropLostSlot(pg::Connection &connection, const pg::ConnectionOptions &options)
{
    const std::string slot = schema::slotNameFor(options.database);
    auto dropped = connection.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1"
                                    " AND wal_status = 'lost' AND plugin = 'pgoutput' AND database = current_database() AND NOT active",
        {slot});
    if (!dropped)
        return fail(dropped.error());
    if (dropped->count() > 0)
        qCWarning(lcPreparation).noquote() << "Postgres had given up the replication slot" << QString::fromStdString(slot)
                                           << "since it kept more log than max_slot_wal_keep_size. It is made again; apps sync from the "
                                              "start. Raise max_slot_wal_keep_size if this comes again.";
    return {};
}

} // namespace

Result<Prepared> prepareDatabase(const pg::ConnectionOptions &options)
{
    auto connection = pg::Connection::open(options, "electric start");
    if (!connection)
        return fail(connection.error());
    if (auto dropped = dropLostSlot(*connection, options); !dropped)
        return fail(dropped.error());
    auto bootstrapped = schema::bootstrap(*connection);
    if (!bootstrapped)
        return fail(bootstrapped.error());
    auto history = schema::loadHistory(*connection);
    if (!history)
        return fail(history.error());
    if (bootstrapped->slotIsNew)
        history = schema::adoptMissedMigrations(*connection, *history, bootstrapped->slotStart);
    if (!history)
        return fail(history.error());
    return Prepared {*std::move(bootstrapped), *std::move(history)};
}

} // namespace electric::app
