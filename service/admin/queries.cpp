#include "service/admin/queries.h"

#include "shared/admin/json.h"
#include "shared/base/lsn.h"

#include <QJsonDocument>

#include <algorithm>

namespace electric::admin {

namespace {

constexpr int mostTables = 5000;
constexpr int mostChecked = 500; // each takes three questions

QString text(const pg::Rows &rows, int row, int column)
{
    const auto bytes = rows.text(row, column);
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

qint64 number(const pg::Rows &rows, int row, int column)
{
    return text(rows, row, column).toLongLong();
}

QString position(const pg::Rows &rows, int row, int column) // numeric to the form that people know
{
    const auto lsn = Lsn::fromDecimal(rows.text(row, column));
    return lsn && !rows.isNull(row, column) ? QString::fromStdString(lsn->toHex()).toUpper() : QString();
}

std::string placeOf(const QString &schema, const QString &table)
{
    return pg::quoteIdentifier(schema.toStdString()) + '.' + pg::quoteIdentifier(table.toStdString());
}

void explainObstacle(pg::Connection &connection, Table &table)
{
    const std::string place = pg::quoteLiteral(placeOf(table.schema, table.name));
    for (const char *const check : {"check_table", "check_columns", "check_constraints"}) {
        const auto passed = connection.execute(std::string("CALL electric.") + check + '(' + place + "::regclass, "
            + pg::quoteLiteral(table.schema.toStdString() + "." + table.name.toStdString()) + ')');
        if (passed || passed.error().kind == Failure::Kind::Unavailable)
            continue;
        table.obstacle = QString::fromStdString(passed.error().detail);
        table.remedy = QString::fromStdString(passed.error().hint);
        return;
    }
}

} // namespace

Result<Replication> readReplication(pg::Connection &connection, const std::string &slot)
{
    auto server = connection.query(
        "SELECT current_setting('server_version'), pg_current_wal_flush_lsn(), current_setting('max_replication_slots'),"
        " (SELECT count(*) FROM electric.electrified),"
        " (SELECT count(*) FROM electric.electrified e JOIN pg_publication_tables p ON p.pubname = 'electric_publication'"
        "  AND p.schemaname = e.schema_name AND p.tablename = e.table_name),"
        " (SELECT s.sent_lsn FROM pg_stat_replication s JOIN pg_replication_slots r ON r.active_pid = s.pid WHERE r.slot_name = $1),"
        " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), current_setting('max_connections')",
        {slot});
    if (!server)
        return fail(server.error());
    Replication found;
    found.serverVersion = text(*server, 0, 0);
    found.position = text(*server, 0, 1);
    found.slotsMax = int(number(*server, 0, 2));
    found.electrified = int(number(*server, 0, 3));
    found.published = int(number(*server, 0, 4));
    found.sentUpTo = text(*server, 0, 5); // nothing while the stream is not open
    found.connectionsUsed = int(number(*server, 0, 6));
    found.connectionsMax = int(number(*server, 0, 7));
    found.publication = QStringLiteral("electric_publication");
    auto all
        = connection.query("SELECT slot_name, active, wal_status, restart_lsn, confirmed_flush_lsn,"
                           " pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8, safe_wal_size FROM pg_replication_slots ORDER BY 1");
    if (!all)
        return fail(all.error());
    found.slotsUsed = all->count();
    for (int row = 0; row < all->count(); ++row) {
        Slot one {text(*all, row, 0), all->text(row, 1) == "t", text(*all, row, 2), text(*all, row, 3), text(*all, row, 4),
            number(*all, row, 5), {}, all->text(row, 0) == slot};
        if (!all->isNull(row, 6))
            one.safeBytes = number(*all, row, 6);
        found.replicationSlots.append(one);
    }
    return found;
}

Result<QList<KnownClient>> readClients(pg::Connection &connection)
{
    auto rows = connection.query("SELECT client_id, user_id, position, (extract(epoch FROM seen_at) * 1000)::int8,"
                                 " (SELECT count(*) FROM electric.known_subscriptions s WHERE s.client_id = c.client_id)"
                                 " FROM electric.known_clients c ORDER BY seen_at DESC LIMIT 5000");
    if (!rows)
        return fail(rows.error());
    QList<KnownClient> clients;
    for (int row = 0; row < rows->count(); ++row)
        clients.append(
            {text(*rows, row, 0), text(*rows, row, 1), position(*rows, row, 2), number(*rows, row, 3), int(number(*rows, row, 4)), false});
    return clients;
}

Result<QList<Table>> readTables(pg::Connection &connection)
{
    auto rows
        = connection.query("SELECT n.nspname, c.relname, e.oid IS NOT NULL, greatest(c.reltuples, 0)::int8, greatest(s.reltuples, 0)::int8,"
                           " pg_total_relation_size(c.oid),"
                           " CASE WHEN e.oid IS NULL THEN '[]' ELSE coalesce((SELECT json_agg(json_build_object('schema', tn.nspname,"
                           "  'table', t.relname, 'columns', (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum))"
                           "   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey))) ORDER BY k.conname)"
                           "  FROM pg_constraint k JOIN electric.electrified te ON te.oid = k.confrelid JOIN pg_class t ON t.oid = te.oid"
                           "  JOIN pg_namespace tn ON tn.oid = t.relnamespace WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]') END"
                           " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                           " LEFT JOIN electric.electrified e ON e.oid = c.oid"
                           " LEFT JOIN pg_class s ON s.oid = to_regclass(electric.shadow_name(n.nspname, c.relname))"
                           " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('electric', 'information_schema') AND n.nspname !~ '^pg_'"
                           " ORDER BY 1, 2 LIMIT $1",
            {std::to_string(mostTables)});
    if (!rows)
        return fail(rows.error());
    QList<Table> tables;
    int checked = 0;
    for (int row = 0; row < rows->count(); ++row) {
        Table one;
        one.schema = text(*rows, row, 0);
        one.name = text(*rows, row, 1);
        one.electrified = rows->text(row, 2) == "t";
        one.rows = number(*rows, row, 3);
        one.shadowRows = number(*rows, row, 4);
        one.bytes = number(*rows, row, 5);
        one.foreignKeys = listFrom<ForeignKey>(QJsonDocument::fromJson(text(*rows, row, 6).toUtf8()).array());
        if (!one.electrified && checked++ < mostChecked)
            explainObstacle(connection, one);
        tables.append(one);
    }
    return tables;
}

std::string electrifyStatement(const QString &schema, const QString &table)
{
    return "CALL electric.electrify(" + pg::quoteLiteral(placeOf(schema, table)) + ");";
}

Result<RejectedWrites> readRejected(pg::Connection &connection, const RejectedQuery &query)
{
    const pg::Parameter client = query.client.isEmpty() ? pg::Parameter {} : pg::Parameter {query.client.toStdString()};
    auto total = connection.query("SELECT count(*) FROM electric.rejected_writes WHERE client_id = coalesce($1, client_id)", {client});
    if (!total)
        return fail(total.error());
    auto rows
        = connection.query("SELECT id, client_id, user_id, (extract(epoch FROM created_at) * 1000)::int8, sqlstate, message, operations"
                           " FROM electric.rejected_writes"
                           " WHERE client_id = coalesce($1, client_id) AND ($2::int8 = 0 OR id < $2::int8) ORDER BY id DESC LIMIT $3::int8",
            {client, std::to_string(query.before), std::to_string(query.limit)});
    if (!rows)
        return fail(rows.error());
    RejectedWrites found;
    found.total = number(*total, 0, 0);
    constexpr qsizetype mostBytes = 16 << 20; // an answer is bounded; the next page begins where this one ends
    qsizetype bytes = 0;
    for (int row = 0; row < rows->count() && (bytes < mostBytes); ++row) {
        const QByteArray operations = text(*rows, row, 6).toUtf8();
        bytes += operations.size();
        found.writes.append({number(*rows, row, 0), text(*rows, row, 1), text(*rows, row, 2), number(*rows, row, 3), text(*rows, row, 4),
            text(*rows, row, 5), QJsonDocument::fromJson(operations).array()});
    }
    return found;
}

Result<void> discardRejected(pg::Connection &connection, qint64 id)
{
    auto deleted = connection.query("DELETE FROM electric.rejected_writes WHERE id = $1", {std::to_string(id)});
    if (!deleted)
        return fail(deleted.error());
    if (deleted->affected() == 0)
        return fail(Failure::Kind::NotFound, "There is no rejected write " + std::to_string(id) + '.');
    return {};
}

} // namespace electric::admin
