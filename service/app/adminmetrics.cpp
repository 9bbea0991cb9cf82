#include "service/app/adminvalues.h"

#include "service/app/serve.h"

#include <QFile>
#include <QHash>

#include <sys/resource.h>
#include <unistd.h>

namespace electric::app {

namespace {

class Metrics
{
public:
    QList<admin::Metric> all;

    void gauge(const char *name, double value, const QJsonObject &labels = {})
    {
        all.append({QString::fromLatin1(name), value, false, labels});
    }
    void counter(const char *name, double value, const QJsonObject &labels = {})
    {
        all.append({QString::fromLatin1(name), value, true, labels});
    }
};

QJsonObject label(const char *name, const QString &value)
{
    return {{QString::fromLatin1(name), value}};
}

double seconds(const timeval &time)
{
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

void addProcess(Metrics &metrics)
{
    rusage usage {};
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        metrics.counter("process_cpu_seconds_total", seconds(usage.ru_utime) + seconds(usage.ru_stime));
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (statm.open(QIODevice::ReadOnly))
        metrics.gauge("process_resident_memory_bytes", statm.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE)));
}

void addSessions(Metrics &metrics, const SessionThreads::Figures &figures)
{
    QHash<QString, int> byState;
    double unacknowledged = 0;
    for (const satellite::SessionFigures &one : figures.sessions) {
        ++byState[sessionValue(one).state];
        unacknowledged += double(one.producer.unacknowledged);
    }
    for (const char *const state : {"unauthenticated", "loading", "idle", "replicating", "paused"})
        metrics.gauge("electric_sessions", byState.value(QString::fromLatin1(state)), label("state", QString::fromLatin1(state)));
    metrics.gauge("electric_client_unacknowledged_transactions", unacknowledged);
    const satellite::Traffic &traffic = figures.totals.traffic;
    metrics.counter("electric_sessions_opened_total", double(figures.totals.opened));
    metrics.counter("electric_websocket_bytes_total", double(traffic.bytesIn), label("direction", QStringLiteral("in")));
    metrics.counter("electric_websocket_bytes_total", double(traffic.bytesOut), label("direction", QStringLiteral("out")));
    metrics.counter("electric_transactions_sent_total", double(traffic.transactionsOut));
    metrics.counter("electric_operations_sent_total", double(traffic.rowsOut));
    metrics.counter("electric_websocket_messages_total", double(traffic.framesIn), label("direction", QStringLiteral("in")));
    metrics.counter("electric_websocket_messages_total", double(traffic.framesOut), label("direction", QStringLiteral("out")));
}

} // namespace

QList<admin::Metric> metricValues(const Measured &measured)
{
    Metrics metrics;
    const QString mode = measured.settings.writeMode == settings::WriteMode::DirectWrites ? QStringLiteral("direct_writes")
                                                                                          : QStringLiteral("logical_replication");
    metrics.gauge(
        "electric_build_info", 1, {{QStringLiteral("version"), QString::fromLatin1(version())}, {QStringLiteral("write_mode"), mode}});
    metrics.gauge("electric_start_time_seconds", double(measured.startedAt) / 1000);
    const std::string_view name = measured.standing.name();
    metrics.gauge("electric_connector_state", 1, label("state", QString::fromLatin1(name.data(), qsizetype(name.size()))));
    addProcess(metrics);
    addSessions(metrics, measured.sessions);
    metrics.counter("electric_pg_transactions_received_total", double(measured.log.transactionsRead));
    metrics.counter("electric_pg_operations_received_total", double(measured.log.rowsRead));
    metrics.gauge("electric_wal_cache_window_bytes", double(measured.settings.walWindow));
    metrics.gauge("electric_wal_cache_fill_bytes", double(measured.log.position.value - measured.log.first.value));
    metrics.gauge("electric_wal_cache_memory_bytes", double(measured.log.bytes));
    metrics.gauge("electric_wal_cache_transactions", double(measured.log.transactions));
    metrics.gauge("electric_write_queue_transactions", double(measured.writes.waiting));
    const auto result = [&mode](const char *what) {
        return QJsonObject {{QStringLiteral("mode"), mode}, {QStringLiteral("result"), QString::fromLatin1(what)}};
    };
    metrics.counter("electric_writes_total", double(measured.writes.applied), result("committed"));
    metrics.counter("electric_writes_total", double(measured.writes.rejected), result("failed"));
    metrics.counter("electric_write_duration_seconds_sum", measured.writes.seconds);
    metrics.counter(
        "electric_write_duration_seconds_count", double(measured.writes.applied + measured.writes.duplicates + measured.writes.rejected));
    metrics.gauge("electric_proxy_sessions", measured.proxySessions);
    return metrics.all;
}

} // namespace electric::app
