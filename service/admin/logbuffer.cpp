#include "service/admin/logbuffer.h"

#include <algorithm>

namespace electric::admin {

namespace {

const QStringList levels {QStringLiteral("debug"), QStringLiteral("info"), QStringLiteral("warning"), QStringLiteral("error")};

} // namespace

bool isLogLevel(const QString &level)
{
    return levels.contains(level);
}

bool LogFilter::takes(const LogEntry &entry) const
{
    return (level.isEmpty() || levels.indexOf(entry.level) >= levels.indexOf(level)) && entry.category.startsWith(category)
        && (text.isEmpty() || entry.text.contains(text, Qt::CaseInsensitive));
}

void LogBuffer::append(qint64 at, const QString &level, const QString &category, const QString &text)
{
    const std::scoped_lock lock(m_mutex);
    m_entries.push_back({++m_last, at, level, category, text.left(longestText)});
    if (m_entries.size() > mostEntries)
        m_entries.pop_front();
}

QList<LogEntry> LogBuffer::newest(const LogFilter &filter, int most) const
{
    QList<LogEntry> found;
    const std::scoped_lock lock(m_mutex);
    for (auto entry = m_entries.rbegin(); entry != m_entries.rend() && found.size() < most; ++entry) {
        if (filter.takes(*entry))
            found.append(*entry);
    }
    std::reverse(found.begin(), found.end());
    return found;
}

LogBuffer::Part LogBuffer::after(qint64 number, const LogFilter &filter, int most) const
{
    const std::scoped_lock lock(m_mutex);
    Part part;
    part.next = number;
    if (m_entries.empty())
        return part;
    const qint64 first = m_entries.front().number;
    part.lost = std::max<qint64>(0, first - number - 1);
    for (auto at = std::size_t(std::max<qint64>(0, number + 1 - first)); at < m_entries.size() && part.entries.size() < most; ++at) {
        part.next = m_entries[at].number;
        if (filter.takes(m_entries[at]))
            part.entries.append(m_entries[at]);
    }
    return part;
}

qint64 LogBuffer::lastNumber() const
{
    const std::scoped_lock lock(m_mutex);
    return m_last;
}

} // namespace electric::admin
