#pragma once

#include "console/control/servicestatus.h"
#include "console/control/warnings.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace electric::console {

// The icon in the desktop's tray: shows how the service stands, and tells what needs attention as a notification of the desktop, which
// leads to the page concerned. Where there is no tray, nothing is shown.
class Tray final : public QObject
{
    Q_OBJECT

public:
    explicit Tray(ServiceLink &link, QObject *parent = nullptr);

    [[nodiscard]] bool isShown() const { return m_icon.isVisible(); }
    void tell(const Warning &warning);

Q_SIGNALS:
    void windowWanted();
    void pageWanted(const QString &page, const QVariantMap &what); // beside windowWanted()
    void quitWanted();

private:
    void showStanding();

    ServiceStatus m_status;
    QMenu m_menu;
    QSystemTrayIcon m_icon;
    QString m_page; // of the last notification
};

} // namespace electric::console
