#pragma once

#include "console/exchange/settingsdiff.h"

#include <QFrame>
#include <QStringList>

class QLabel;
class QPushButton;

namespace electric::console {

class ServiceLink;

// Says which settings of a profile the service that runs with it does not go by yet, and offers to restart it. Hidden while there are
// none, and while no service of that profile is linked.
class RestartBar final : public QFrame
{
    Q_OBJECT

public:
    RestartBar(ServiceLink &link, QWidget *parent);

    void setProfile(const QString &profile, const SettingValues &saved);
    // Secrets that were saved with another value: from outside one sees only whether there is one.
    void addChangedSecrets(const QStringList &names);

Q_SIGNALS:
    void restartWanted();

private:
    void ask();
    void show(const std::vector<SettingChange> &changes);
    void showDifferences();

    ServiceLink &m_link;
    QString m_profile;
    SettingValues m_saved;
    QStringList m_changedSecrets; // since the service with this process id was started
    qint64 m_pid = 0;
    std::vector<SettingChange> m_changes;
    QLabel *m_words = nullptr;
    QPushButton *m_restart = nullptr;
};

} // namespace electric::console
