#include "console/control/watcher.h"

#include "console/control/recorder.h"

#include <QDateTime>
#include <QStorageInfo>

namespace electric::console {

namespace {

constexpr qint64 diskIntervalMs = 30'000;

Warnings::Service serviceOf(const Standing &standing)
{
    switch (standing.kind) {
    case Standing::Kind::Good: return Warnings::Service::Well;
    case Standing::Kind::Bad: return Warnings::Service::Degraded;
    case Standing::Kind::Off: return Warnings::Service::Away;
    case Standing::Kind::Waiting:
    case Standing::Kind::Warning: break;
    }
    return Warnings::Service::Unknown;
}

} // namespace

Watcher::Watcher(ServiceLink &link, const Recorder &recorder, QObject *parent)
    : QObject(parent), m_link(link), m_status(link, this), m_target(link.target())
{
    connect(&m_status, &ServiceStatus::changed, this, &Watcher::onStatus);
    connect(&recorder, &Recorder::replicationMeasured, this, [this](const admin::Replication &found) {
        m_facts.replication = found;
        lookAtDisk();
        review();
    });
    connect(&recorder, &Recorder::metricsMeasured, this, [this](const QList<admin::Metric> &metrics) {
        for (const admin::Metric &one : metrics) {
            if (one.name == QLatin1String("electric_writes_total")
                && one.labels.value(QLatin1String("result")).toString() == QLatin1String("failed"))
                m_facts.rejectedWrites = qint64(one.value);
        }
        review();
    });
}

void Watcher::onStatus()
{
    if (std::exchange(m_target, m_link.target()) != m_target) {
        m_warnings = {};
        m_facts = {};
    }
    const Standing standing = m_status.standing();
    m_facts.service
        = m_link.state() == ServiceLink::State::WrongVersion ? Warnings::Service::Unknown : serviceOf(standing); // it may be well
    m_facts.reason = QStringList {standing.reason, standing.remedy}.join(QLatin1Char(' ')).trimmed();
    if (m_facts.service == Warnings::Service::Away) {
        m_facts.replication.reset();
        m_facts.rejectedWrites.reset();
    }
    review();
}

void Watcher::lookAtDisk()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const auto &status = m_status.status();
    if (!status || !status->embedded || now - m_diskAt < diskIntervalMs)
        return;
    m_diskAt = now;
    const QStorageInfo disk(status->dataDirectory);
    if (disk.isValid() && disk.isReady())
        m_facts.disk = Warnings::Disk {status->dataDirectory, disk.bytesAvailable(), disk.bytesTotal()};
}

void Watcher::review()
{
    const QList<Warning> told = m_warnings.review(m_facts, QDateTime::currentMSecsSinceEpoch());
    for (const Warning &one : told)
        Q_EMIT warned(one);
    if (const QList<Warning> standing = m_warnings.standing(); standing != m_shown) {
        m_shown = standing;
        Q_EMIT standingChanged();
    }
}

} // namespace electric::console
