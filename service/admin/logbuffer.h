#pragma once

#include "shared/admin/values.h"

#include <QList>
#include <QString>

#include <deque>
#include <mutex>

namespace electric::admin {

// Which log entries somebody wants: all that is said must hold.
struct LogFilter {
    QString level; // the least; empty: any
    QString category; // its beginning
    QString text; // a part, in any letter case

    [[nodiscard]] bool takes(const LogEntry &entry) const;
};

// Whether it names a level that can be chosen.
[[nodiscard]] bool isLogLevel(const QString &level);

// The newest entries of the log, for those that look at it later. Thread-safe.
class LogBuffer
{
public:
    static constexpr std::size_t mostEntries = 5000;
    static constexpr qsizetype longestText = 4096;

    void append(qint64 at, const QString &level, const QString &category, const QString &text);

    // The newest `most` that the filter takes, oldest first.
    [[nodiscard]] QList<LogEntry> newest(const LogFilter &filter, int most) const;

    // What came after the entry `number`, at most `most`; `next` is to be given the next time.
    struct Part {
        QList<LogEntry> entries;
        qint64 next = 0;
        qint64 lost = 0; // went out of the buffer before
    };
    [[nodiscard]] Part after(qint64 number, const LogFilter &filter, int most) const;
    [[nodiscard]] qint64 lastNumber() const;

private:
    mutable std::mutex m_mutex;
    std::deque<LogEntry> m_entries;
    qint64 m_last = 0;
};

} // namespace electric::admin
