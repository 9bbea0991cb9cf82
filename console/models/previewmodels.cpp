#include "console/models/previewmodels.h"

#include "console/models/format.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace electric::console {

using admin::PreviewedTable;

namespace {

constexpr qsizetype longestCell = 500; // the whole is in the tooltip up to longestTip
constexpr qsizetype longestTip = 5'000;

QList<Column<PreviewedTable>> columns()
{
    return {
        {PreviewedTablesModel::tr("Table"), previewedKey},
        {PreviewedTablesModel::tr("Rows"), [](const PreviewedTable &t) { return format::count(t.rows); },
            [](const PreviewedTable &t) { return QVariant(t.rows); }, nullptr, true},
        {PreviewedTablesModel::tr("Size"), [](const PreviewedTable &t) { return format::bytes(t.bytes); },
            [](const PreviewedTable &t) { return QVariant(t.bytes); },
            [](const PreviewedTable &) { return PreviewedTablesModel::tr("Of the rows as text"); }, true},
    };
}

QString inWords(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined: return QStringLiteral("NULL");
    case QJsonValue::Object: return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    case QJsonValue::Array: return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    default: return value.toVariant().toString();
    }
}

} // namespace

PreviewedTablesModel::PreviewedTablesModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

void SampleModel::show(const PreviewedTable &table)
{
    beginResetModel();
    m_table = table;
    endResetModel();
}

QVariant SampleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QJsonValue value = m_table.sample[index.row()].value(m_table.columns[index.column()]);
    switch (role) {
    case Qt::DisplayRole: return inWords(value).left(longestCell).replace(QLatin1Char('\n'), QChar::LineSeparator);
    case Qt::ToolTipRole: return inWords(value).left(longestTip).toHtmlEscaped();
    case Qt::TextAlignmentRole: return QVariant::fromValue((value.isDouble() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const bool isTitle = orientation == Qt::Horizontal && role == Qt::DisplayRole;
    return isTitle && section >= 0 && section < m_table.columns.size() ? QVariant(m_table.columns[section]) : QVariant();
}

TextSpan errorSpan(const QString &text, int position)
{
    const auto isWord
        = [&text](qsizetype at) { return text[at].isLetterOrNumber() || text[at] == QLatin1Char('_') || text[at].isSurrogate(); };
    qsizetype start = 0;
    for (int character = 1; character < position && start < text.size(); ++character)
        start += text[start].isHighSurrogate() && start + 1 < text.size() ? 2 : 1;
    while (start > 0 && (start >= text.size() || text[start].isSpace())) // it ended too early: what came last is shown
        --start;
    qsizetype end = start;
    while (end < text.size() && (isWord(end) || (end > start && text[end] == QLatin1Char('.'))))
        ++end;
    if (end == start && start < text.size())
        ++end;
    return {int(start), int(end - start)};
}

QString errorInWords(const QString &text, const admin::ShapePreview &preview)
{
    QString words = preview.error;
    if (preview.position > 0) {
        static const QRegularExpression location(QStringLiteral("^At location \\d+: "));
        words.remove(location);
        const QString before = text.left(errorSpan(text, preview.position).start);
        const auto line = before.count(QLatin1Char('\n')) + 1;
        const auto column = before.size() - (before.lastIndexOf(QLatin1Char('\n')) + 1) + 1;
        words = line == 1
            ? PreviewedTablesModel::tr("At character %1: %2.").arg(QString::number(column), words)
            : PreviewedTablesModel::tr("In line %1 at character %2: %3.").arg(QString::number(line), QString::number(column), words);
    }
    return QString(words + QLatin1Char(' ') + preview.remedy).trimmed();
}

} // namespace electric::console
