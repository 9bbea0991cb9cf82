#pragma once

#include "console/control/servicestatus.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace electric::console {

// The icon in the desktop's tray: shows how the service stands, and tells when it is not well any more. Where there is no tray, nothing
// is shown.
class Tray final : public QObject
{
    Q_OBJECT

public:
    explicit Tray(ServiceLink &link, QObject *parent = nullptr);

    [[nodiscard]] bool isShown() const { return m_icon.isVisible(); }

Q_SIGNALS:
    void windowWanted();
    void quitWanted();

private:
    void showStanding();

    ServiceStatus m_status;
    QMenu m_menu;
    QSystemTrayIcon m_icon;
    Standing::Kind m_last = Standing::Kind::Off;
};

} // namespace electric::console
