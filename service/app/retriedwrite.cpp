#include "service/app/retriedwrite.h"

#include "service/admin/database.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <array>

namespace electric::app {

namespace {

std::string clientIdOf(qint64 write)
{
    return "electric-retry-" + std::to_string(write);
}

changes::Tuple tupleOf(const QJsonValue &row, const schema::Table &table)
{
    changes::Tuple tuple;
    if (!row.isObject())
        return tuple;
    const QJsonObject values = row.toObject();
    for (const schema::Column &column : table.columns) {
        const QJsonValue value = values.value(QString::fromStdString(column.name));
        const std::string text = value.toString().toStdString();
        if (value.isUndefined())
            tuple.append({changes::Value::Kind::Unchanged});
        else if (value.isNull())
            tuple.append({changes::Value::Kind::Null});
        else
            tuple.append({changes::Value::Kind::Text, text});
    }
    return tuple;
}

Result<writes::Operation> operationOf(const QJsonObject &record, const schema::Catalogue &catalogue)
{
    static constexpr std::array names {"insert", "update", "delete", "compensation"}; // in the order of Kind
    const QString name = record.value(QLatin1String("table")).toString();
    const auto table = catalogue.table({"public", name.toStdString()});
    const std::string kind = record.value(QLatin1String("operation")).toString().toStdString();
    const auto found = std::find(names.begin(), names.end(), kind);
    if (found == names.end())
        return fail(Failure::Kind::Conflict, "The record is not complete, so the write cannot be done again.");
    if (!table)
        return fail(Failure::Kind::Conflict, "The table \"" + name.toStdString() + "\" is not electrified any more.");
    writes::Operation operation;
    operation.kind = writes::Operation::Kind(found - names.begin());
    operation.table = table;
    operation.row = tupleOf(record.value(QLatin1String("row")), *table);
    operation.oldRow = tupleOf(record.value(QLatin1String("old")), *table);
    const QJsonArray tags = record.value(QLatin1String("tags")).toArray();
    for (const QJsonValue &tag : tags)
        operation.observedTags.push_back(tag.toString().toStdString());
    return operation;
}

} // namespace

Result<writes::ClientTransaction> retriedWrite(const admin::RejectedWrite &write, const schema::Catalogue &catalogue)
{
    writes::ClientTransaction transaction;
    transaction.clientId = clientIdOf(write.id);
    transaction.userId = write.user.toStdString();
    transaction.timestampMs = QDateTime::currentMSecsSinceEpoch();
    transaction.lsn = std::to_string(transaction.timestampMs);
    for (const QJsonValue &record : write.operations) {
        auto operation = operationOf(record.toObject(), catalogue);
        if (!operation)
            return fail(operation.error());
        transaction.operations.push_back(*std::move(operation));
    }
    return transaction;
}

admin::Outcome clearRetry(pg::Connection &connection, qint64 id)
{
    for (const char *const table : {"rejected_writes", "acknowledged_client_lsns"}) {
        if (auto deleted = connection.query(std::string("DELETE FROM electric.") + table + " WHERE client_id = $1", {clientIdOf(id)});
            !deleted)
            return tl::unexpected(admin::errorOf(deleted.error()));
    }
    return QJsonObject {};
}

} // namespace electric::app
