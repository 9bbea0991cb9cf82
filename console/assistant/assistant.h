#pragma once

#include "console/assistant/firstrun.h"

#include <QWizard>

namespace electric::console {

class FirstStart;
class ServiceLink;
class SettingsCheck;

// From nothing to a table that syncs: asks which database, tests it, starts the service, and shows what an app needs.
class Assistant final : public QWizard
{
    Q_OBJECT

public:
    explicit Assistant(QWidget *parent, PortLook look = &useOfPort);

    void setProgram(const QString &path); // in place of the electric-service beside the console

Q_SIGNALS:
    void profileMade(const QString &profile);
    void serviceStarted(const QString &socketPath);

private:
    FirstRunChoice m_choice;
    ServiceLink *m_noLink = nullptr; // settings are tested by the program: no service runs yet, or another one
    SettingsCheck *m_check = nullptr;
    FirstStart *m_start = nullptr;
};

} // namespace electric::console
