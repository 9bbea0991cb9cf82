#include "service/writes/rejection.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace electric::writes {

namespace {

constexpr std::size_t mostBytes = 1U << 20;
constexpr int mostKept = 10'000;
constexpr int keptDays = 30;

// jsonb cannot hold a NUL.
QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size())).replace(QChar(u'\0'), QChar(u'\uFFFD'));
}

QJsonObject rowObject(const schema::Table &table, const changes::Tuple &tuple)
{
    QJsonObject row;
    for (std::size_t column = 0; column < tuple.size(); ++column) {
        const auto value = tuple.at(column);
        if (value.kind != changes::Value::Kind::Unchanged)
            row.insert(
                text(table.columns[column].name), value.kind == changes::Value::Kind::Null ? QJsonValue() : QJsonValue(text(value.text)));
    }
    return row;
}

QJsonObject operationObject(const Operation &operation)
{
    static const char *const names[] = {"insert", "update", "delete", "compensation"};
    QJsonObject object {{QStringLiteral("table"), text(operation.table->name.name)},
        {QStringLiteral("operation"), QString::fromLatin1(names[std::size_t(operation.kind)])}};
    if (!operation.row.isEmpty())
        object.insert(QStringLiteral("row"), rowObject(*operation.table, operation.row));
    if (!operation.oldRow.isEmpty())
        object.insert(QStringLiteral("old"), rowObject(*operation.table, operation.oldRow));
    QJsonArray tags;
    for (const std::string &tag : operation.observedTags)
        tags.append(text(tag));
    object.insert(QStringLiteral("tags"), tags);
    return object;
}

} // namespace

std::string operationsAsJson(const ClientTransaction &transaction, std::size_t most)
{
    QByteArray json = "[";
    std::size_t left = transaction.operations.size();
    for (const Operation &operation : transaction.operations) {
        const QByteArray one = QJsonDocument(operationObject(operation)).toJson(QJsonDocument::Compact);
        if (std::size_t(json.size() + one.size()) > most)
            break;
        json += (json.size() > 1 ? "," : "") + one;
        --left;
    }
    if (left != 0)
        json += QByteArray(json.size() > 1 ? "," : "") + "{\"leftOut\":" + QByteArray::number(qulonglong(left)) + '}';
    json += ']';
    return json.toStdString();
}

void addRejection(Pipeline &pipeline, const ClientTransaction &transaction, const std::string &lsn, const Failure &why)
{
    pipeline.add("INSERT INTO electric.rejected_writes (client_id, user_id, lsn, operations, sqlstate, message)"
                 " VALUES ($1, $2, $3, $4::jsonb, $5, $6)",
        {transaction.clientId, transaction.userId, lsn, operationsAsJson(transaction, mostBytes), why.code, why.detail});
    pipeline.add("DELETE FROM electric.rejected_writes WHERE created_at < now() - make_interval(days => $1::int)"
                 " OR id <= (SELECT max(id) FROM electric.rejected_writes) - $2::int8",
        {std::to_string(keptDays), std::to_string(mostKept)});
}

} // namespace electric::writes
