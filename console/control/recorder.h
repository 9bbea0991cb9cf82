#pragma once

#include "console/control/livestream.h"
#include "console/models/history.h"

namespace electric::console {

// Follows what is measured of the linked service for as long as the console runs, seen or not: charts reach back to before somebody
// looked, and warnings come in time. Times are of the console's clock.
class Recorder final : public QObject
{
    Q_OBJECT

public:
    explicit Recorder(ServiceLink &link, QObject *parent = nullptr);

    [[nodiscard]] const History &history() const { return m_history; }

Q_SIGNALS:
    void replicationMeasured(const electric::admin::Replication &found);
    void metricsMeasured(const QList<electric::admin::Metric> &metrics);

private:
    void onLinkChanged();

    ServiceLink &m_link;
    LiveStream m_replication;
    LiveStream m_metrics;
    History m_history;
    QString m_target; // whose history it is
};

} // namespace electric::console
