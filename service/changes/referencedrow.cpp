#include "service/changes/referencedrow.h"

#include "service/changes/tags.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace electric::changes {

std::optional<RowChange> readReferencedRow(std::string_view json)
{
    const QJsonObject message = QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), qsizetype(json.size()))).object();
    const auto oid = message.value(QStringLiteral("oid")).toDouble();
    const QJsonArray row = message.value(QStringLiteral("row")).toArray();
    if (oid < 1 || oid > 0xffffffffU || row.isEmpty())
        return std::nullopt;
    RowChange change;
    change.kind = RowChange::Kind::Insert;
    change.isReferenced = true;
    change.tableOid = std::uint32_t(oid);
    for (const auto &value : row) {
        const QByteArray text = value.toString().toUtf8();
        change.newRow.append({value.isNull() ? Value::Kind::Null : Value::Kind::Text, {text.constData(), std::size_t(text.size())}});
    }
    change.tags = TagArrayReader().read(message.value(QStringLiteral("tags")).toString().toStdString());
    return change;
}

} // namespace electric::changes
