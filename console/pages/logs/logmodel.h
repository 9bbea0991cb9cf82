#pragma once

#include "console/pages/logs/logfilter.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <deque>

namespace electric::console {

// The latest log entries, oldest first, at most `capacity` of them: the oldest make room. While it is paused it collects in the
// background, with the same bound, and shows all of it when it goes on.
class LogModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Level, Category, Text, ColumnCount };
    static constexpr std::size_t usualCapacity = 100'000;

    explicit LogModel(QObject *parent, std::size_t capacity = usualCapacity);

    // Entries whose number was seen already in this run of the service are left out (a new subscription repeats some).
    void append(const QList<admin::LogEntry> &entries);
    void setRun(qint64 pid); // another process counts its entries anew
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_isPaused; }
    [[nodiscard]] std::size_t waiting() const { return m_waiting.size(); } // while paused
    void clear();

    [[nodiscard]] const admin::LogEntry &at(int row) const { return m_entries[std::size_t(row)]; }
    [[nodiscard]] QStringList categories() const { return m_categories; } // that were seen, sorted
    [[nodiscard]] static QString asText(const admin::LogEntry &entry);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void waitingChanged();
    void categoriesChanged();

private:
    void show(std::deque<admin::LogEntry> entries);

    const std::size_t m_capacity;
    std::deque<admin::LogEntry> m_entries;
    std::deque<admin::LogEntry> m_waiting;
    QStringList m_categories;
    qint64 m_run = 0;
    qint64 m_last = 0; // number of the newest entry of this run
    bool m_isPaused = false;
};

// The entries of a LogModel that pass a filter.
class FilteredLog final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    FilteredLog(LogModel &model, QObject *parent);

    void setFilter(const LogFilter &filter);
    [[nodiscard]] const admin::LogEntry &at(int row) const;
    // The first row below `row` that is an error, beginning again at the top; -1 when there is none.
    [[nodiscard]] int nextError(int row) const;

private:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

    LogModel &m_model;
    LogFilter m_filter;
};

} // namespace electric::console
