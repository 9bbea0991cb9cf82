#include "console/pages/overview/vitals.h"

#include <QCoreApplication>
#include <QLocale>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Vitals)
};

const QString unknown = QStringLiteral("–");

// The sum of a metric's values, of those with the label if one is given.
std::optional<double> sum(const QList<admin::Metric> &metrics, const char *name, const char *label = nullptr, const char *value = nullptr)
{
    std::optional<double> all;
    for (const admin::Metric &one : metrics) {
        if (one.name == QLatin1String(name) && (!label || one.labels.value(QLatin1String(label)).toString() == QLatin1String(value)))
            all = all.value_or(0) + one.value;
    }
    return all;
}

std::optional<double> rate(double before, double now, double seconds)
{
    if (now < before || seconds <= 0)
        return {}; // the service began anew
    return (now - before) / seconds;
}

} // namespace

Vitals VitalsReader::read(qint64 at, const QList<admin::Metric> &metrics)
{
    Vitals vitals;
    vitals.sessions = sum(metrics, "electric_sessions");
    if (const auto replicating = sum(metrics, "electric_sessions", "state", "replicating"); replicating && vitals.sessions)
        vitals.connecting = *vitals.sessions - *replicating;
    vitals.rejected = sum(metrics, "electric_writes_total", "result", "failed");
    vitals.memory = sum(metrics, "process_resident_memory_bytes");
    const auto fromPostgres = sum(metrics, "electric_pg_transactions_received_total");
    const auto fromApps = sum(metrics, "electric_writes_total");
    if (m_before && fromPostgres && fromApps) {
        const double seconds = double(at - m_before->at) / 1000;
        vitals.fromPostgres = rate(m_before->fromPostgres, *fromPostgres, seconds);
        vitals.fromApps = rate(m_before->fromApps, *fromApps, seconds);
    }
    const auto cpuSeconds = sum(metrics, "process_cpu_seconds_total");
    if (m_before && m_before->cpuSeconds && cpuSeconds)
        vitals.cpu = rate(*m_before->cpuSeconds, *cpuSeconds, double(at - m_before->at) / 1000);
    m_before = Counters {at, fromPostgres.value_or(0), fromApps.value_or(0), cpuSeconds};
    return vitals;
}

QString countText(const std::optional<double> &value)
{
    return value ? QLocale().toString(qint64(*value)) : unknown;
}

QString rateText(const std::optional<double> &value)
{
    return value ? QLocale().toString(*value, 'f', *value < 10 ? 1 : 0) : unknown;
}

QString percentText(const std::optional<double> &share)
{
    return share ? Words::tr("%1%").arg(QLocale().toString(*share * 100, 'f', *share < 0.1 ? 1 : 0)) : unknown;
}

QString sizeText(const std::optional<double> &bytes)
{
    return bytes ? QLocale().formattedDataSize(qint64(*bytes), 1) : unknown;
}

QString durationText(const std::optional<qint64> &ms)
{
    if (!ms)
        return unknown;
    return *ms < 10'000 ? Words::tr("%1 ms").arg(QLocale().toString(*ms)) : Words::tr("%1 s").arg(QLocale().toString(*ms / 1000));
}

} // namespace electric::console
