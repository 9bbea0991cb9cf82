#include "console/control/recorder.h"

#include "shared/admin/json.h"

#include <QDateTime>

namespace electric::console {

namespace {

constexpr int intervalMs = 2'000; // Postgres is asked each time

} // namespace

Recorder::Recorder(ServiceLink &link, QObject *parent)
    : QObject(parent), m_link(link), m_replication(link, QStringLiteral("replication"), this),
      m_metrics(link, QStringLiteral("metrics"), this), m_target(link.target())
{
    connect(&link, &ServiceLink::stateChanged, this, &Recorder::onLinkChanged);
    connect(&m_replication, &LiveStream::arrived, this, [this](const QJsonObject &told) {
        const auto found = admin::fromJson<admin::Replication>(told);
        m_history.add(QDateTime::currentMSecsSinceEpoch(), found);
        Q_EMIT replicationMeasured(found);
    });
    connect(&m_metrics, &LiveStream::arrived, this, [this](const QJsonObject &told) {
        const auto metrics = admin::listFrom<admin::Metric>(told.value(QLatin1String("metrics")));
        m_history.add(QDateTime::currentMSecsSinceEpoch(), metrics);
        Q_EMIT metricsMeasured(metrics);
    });
    for (LiveStream *stream : {&m_replication, &m_metrics}) {
        stream->setParams({{QStringLiteral("interval"), intervalMs}});
        stream->setActive(true);
    }
}

void Recorder::onLinkChanged()
{
    if (std::exchange(m_target, m_link.target()) != m_target)
        m_history.clear();
    else if (!m_link.isConnected())
        m_history.breakOff();
}

} // namespace electric::console
