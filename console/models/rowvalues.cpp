#include "console/models/rowvalues.h"

#include "console/models/format.h"

#include <QCoreApplication>
#include <QStringDecoder>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::RowOperation)
};

QByteArray bytesAt(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

// The columns are counted from the left: the first is the highest bit of the first byte.
bool isNull(const QByteArray &bitmask, qsizetype column)
{
    const qsizetype byte = column / 8;
    return byte < bitmask.size() && (static_cast<unsigned char>(bitmask[byte]) & (0x80U >> (column % 8))) != 0;
}

struct Text {
    QString text;
    bool isBinary = false;
};

Text readable(const QByteArray &bytes)
{
    QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = utf8(bytes);
    if (!utf8.hasError() && !text.contains(QChar(0)))
        return {text, false};
    return {QStringLiteral("\\x") + QString::fromLatin1(bytes.toHex()), true};
}

struct Row {
    QByteArray bitmask;
    QJsonArray values;

    explicit Row(const QJsonObject &row)
        : bitmask(bytesAt(row.value(QLatin1String("nullsBitmask")))), values(row.value(QLatin1String("values")).toArray())
    { }
    [[nodiscard]] bool hasValue(qsizetype column) const { return column < values.size() && !isNull(bitmask, column); }
    [[nodiscard]] Text at(qsizetype column) const { return readable(bytesAt(values[column])); }
};

QString timeOf(const QJsonObject &body)
{
    return format::fullMoment(body.value(QLatin1String("commitTimestamp")).toString().toLongLong());
}

QString migrationOf(const QJsonObject &body)
{
    QStringList statements;
    const QJsonArray all = body.value(QLatin1String("stmts")).toArray();
    for (const QJsonValue &one : all)
        statements << one.toObject().value(QLatin1String("sql")).toString();
    return statements.join(QLatin1Char('\n'));
}

// The row that the operation is about, and the one before it.
std::pair<QJsonObject, QJsonObject> rowsOf(const QString &what, const QJsonObject &body)
{
    const QJsonObject old = body.value(QLatin1String("oldRowData")).toObject();
    if (what == QLatin1String("delete"))
        return {old, {}};
    if (what == QLatin1String("gone") || what == QLatin1String("compensation"))
        return {body.value(QLatin1String("pkData")).toObject(), {}};
    return {body.value(QLatin1String("rowData")).toObject(), old};
}

QString shortened(const QString &text)
{
    constexpr qsizetype most = 60;
    return text.size() <= most ? text : text.left(most) + QStringLiteral("…");
}

} // namespace

void RelationBook::note(const admin::TapFrame &frame)
{
    if (frame.type != QLatin1String("SatRelation"))
        return;
    Relation relation;
    const QString schema = frame.content.value(QLatin1String("schemaName")).toString();
    const QString name = frame.content.value(QLatin1String("tableName")).toString();
    relation.table = schema.isEmpty() ? name : schema + QLatin1Char('.') + name;
    const QJsonArray columns = frame.content.value(QLatin1String("columns")).toArray();
    for (const QJsonValue &value : columns) {
        const QJsonObject column = value.toObject();
        relation.columns << Column {column.value(QLatin1String("name")).toString(), column.value(QLatin1String("type")).toString(),
            column.value(QLatin1String("primaryKey")).toBool()};
    }
    m_relations[{frame.direction == QLatin1String("in"), frame.content.value(QLatin1String("relationId")).toInt()}] = std::move(relation);
}

QList<RowOperation> RelationBook::operationsOf(const admin::TapFrame &frame) const
{
    QList<RowOperation> operations;
    if (frame.type != QLatin1String("SatOpLog"))
        return operations;
    const QJsonArray all = frame.content.value(QLatin1String("ops")).toArray();
    operations.reserve(all.size());
    for (const QJsonValue &one : all)
        operations << operationOf(frame.direction == QLatin1String("in"), one.toObject());
    return operations;
}

RowOperation RelationBook::operationOf(bool isIncoming, const QJsonObject &operation) const
{
    RowOperation shown;
    if (operation.isEmpty())
        return shown;
    shown.what = operation.keys().constFirst(); // one of a choice
    const QJsonObject body = operation.value(shown.what).toObject();
    const QJsonArray tags = body.value(QLatin1String("tags")).toArray();
    for (const QJsonValue &tag : tags)
        shown.tags << tag.toString();
    const auto [now, before] = rowsOf(shown.what, body);
    if (shown.what == QLatin1String("migrate"))
        shown.summary = migrationOf(body);
    else if (body.contains(QLatin1String("commitTimestamp")))
        shown.summary = timeOf(body);
    if (now.isEmpty() && !body.contains(QLatin1String("relationId")))
        return shown;
    const int id = body.value(QLatin1String("relationId")).toInt();
    const Relation relation = m_relations.value({isIncoming, id});
    shown.table = relation.table.isEmpty() ? Words::tr("relation %1").arg(id) : relation.table;
    const Row row(now);
    const Row old(before);
    for (qsizetype at = 0; at < qMax(row.values.size(), relation.columns.size()); ++at) {
        ColumnValue value;
        const Column column = relation.columns.value(at);
        value.column = column.name.isEmpty() ? QString::number(at + 1) : column.name;
        value.type = column.type;
        value.isKey = column.isKey;
        if (row.hasValue(at)) {
            const Text text = row.at(at);
            value.value = text.text;
            value.isBinary = text.isBinary;
        }
        if (old.hasValue(at) && (!value.value || old.at(at).text != *value.value))
            value.old = old.at(at).text;
        shown.values << value;
    }
    return shown;
}

QString inWords(const RowOperation &operation)
{
    QString words = operation.what;
    if (!operation.table.isEmpty())
        words += QLatin1Char(' ') + operation.table;
    QStringList values;
    for (const ColumnValue &one : operation.values) {
        // Of a row that goes, only the key is sent; the rest would read as NULL.
        if (one.value || (operation.what != QLatin1String("gone") && operation.what != QLatin1String("compensation")))
            values << one.column + QStringLiteral(" = ") + (one.value ? shortened(*one.value) : QStringLiteral("NULL"));
    }
    if (!values.isEmpty())
        words += QStringLiteral(": ") + values.join(QStringLiteral(", "));
    else if (!operation.summary.isEmpty())
        words += QStringLiteral(": ") + shortened(operation.summary.section(QLatin1Char('\n'), 0, 0));
    return words;
}

QJsonArray asJson(const QList<RowOperation> &operations)
{
    QJsonArray array;
    for (const RowOperation &operation : operations) {
        QJsonObject object {{QStringLiteral("operation"), operation.what}};
        if (!operation.table.isEmpty())
            object[QStringLiteral("table")] = operation.table;
        if (!operation.summary.isEmpty())
            object[QStringLiteral("summary")] = operation.summary;
        QJsonObject row;
        QJsonObject old;
        for (const ColumnValue &one : operation.values) {
            row[one.column] = one.value ? QJsonValue(*one.value) : QJsonValue();
            if (one.old)
                old[one.column] = *one.old;
        }
        if (!row.isEmpty())
            object[QStringLiteral("row")] = row;
        if (!old.isEmpty())
            object[QStringLiteral("old")] = old;
        if (!operation.tags.isEmpty())
            object[QStringLiteral("tags")] = QJsonArray::fromStringList(operation.tags);
        array.append(object);
    }
    return array;
}

} // namespace electric::console
