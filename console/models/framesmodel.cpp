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

QString summary(const TapFrame &frame)
{
    if (frame.isShortened)
        return FramesModel::tr("too large to be shown");
    return frame.content.isEmpty() ? QString() : compact(frame.content).left(shownContent);
}

} // namespace

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
    const TapFrame &frame = m_frames[std::size_t(index.row())];
    const bool isIncoming = frame.direction == QLatin1String("in");
    if (role == FilterRole)
        return QString(frame.type + QLatin1Char(' ') + compact(frame.content));
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
    case Content: return summary(frame);
    default: return {};
    }
}

void FramesModel::append(const QList<TapFrame> &frames)
{
    // Of more than fit at once only the last are taken.
    const auto taken = qMin(std::size_t(frames.size()), m_mostFrames);
    const QList<TapFrame> coming = frames.last(qsizetype(taken));
    if (coming.isEmpty())
        return;
    makeRoom(coming);
    beginInsertRows({}, int(m_frames.size()), int(m_frames.size() + taken) - 1);
    for (const TapFrame &frame : coming)
        m_bytes += frame.bytes;
    m_frames.insert(m_frames.end(), coming.begin(), coming.end());
    endInsertRows();
}

void FramesModel::makeRoom(const QList<TapFrame> &coming)
{
    qint64 bytes = m_bytes;
    for (const TapFrame &frame : coming)
        bytes += frame.bytes;
    std::size_t gone = 0;
    while (gone < m_frames.size() && (m_frames.size() - gone + std::size_t(coming.size()) > m_mostFrames || bytes > m_mostBytes))
        bytes -= m_frames[gone++].bytes;
    if (gone == 0)
        return;
    beginRemoveRows({}, 0, int(gone) - 1);
    for (std::size_t row = 0; row < gone; ++row)
        m_bytes -= m_frames[row].bytes;
    m_frames.erase(m_frames.begin(), m_frames.begin() + std::ptrdiff_t(gone));
    endRemoveRows();
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
