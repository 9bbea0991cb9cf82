#include "console/assistant/assistant.h"
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
#include "console/pages/tools/toolspage.h"
#include "console/pages/writes/writespage.h"
#include "console/shell/appearance.h"
#include "console/shell/language.h"
#include "console/shell/servicechooser.h"
#include "console/shell/servicecontrols.h"
#include "console/shell/singleinstance.h"
#include "console/shell/tray.h"

#include <QApplication>

using namespace electric::console;

namespace {

void openAssistant(MainWindow &window, ServiceControls &controls, ProfileEditor &editor)
{
    auto *assistant = new Assistant(&window);
    assistant->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(assistant, &Assistant::profileMade, &controls, &ServiceControls::offerProfiles);
    QObject::connect(assistant, &Assistant::profileMade, &editor, &ProfileEditor::open);
    QObject::connect(assistant, &Assistant::serviceStarted, window.chooser(), &ServiceChooser::follow);
    assistant->open();
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("electric"));
    QApplication::setApplicationName(QStringLiteral("electric-console"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.electric.Console")); // its icon and name in docks and notifications
    QApplication::setApplicationVersion(QStringLiteral(ELECTRIC_VERSION));
    speak(rememberedLanguage());
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
    window.addPage(new ToolsPage(link));
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
    QObject::connect(settings->editor(), &ProfileEditor::restartWanted, controls, &ServiceControls::restart);
    QObject::connect(controls, &ServiceControls::profileChanged, settings->editor(), &ProfileEditor::reopen);
    QObject::connect(&instance, &SingleInstance::wanted, &window, &MainWindow::comeForward);
    QObject::connect(&tray, &Tray::windowWanted, &window, &MainWindow::comeForward);
    QObject::connect(&tray, &Tray::quitWanted, &app, &QCoreApplication::quit);
    window.restore();
    // At login it waits in the tray; where there is none, beside the other windows.
    const bool isHidden = app.arguments().contains(QStringLiteral("--hidden"));
    if (isHidden && tray.isShown())
        QApplication::setQuitOnLastWindowClosed(false);
    else if (isHidden)
        window.showMinimized();
    else
        window.show();
    const auto assist = [&] { openAssistant(window, *controls, *settings->editor()); };
    QObject::connect(&window, &MainWindow::assistantWanted, &window, assist);
    if (!isHidden && isFirstRun(profilesWithFile(), int(electric::admin::discover().size())))
        assist();
    return QApplication::exec();
}
