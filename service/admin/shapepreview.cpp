#include "service/admin/queries.h"

#include <QJsonDocument>

namespace electric::admin {

namespace {

// Nothing that a condition calls may change anything.
constexpr auto begin = "BEGIN READ ONLY; SET LOCAL statement_timeout = '10s'";

ShapePreview refused(const PGresult *result, const Failure &why, std::size_t before, const QString &where)
{
    ShapePreview preview;
    preview.error = QString::fromStdString(why.detail);
    preview.remedy = QString::fromStdString(why.hint);
    const char *const position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const int at = position ? QByteArray(position).toInt() - int(before) : 0; // in characters, from 1
    if (at >= 1 && at <= where.size() + 1)
        preview.position = at;
    return preview;
}

} // namespace

Result<ShapePreview> previewShape(pg::Connection &connection, const QString &schema, const QString &table, const QString &where, int sample)
{
    auto known = connection.query(
        "SELECT FROM electric.electrified WHERE schema_name = $1 AND table_name = $2", {schema.toStdString(), table.toStdString()});
    if (!known)
        return fail(known.error());
    ShapePreview preview;
    if (known->count() == 0) {
        preview.error = QStringLiteral("The table %1.%2 is not electrified.").arg(schema, table);
        return preview;
    }
    if (auto begun = connection.execute(begin); !begun)
        return fail(begun.error());
    // One statement only, so that a condition cannot end it and begin another; the parenthesis stands on a line of its own for "--".
    const std::string place = pg::quoteIdentifier(schema.toStdString()) + '.' + pg::quoteIdentifier(table.toStdString());
    const std::string head = "WITH shape AS MATERIALIZED (SELECT this FROM " + place + " AS this WHERE (";
    const QString condition = where.trimmed().isEmpty() ? QStringLiteral("true") : where;
    const std::string sql = head + condition.toStdString()
        + "\n)) SELECT count(*), coalesce(sum(octet_length(this::text)), 0),"
          " (SELECT json_agg(row_to_json(s.this)) FROM (SELECT this FROM shape LIMIT "
        + std::to_string(sample) + ") s) FROM shape";
    const pg::ResultHandle result(PQexecParams(connection.handle(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        const Failure why = pg::failureOf(connection.handle(), result.get());
        if (why.kind == Failure::Kind::Unavailable)
            return fail(why);
        preview = refused(result.get(), why, QString::fromStdString(head).size(), condition);
    } else {
        preview.rows = QByteArray(PQgetvalue(result.get(), 0, 0)).toLongLong();
        preview.bytes = QByteArray(PQgetvalue(result.get(), 0, 1)).toLongLong();
        const QJsonArray rows = QJsonDocument::fromJson(PQgetvalue(result.get(), 0, 2)).array();
        for (const QJsonValue &row : rows)
            preview.sample.append(row.toObject());
    }
    (void)connection.execute("ROLLBACK");
    return preview;
}

} // namespace electric::admin
