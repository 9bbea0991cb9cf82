#include "service/app/preparation.h"

#include "service/schema/schemastore.h"

namespace electric::app {

Result<Prepared> prepareDatabase(const pg::ConnectionOptions &options)
{
    auto connection = pg::Connection::open(options, "electric start");
    if (!connection)
        return fail(connection.error());
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
