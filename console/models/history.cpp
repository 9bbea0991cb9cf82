#include "console/models/history.h"

#include <QDateTime>

#include <algorithm>
#include <map>

namespace electric::console {

namespace {

constexpr std::size_t mostPoints = 4'000; // an hour of one a second, and some

constexpr std::array<const char *, std::size_t(Quantity::Count)> titles {"lag_ms", "lag_bytes", "retained_wal_bytes",
    "retained_wal_limit_bytes", "log_window_bytes", "log_window_limit_bytes", "transactions_read_per_second", "rows_read_per_second",
    "transactions_sent_per_second", "rows_sent_per_second", "writes_per_second", "write_queue", "write_latency_ms", "sessions"};

std::optional<double> sumOf(const QList<admin::Metric> &metrics, const char *name)
{
    std::optional<double> sum;
    for (const admin::Metric &one : metrics) {
        if (one.name == QLatin1String(name))
            sum = sum.value_or(0) + one.value;
    }
    return sum;
}

} // namespace

History::History() : m_series(std::size_t(Quantity::Count), Series(spanMs, mostPoints)) { }

void History::add(qint64 now, const admin::Replication &found)
{
    const auto &all = found.replicationSlots;
    const auto ours = std::find_if(all.begin(), all.end(), [](const admin::Slot &slot) { return slot.isOurs; });
    if (found.lagMs)
        at(Quantity::LagMs).add(now, double(*found.lagMs));
    at(Quantity::LagBytes).add(now, double(found.lagBytes));
    if (ours != all.end())
        at(Quantity::Retained).add(now, double(ours->retainedBytes));
    at(Quantity::RetainedMost).add(now, double(found.windowDistanceMax));
    at(Quantity::Window).add(now, double(found.windowBytes));
    at(Quantity::WindowMost).add(now, double(found.windowBytesMax));
    at(Quantity::TransactionsRead).addCounter(now, found.transactionsRead);
    at(Quantity::RowsRead).addCounter(now, found.rowsRead);
}

void History::add(qint64 now, const QList<admin::Metric> &metrics)
{
    const auto counter = [&](Quantity quantity, const char *name) {
        if (const auto value = sumOf(metrics, name))
            at(quantity).addCounter(now, qint64(*value));
    };
    counter(Quantity::TransactionsSent, "electric_transactions_sent_total");
    counter(Quantity::RowsSent, "electric_operations_sent_total");
    counter(Quantity::Writes, "electric_writes_total");
    if (const auto waiting = sumOf(metrics, "electric_write_queue_transactions"))
        at(Quantity::WriteQueue).add(now, *waiting);
    if (const auto sessions = sumOf(metrics, "electric_sessions"))
        at(Quantity::Sessions).add(now, *sessions);
    const auto seconds = sumOf(metrics, "electric_write_duration_seconds_sum");
    const auto count = sumOf(metrics, "electric_write_duration_seconds_count");
    if (!seconds || !count)
        return;
    const Writes writes {qint64(*count), *seconds};
    if (m_lastWrites && writes.count > m_lastWrites->count) // without a write there is no latency
        at(Quantity::WriteMs).add(now, (writes.seconds - m_lastWrites->seconds) * 1'000 / double(writes.count - m_lastWrites->count));
    m_lastWrites = writes;
}

void History::breakOff()
{
    for (Series &one : m_series)
        one.breakOff();
    m_lastWrites.reset();
}

void History::clear()
{
    for (Series &one : m_series)
        one.clear();
    m_lastWrites.reset();
}

QByteArray History::csv(qint64 from) const
{
    std::map<qint64, std::vector<std::optional<double>>> lines; // by second
    for (std::size_t column = 0; column < m_series.size(); ++column) {
        const QList<QPointF> points = m_series[column].points();
        for (const QPointF &point : points) {
            if (point.x() < double(from))
                continue;
            auto &line = lines[qint64(point.x()) / 1'000];
            line.resize(m_series.size());
            line[column] = point.y();
        }
    }
    QByteArray text = "time";
    for (const char *const title : titles)
        text += QByteArray(",") + title;
    text += '\n';
    for (const auto &[second, line] : lines) {
        text += QDateTime::fromSecsSinceEpoch(second, Qt::UTC).toString(Qt::ISODate).toLatin1();
        for (const std::optional<double> &value : line)
            text += value ? ',' + QByteArray::number(*value, 'g', 12) : QByteArray(",");
        text += '\n';
    }
    return text;
}

} // namespace electric::console
