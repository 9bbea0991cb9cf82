#include "console/models/framesmodel.h"

#include "console/models/format.h"
#include "console/models/keyedtablemodel.h"

#include <QDateTime>
#include <QJsonDocument>

namespace electric::console {

using admin::TapFrame;

namespace {

constexpr int shownContent = 200; // letters in the table; the rest is seen below it

QString compact(const QJsonObject &content)
{
    return QString::fromUtf8(QJsonDocument(content).toJson(QJsonDocument::Compact));
}

// What happens to rows, and no more than `most` of it; the frame around it only where there is nothing else.
QString linesOf(const QList<RowOperation> &operations, qsizetype most, const QString &between)
{
    QStringList lines;
    qsizetype left = 0;
    for (const RowOperation &one : operations) {
        const bool isFrame = one.table.isEmpty() && one.what != QLatin1String("migrate");
        if (isFrame && operations.size() > 2)
            continue;
        if (lines.size() < most)
            lines << inWords(one);
        else
            ++left;
    }
    if (left > 0)
        lines << FramesModel::tr("and %1 more").arg(format::count(left));
    return lines.join(between);
}

} // namespace

QString FramesModel::summaryOf(const Entry &entry)
{
    if (entry.frame.isShortened)
        return tr("too large to be shown");
    const QList<RowOperation> operations = entry.relations.operationsOf(entry.frame);
    if (operations.isEmpty())
        return entry.frame.content.isEmpty() ? QString() : compact(entry.frame.content).left(shownContent);
    constexpr qsizetype shownOperations = 4;
    return linesOf(operations, shownOperations, QStringLiteral("; ")).left(shownContent);
}

QString FramesModel::textOf(const Entry &entry)
{
    const QList<RowOperation> operations = entry.relations.operationsOf(entry.frame);
    const QString content
        = operations.isEmpty() ? compact(entry.frame.content) : linesOf(operations, operations.size(), QStringLiteral("\n"));
    return entry.frame.type + QLatin1Char(' ') + content;
}

QList<RowOperation> FramesModel::operations(int row) const
{
    const Entry &entry = m_frames[std::size_t(row)];
    return entry.relations.operationsOf(entry.frame);
}

QString FramesModel::searchText(int row) const
{
    const Entry &entry = m_frames[std::size_t(row)];
    if (entry.text.isEmpty())
        entry.text = textOf(entry);
    return entry.text;
}

FramesModel::FramesModel(QObject *parent, std::size_t mostFrames, qint64 mostBytes)
    : QAbstractTableModel(parent), m_mostFrames(mostFrames), m_mostBytes(mostBytes)
{ }

int FramesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_frames.size());
}

int FramesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FramesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case At: return tr("Time");
    case Direction: return tr("Direction");
    case Type: return tr("Type");
    case Bytes: return tr("Size");
    case Content: return tr("Content");
    default: return {};
    }
}

QVariant FramesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Entry &entry = m_frames[std::size_t(index.row())];
    const TapFrame &frame = entry.frame;
    const bool isIncoming = frame.direction == QLatin1String("in");
    if (role == IncomingRole)
        return isIncoming;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == Bytes ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == At)
        return format::fullMoment(frame.at);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case At:
        return role == SortRole ? QVariant(frame.at) : QDateTime::fromMSecsSinceEpoch(frame.at).toString(QStringLiteral("HH:mm:ss.zzz"));
    case Direction: return isIncoming ? tr("from client") : tr("to client");
    case Type: return frame.type;
    case Bytes: return role == SortRole ? QVariant(frame.bytes) : format::bytes(frame.bytes);
    case Content:
        if (entry.summary.isEmpty())
            entry.summary = summaryOf(entry);
        return entry.summary;
    default: return {};
    }
}

void FramesModel::append(const QList<TapFrame> &frames)
{
    QList<TapFrame> coming;
    for (const TapFrame &frame : frames) {
        if (frame.isEarlier)
            m_relations.note(frame); // told for the sake of the others
        else
            coming << frame;
    }
    // Of more than fit at once only the last are taken.
    while (std::size_t(coming.size()) > m_mostFrames)
        m_relations.note(coming.takeFirst());
    if (coming.isEmpty())
        return;
    makeRoom(coming);
    beginInsertRows({}, int(m_frames.size()), int(m_frames.size()) + int(coming.size()) - 1);
    for (const TapFrame &frame : std::as_const(coming)) {
        m_bytes += frame.bytes;
        m_relations.note(frame);
        m_frames.push_back({frame, m_relations});
    }
    endInsertRows();
}

void FramesModel::makeRoom(const QList<TapFrame> &coming)
{
    qint64 bytes = m_bytes;
    for (const TapFrame &frame : coming)
        bytes += frame.bytes;
    std::size_t gone = 0;
    while (gone < m_frames.size() && (m_frames.size() - gone + std::size_t(coming.size()) > m_mostFrames || bytes > m_mostBytes))
        bytes -= m_frames[gone++].frame.bytes;
    if (gone == 0)
        return;
    beginRemoveRows({}, 0, int(gone) - 1);
    for (std::size_t row = 0; row < gone; ++row)
        m_bytes -= m_frames[row].frame.bytes;
    m_frames.erase(m_frames.begin(), m_frames.begin() + std::ptrdiff_t(gone));
    endRemoveRows();
}

void FramesModel::beginAnew()
{
    clear();
    m_relations.clear();
}

void FramesModel::clear()
{
    if (m_frames.empty())
        return;
    beginRemoveRows({}, 0, int(m_frames.size()) - 1);
    m_frames.clear();
    m_bytes = 0;
    endRemoveRows();
}

} // namespace electric::console
