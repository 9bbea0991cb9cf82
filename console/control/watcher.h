#pragma once

#include "console/control/servicestatus.h"
#include "console/control/warnings.h"

namespace electric::console {

class Recorder;

// Brings what is measured before Warnings, for as long as the console runs.
class Watcher final : public QObject
{
    Q_OBJECT

public:
    Watcher(ServiceLink &link, const Recorder &recorder, QObject *parent = nullptr);

    [[nodiscard]] QList<Warning> standing() const { return m_warnings.standing(); }
    void setStopExpected(bool expected) { m_facts.isStopExpected = expected; } // somebody stops or restarts the service from here

Q_SIGNALS:
    void warned(const electric::console::Warning &warning); // once each
    void standingChanged();

private:
    void onStatus();
    void lookAtDisk();
    void review();

    ServiceLink &m_link;
    ServiceStatus m_status;
    Warnings m_warnings;
    Warnings::Facts m_facts;
    QString m_target; // whose facts these are
    QList<Warning> m_shown;
    qint64 m_diskAt = 0;
};

} // namespace electric::console
