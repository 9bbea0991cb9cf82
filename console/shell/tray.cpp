#include "console/shell/tray.h"

#include "console/widgets/symbol.h"

namespace electric::console {

Tray::Tray(ServiceLink &link, QObject *parent) : QObject(parent), m_status(link, this)
{
    m_menu.addAction(tr("&Show the console"), this, &Tray::windowWanted);
    m_menu.addAction(tr("&Quit"), this, &Tray::quitWanted);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, [this] {
        Q_EMIT windowWanted();
        if (!m_page.isEmpty())
            Q_EMIT pageWanted(m_page, {});
    });
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
}

void Tray::tell(const Warning &warning)
{
    if (!m_icon.isVisible())
        return;
    m_page = warning.page;
    m_icon.showMessage(tr("Electric: %1").arg(warning.title), warning.text,
        warning.level == Warning::Level::Grave        ? QSystemTrayIcon::Critical
            : warning.level == Warning::Level::Notice ? QSystemTrayIcon::Information
                                                      : QSystemTrayIcon::Warning);
}

} // namespace electric::console
