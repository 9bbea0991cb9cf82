#include "console/pages/logs/logmodel.h"

#include "console/widgets/symbol.h"

#include <QDateTime>

#include <algorithm>

namespace electric::console {

namespace {

QString timeOf(const admin::LogEntry &entry)
{
    return QDateTime::fromMSecsSinceEpoch(entry.at).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QVariant cell(const admin::LogEntry &entry, int column)
{
    switch (column) {
    case LogModel::Time: return timeOf(entry);
    case LogModel::Level: return entry.level;
    case LogModel::Category: return entry.category;
    case LogModel::Text: return entry.text.section(QLatin1Char('\n'), 0, 0);
    default: return {};
    }
}

QVariant mark(const admin::LogEntry &entry)
{
    static const QIcon warning = symbol("state-warning");
    static const QIcon error = symbol("state-bad");
    const int rank = rankOfLevel(entry.level);
    return rank >= 3 ? QVariant(error) : rank == 2 ? QVariant(warning) : QVariant();
}

} // namespace

LogModel::LogModel(QObject *parent, std::size_t capacity) : QAbstractTableModel(parent), m_capacity(capacity) { }

void LogModel::append(const QList<admin::LogEntry> &entries)
{
    std::deque<admin::LogEntry> fresh;
    const auto known = m_categories.size();
    for (const admin::LogEntry &entry : entries) {
        if (entry.number <= m_last)
            continue;
        m_last = entry.number;
        fresh.push_back(entry);
        const auto place = std::lower_bound(m_categories.begin(), m_categories.end(), entry.category);
        if (place == m_categories.end() || *place != entry.category)
            m_categories.insert(place, entry.category);
    }
    if (m_categories.size() != known)
        Q_EMIT categoriesChanged();
    if (!m_isPaused)
        return show(std::move(fresh));
    m_waiting.insert(m_waiting.end(), fresh.begin(), fresh.end());
    if (m_waiting.size() > m_capacity)
        m_waiting.erase(m_waiting.begin(), m_waiting.end() - std::ptrdiff_t(m_capacity));
    Q_EMIT waitingChanged();
}

void LogModel::setRun(qint64 pid)
{
    if (pid != m_run)
        m_last = 0;
    m_run = pid;
}

void LogModel::setPaused(bool paused)
{
    m_isPaused = paused;
    if (paused)
        return;
    show(std::exchange(m_waiting, {}));
    Q_EMIT waitingChanged();
}

void LogModel::clear()
{
    beginResetModel();
    m_entries.clear();
    endResetModel();
}

void LogModel::show(std::deque<admin::LogEntry> entries)
{
    if (entries.size() > m_capacity)
        entries.erase(entries.begin(), entries.end() - std::ptrdiff_t(m_capacity));
    if (entries.empty())
        return;
    if (const std::size_t all = m_entries.size() + entries.size(); all > m_capacity) {
        const auto surplus = std::ptrdiff_t(all - m_capacity);
        beginRemoveRows({}, 0, int(surplus) - 1);
        m_entries.erase(m_entries.begin(), m_entries.begin() + surplus);
        endRemoveRows();
    }
    const int first = int(m_entries.size());
    beginInsertRows({}, first, first + int(entries.size()) - 1);
    std::move(entries.begin(), entries.end(), std::back_inserter(m_entries));
    endInsertRows();
}

QString LogModel::asText(const admin::LogEntry &entry)
{
    return timeOf(entry) + QLatin1Char(' ') + entry.level.toUpper().leftJustified(7) + QLatin1Char(' ') + entry.category
        + QStringLiteral(": ") + entry.text;
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const admin::LogEntry &entry = at(index.row());
    if (role == Qt::DisplayRole)
        return cell(entry, index.column());
    if (role == Qt::DecorationRole && index.column() == Level)
        return mark(entry);
    if (role == Qt::ToolTipRole && index.column() == Text)
        return QString(QStringLiteral("<p style=\"white-space:pre-wrap\">") + entry.text.toHtmlEscaped() + QStringLiteral("</p>"));
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Time");
    case Level: return tr("Level");
    case Category: return tr("Category");
    case Text: return tr("Text");
    default: return {};
    }
}

FilteredLog::FilteredLog(LogModel &model, QObject *parent) : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(&model);
}

void FilteredLog::setFilter(const LogFilter &filter)
{
    m_filter = filter;
    invalidate(); // in one go: invalidateFilter() would take out thousands of single rows, each of which moves all below it
}

const admin::LogEntry &FilteredLog::at(int row) const
{
    return m_model.at(mapToSource(index(row, 0)).row());
}

int FilteredLog::nextError(int row) const
{
    const int count = rowCount();
    for (int step = 1; step <= count; ++step) {
        const int candidate = (row + step) % count;
        if (rankOfLevel(at(candidate).level) >= 3)
            return candidate;
    }
    return -1;
}

bool FilteredLog::filterAcceptsRow(int row, const QModelIndex &) const
{
    return m_filter.matches(m_model.at(row));
}

} // namespace electric::console
