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
    void restart(); // what is linked, with its profile as it is now
    void start(const QString &profile);

Q_SIGNALS:
    void noted(const QString &text);
    void profileChanged(const QString &profile); // here, on the disk

private:
    using Ready = std::function<void(const Launch &)>;
    void gather(const QString &profile, const Ready &ready); // its settings and secrets
    void startUnlessPortsAreHeld(const Launch &launch);
    void offerOtherPorts(const Launch &launch, const std::vector<PortTrouble> &troubles);
    void takeOtherPorts(const Launch &launch, const std::vector<PortTrouble> &troubles);
    void askToStop();
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
