#include "service/changes/referencedrow.h"

#include "service/changes/tags.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace electric::changes {

namespace {

// Takes the same time wherever they differ.
bool isSame(std::string_view one, std::string_view other)
{
    if (one.size() != other.size())
        return false;
    unsigned difference = 0;
    for (std::size_t at = 0; at < one.size(); ++at)
        difference |= static_cast<unsigned char>(one[at]) ^ static_cast<unsigned char>(other[at]);
    return difference == 0;
}

} // namespace

std::optional<RowChange> readReferencedRow(std::string_view content, std::string_view secret)
{
    const QJsonObject message = QJsonDocument::fromJson(QByteArray(content.data(), qsizetype(content.size()))).object();
    const std::string given = message.value(QLatin1String("secret")).toString().toStdString();
    const QJsonArray row = message.value(QLatin1String("row")).toArray();
    if (secret.empty() || !isSame(given, secret) || row.isEmpty())
        return std::nullopt;
    RowChange change;
    change.kind = RowChange::Kind::Update;
    change.isReferenced = true;
    change.tableOid = std::uint32_t(message.value(QLatin1String("oid")).toDouble());
    for (const auto &cell : row) {
        const std::string text = cell.toString().toStdString();
        change.newRow.append({cell.isNull() ? Value::Kind::Null : Value::Kind::Text, text});
    }
    change.oldRow = change.newRow;
    TagArrayReader reader;
    change.tags = reader.read(message.value(QLatin1String("tags")).toString().toStdString());
    return change;
}

} // namespace electric::changes
