#include "console/control/launcher.h"
#include "console/control/recorder.h"
#include "console/control/servicelink.h"
#include "console/control/watcher.h"
#include "console/mainwindow.h"
#include "console/pages/logs/logspage.h"
#include "console/pages/overview/overviewpage.h"
#include "console/pages/replication/replicationpage.h"
#include "console/pages/sessions/sessionspage.h"
#include "console/pages/settings/profileeditor.h"
#include "console/pages/settings/settingspage.h"
#include "console/pages/tables/tablespage.h"
#include "console/pages/writes/writespage.h"
#include "console/shell/appearance.h"
#include "console/shell/servicechooser.h"
#include "console/shell/servicecontrols.h"
#include "console/shell/singleinstance.h"
#include "console/shell/tray.h"

#include <QApplication>

using namespace electric::console;

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("electric"));
    QApplication::setApplicationName(QStringLiteral("electric-console"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.electric.Console")); // its icon and name in docks and notifications
    QApplication::setApplicationVersion(QStringLiteral(ELECTRIC_VERSION));
    SingleInstance instance(QStringLiteral("electric-console"));
    if (!instance.claim())
        return 0; // the other one came forward
    QApplication::setStyle(QStringLiteral("Fusion")); // draws all it shows by the palette, so the appearances look the same everywhere
    apply(rememberedAppearance());

    ServiceLink link;
    Launcher launcher;
    const Recorder recorder(link);
    Watcher watcher(link, recorder);
    MainWindow window(link);
    auto *overview = new OverviewPage(link, &window);
    auto *settings = new SettingsPage(link, &window);
    auto *controls = new ServiceControls(link, launcher, overview);
    overview->addControls(controls);
    window.addPage(overview);
    window.addPage(new SessionsPage(link));
    window.addPage(new ReplicationPage(link, recorder));
    window.addPage(new TablesPage(link));
    window.addPage(new WritesPage(link));
    window.addPage(new LogsPage(link, &window));
    window.addPage(settings);

    Tray tray(link);
    overview->follow(watcher);
    QObject::connect(&watcher, &Watcher::warned, &tray, &Tray::tell);
    QObject::connect(&tray, &Tray::pageWanted, &window, &MainWindow::showPage);
    QObject::connect(
        &launcher, &Launcher::stateChanged, &watcher, [&] { watcher.setStopExpected(launcher.state() != Launcher::State::Idle); });
    QObject::connect(&launcher, &Launcher::started, window.chooser(), &ServiceChooser::follow);
    QObject::connect(controls, &ServiceControls::noted, overview, &Page::noted);
    QObject::connect(settings->editor(), &ProfileEditor::saved, controls, &ServiceControls::offerProfiles);
    QObject::connect(&instance, &SingleInstance::wanted, &window, &MainWindow::comeForward);
    QObject::connect(&tray, &Tray::windowWanted, &window, &MainWindow::comeForward);
    QObject::connect(&tray, &Tray::quitWanted, &app, &QCoreApplication::quit);
    window.restore();
    window.show();
    return QApplication::exec();
}
