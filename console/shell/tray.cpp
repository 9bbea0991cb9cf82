#include "console/shell/tray.h"

#include "console/widgets/symbol.h"

namespace electric::console {

Tray::Tray(ServiceLink &link, QObject *parent) : QObject(parent), m_status(link, this)
{
    m_menu.addAction(tr("&Show the console"), this, &Tray::windowWanted);
    m_menu.addAction(tr("&Quit"), this, &Tray::quitWanted);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::windowWanted);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            Q_EMIT windowWanted();
    });
    connect(&m_status, &ServiceStatus::changed, this, &Tray::showStanding);
    showStanding();
    if (QSystemTrayIcon::isSystemTrayAvailable())
        m_icon.show();
}

void Tray::showStanding()
{
    const Standing standing = m_status.standing();
    m_icon.setIcon(symbol(standing.kind == Standing::Kind::Good ? "electric" : symbolOf(standing.kind)));
    m_icon.setToolTip(tr("Electric: %1").arg(standing.word));
    if (standing.kind == Standing::Kind::Bad && m_last != Standing::Kind::Bad && m_icon.isVisible())
        m_icon.showMessage(tr("Electric: %1").arg(standing.word), standing.reason, QSystemTrayIcon::Warning);
    if (standing.kind != Standing::Kind::Waiting) // on the way from one state to the next
        m_last = standing.kind;
}

} // namespace electric::console
