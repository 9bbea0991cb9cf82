#include "service/writes/rejection.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace electric::writes
{

namespace
{

constexpr std::size_t mostBytes = 16U << 20;

QString words(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QLatin1String kindName(Operation::Kind kind)
{
    switch (kind) {
    case Operation::Kind::Insert:
        return QLatin1String("insert");
    case Operation::Kind::Update:
        return QLatin1String("update");
    case Operation::Kind::Delete:
        return QLatin1String("delete");
    case Operation::Kind::Compensation:
        return QLatin1String("compensation");
    }
    return {};
}

QJsonObject rowJson(const schema::Table &table, const changes::Tuple &row)
{
    QJsonObject values;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const changes::Value value = row.at(column);
        if (value.kind != changes::Value::Kind::Unchanged)
            values.insert(words(table.columns[column].name),
                value.kind == changes::Value::Kind::Null ? QJsonValue() : QJsonValue(words(value.text)));
    }
    return values;
}

QJsonObject operationJson(const Operation &operation)
{
    QJsonObject object{{QStringLiteral("operation"), kindName(operation.kind)},
        {QStringLiteral("table"), words(operation.table->name.schema + '.' + operation.table->name.name)}};
    if (!operation.row.isEmpty())
        object.insert(QStringLiteral("row"), rowJson(*operation.table, operation.row));
    if (!operation.oldRow.isEmpty())
        object.insert(QStringLiteral("old_row"), rowJson(*operation.table, operation.oldRow));
    QJsonArray tags;
    for (const std::string &tag : operation.observedTags)
        tags.append(words(tag));
    object.insert(QStringLiteral("tags"), tags);
    return object;
}

} // namespace

std::string operationsJson(const std::vector<Operation> &operations)
{
    std::string text = "[";
    for (std::size_t at = 0; at < operations.size(); ++at) {
        text += at == 0 ? "" : ",";
        if (text.size() > mostBytes) {
            text += "{\"left_out\":" + std::to_string(operations.size() - at) + '}';
            break;
        }
        text += QJsonDocument(operationJson(operations[at])).toJson(QJsonDocument::Compact).toStdString();
    }
    return text + ']';
}

void record(Pipeline &pipeline, const ClientTransaction &transaction, const Failure &why)
{
    pipeline.add("INSERT INTO electric.rejected_writes (client_id, user_id, lsn, operations, sqlstate, message) VALUES "
                 "($1, $2, $3::bytea, $4::jsonb, $5, $6)",
        {transaction.clientId, transaction.userId, hexBytes(transaction.lsn), operationsJson(transaction.operations),
            why.code, why.detail});
    // Ids and times grow together: the oldest are found by id.
    pipeline.add("DELETE FROM electric.rejected_writes WHERE id <= (SELECT max(id) - 10000 FROM "
                 "electric.rejected_writes) OR id IN"
                 " (SELECT id FROM (SELECT id, created_at FROM electric.rejected_writes ORDER BY id LIMIT 100) oldest "
                 "WHERE created_at < now() - interval '30 days')");
}

std::string hexBytes(std::string_view bytes)
{
    return "\\x" + QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toHex().toStdString();
}

} // namespace electric::writes
