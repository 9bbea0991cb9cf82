#pragma once

#include "console/control/launcher.h"
#include "console/control/secretstore.h"

#include <QWidget>

class QComboBox;
class QPushButton;

namespace electric::console {

class ServiceLink;

// Starts, stops and restarts services: buttons, and the profile that is started.
class ServiceControls final : public QWidget
{
    Q_OBJECT

public:
    ServiceControls(ServiceLink &link, Launcher &launcher, QWidget *parent);

    void offerProfiles(); // anew

Q_SIGNALS:
    void noted(const QString &text);

private:
    using Ready = std::function<void(const Launch &)>;
    void gather(const QString &profile, const Ready &ready); // its settings and secrets
    void askToStop();
    void restart();
    void showState();
    void complain(const admin::Error &why);
    [[nodiscard]] QString chosen() const;

    ServiceLink &m_link;
    Launcher &m_launcher;
    SecretStore m_secrets;
    QComboBox *m_profile = nullptr;
    QPushButton *m_start = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_restart = nullptr;
};

} // namespace electric::console
