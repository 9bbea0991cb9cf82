#include <QTest>

#include "console/control/launcher.h"
#include "console/control/servicelink.h"
#include "console/mainwindow.h"
#include "console/pages/logs/logspage.h"
#include "console/pages/overview/overviewpage.h"
#include "console/pages/settings/profileeditor.h"
#include "console/pages/settings/settingsform.h"
#include "console/pages/settings/settingspage.h"
#include "console/shell/appearance.h"
#include "console/shell/servicechooser.h"
#include "console/shell/servicecontrols.h"
#include "console/widgets/copyfield.h"
#include "console/widgets/statemark.h"
#include "console/widgets/tile.h"
#include "tests/support/throwawaycluster.h"

#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTreeView>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 30'000;

} // namespace

// The window against a real service, as somebody sees and uses it.
class TestConsoleShell : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    std::unique_ptr<ServiceLink> m_link;
    std::unique_ptr<Launcher> m_launcher;
    std::unique_ptr<MainWindow> m_window;
    OverviewPage *m_overview = nullptr;
    LogsPage *m_logs = nullptr;
    SettingsPage *m_settings = nullptr;
    ServiceControls *m_controls = nullptr;
    quint16 m_port = test::freePort();
    qint64 m_pid = 0;

    // For somebody who wants to see the pages: ELECTRIC_GRAB names a directory for pictures.
    void grab(const char *name)
    {
        const QString directory = qEnvironmentVariable("ELECTRIC_GRAB");
        if (!directory.isEmpty())
            m_window->grab().save(directory + QLatin1Char('/') + QString::fromLatin1(name) + QStringLiteral(".png"));
    }
    [[nodiscard]] SettingValues goodSettings() const
    {
        return {{QStringLiteral("DATABASE_URL"), m_cluster->url()}, {QStringLiteral("DATABASE_REQUIRE_SSL"), QStringLiteral("false")},
            {QStringLiteral("HTTP_PORT"), QString::number(m_port)}, {QStringLiteral("PG_PROXY_PORT"), QString::number(test::freePort())},
            {QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("proxy-secret")},
            {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")},
            {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")},
            {QStringLiteral("ELECTRIC_LISTEN_ADDRESS"), QStringLiteral("127.0.0.1")}};
    }
    QPushButton *button(const QString &text)
    {
        const auto all = m_window->findChildren<QPushButton *>();
        for (QPushButton *one : all) {
            if (one->text().remove(QLatin1Char('&')) == text)
                return one;
        }
        return nullptr;
    }
    QString word() { return m_window->findChildren<StateMark *>().last()->word(); }
    QString spoken(const QString &name)
    {
        const auto tiles = m_window->findChildren<Tile *>();
        for (const Tile *one : tiles) {
            if (one->accessibleName().startsWith(name))
                return one->figure();
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const auto &[name, folder] : {std::pair {"XDG_CONFIG_HOME", "config"}, {"XDG_DATA_HOME", "data"}, {"XDG_STATE_HOME", "state"},
                 {"ELECTRIC_RUNTIME_DIR", "run"}})
            qputenv(name, QFile::encodeName(m_home.filePath(QString::fromLatin1(folder))));
        QApplication::setOrganizationName(QStringLiteral("electric"));
        QApplication::setApplicationName(QStringLiteral("electric-console"));
        QApplication::setStyle(QStringLiteral("Fusion"));
        auto cluster = test::ThrowawayCluster::start();
        QVERIFY2(cluster, cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);

        m_link = std::make_unique<ServiceLink>();
        m_launcher = std::make_unique<Launcher>();
        m_launcher->setProgram(QStringLiteral(SERVICE_PROGRAM));
        m_window = std::make_unique<MainWindow>(*m_link);
        m_overview = new OverviewPage(*m_link, m_window.get());
        m_logs = new LogsPage(*m_link, m_window.get());
        m_settings = new SettingsPage(*m_link, m_window.get());
        m_controls = new ServiceControls(*m_link, *m_launcher, m_overview);
        m_overview->addControls(m_controls);
        for (Page *page : std::initializer_list<Page *> {m_overview, m_logs, m_settings})
            m_window->addPage(page);
        connect(m_launcher.get(), &Launcher::started, m_window->chooser(), &ServiceChooser::follow);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanupTestCase()
    {
        if (m_pid > 0 && m_link->isConnected())
            m_link->call(QStringLiteral("stop"), {}, this, [](const admin::Outcome &) {});
        if (m_pid > 0)
            QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(QStringLiteral("/proc/%1/fd").arg(m_pid)), patienceMs);
        m_window.reset();
    }

    void withoutAServiceTheWindowSaysSoAndOffersToStartOne()
    {
        QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("No service"), patienceMs);
        QVERIFY(button(QStringLiteral("Start"))->isEnabled());
        QVERIFY(!button(QStringLiteral("Stop"))->isEnabled());
        QVERIFY(m_overview->findChild<CopyField *>()->text().isEmpty());
        grab("overview-none");
    }

    void aProfileIsSavedForItsOwnerOnly()
    {
        m_window->showPage(QStringLiteral("settings"), {});
        m_settings->findChild<QTabWidget *>()->setCurrentIndex(1);
        m_settings->editor()->form()->setValues(goodSettings());
        QVERIFY(m_settings->editor()->form()->problems().empty());
        m_settings->editor()->findChild<QCheckBox *>()->setChecked(true);
        grab("profile");
        QSignalSpy saved(m_settings->editor(), &ProfileEditor::saved);
        m_settings->editor()->save();
        QCOMPARE(saved.size(), 1);
        const QFile file(profilePath(firstProfile));
        QVERIFY(file.exists());
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    }

    void aWrongValueIsShownWhereItIsAndNotSaved()
    {
        SettingsForm *form = m_settings->editor()->form();
        auto *port = form->findChild<QLineEdit *>(QStringLiteral("HTTP_PORT"));
        const QString good = port->text();
        port->setText(QStringLiteral("70000"));
        QCOMPARE(form->problems().size(), std::size_t(1));
        QSignalSpy saved(m_settings->editor(), &ProfileEditor::saved);
        m_settings->editor()->save();
        QCOMPARE(saved.size(), 0);
        QVERIFY(port->hasFocus());
        grab("profile-wrong");
        port->setText(good);
        QVERIFY(form->problems().empty());
    }

    void aServiceIsStartedFromTheProfile()
    {
        m_window->showPage(QStringLiteral("overview"), {});
        QSignalSpy started(m_launcher.get(), &Launcher::started);
        button(QStringLiteral("Start"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("Ready"), patienceMs);
        m_pid = m_link->hello().pid;
        QCOMPARE(m_link->hello().name, firstProfile);
        QVERIFY(QFile::exists(logPathOf(firstProfile)));
    }

    void theOverviewShowsFiguresAndAddresses()
    {
        QTRY_COMPARE_WITH_TIMEOUT(spoken(QStringLiteral("Sessions")), QStringLiteral("0"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(spoken(QStringLiteral("Transactions from Postgres")) != QStringLiteral("–"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(spoken(QStringLiteral("Memory")).contains(QStringLiteral("B")), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(spoken(QStringLiteral("Behind Postgres")) != QStringLiteral("–"), patienceMs);
        QCOMPARE(m_overview->findChild<CopyField *>()->text(), QStringLiteral("http://127.0.0.1:%1").arg(m_port));
        for (const CopyField *one : m_overview->findChildren<CopyField *>())
            QVERIFY2(!one->text().contains(QStringLiteral("password")) && !one->text().contains(QStringLiteral("secret")),
                qPrintable(one->text()));
        grab("overview");
        apply(Appearance::Dark);
        QTest::qWait(0);
        grab("overview-dark");
        apply(Appearance::Light);
        QTest::qWait(0);
        grab("overview-light");
    }

    void aSecondStartSaysWhoHoldsThePort()
    {
        const auto trouble
            = troubleWithPorts({QStringLiteral("other"), {{QStringLiteral("HTTP_PORT"), QString::number(m_port)}}}, [this](quint16 port) {
                  return port == m_port ? PortUse {true, QStringLiteral("electric-service (%1)").arg(m_pid), m_pid} : PortUse();
              });
        QVERIFY(trouble && trouble->message.contains(QString::number(m_pid)));
        QSignalSpy failed(m_launcher.get(), &Launcher::failed);
        m_launcher->start({QStringLiteral("other"), goodSettings()});
        QCOMPARE(failed.size(), 1);
        const auto why = failed[0][0].value<admin::Error>();
        QVERIFY2(
            why.message.contains(QStringLiteral("electric-service (%1)").arg(m_pid)) && why.remedy.contains(QStringLiteral("HTTP_PORT")),
            qPrintable(why.message + why.remedy));
        auto *box = m_controls->findChild<QMessageBox *>();
        QVERIFY(box && box->isVisible());
        box->close();
    }

    void theLogIsShownAndFiltered()
    {
        m_window->showPage(QStringLiteral("logs"), {});
        auto *list = m_logs->findChild<QTreeView *>();
        QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() > 1, patienceMs);
        grab("logs");
        const int all = list->model()->rowCount();
        auto *find = m_logs->findChild<QLineEdit *>();
        find->setText(QStringLiteral("ready"));
        QVERIFY(list->model()->rowCount() > 0 && list->model()->rowCount() < all);
        m_logs->findChild<QCheckBox *>()->setChecked(true);
        find->setText(QStringLiteral("(")); // wrong: nothing is hidden
        QCOMPARE(list->model()->rowCount(), all);
        find->clear();
        m_window->showPage(QStringLiteral("logs"), {{QStringLiteral("level"), QStringLiteral("error")}});
        QCOMPARE(list->model()->rowCount(), 0);
    }

    void theSettingsInForceAreShownWithoutSecrets()
    {
        m_window->showPage(QStringLiteral("settings"), {});
        m_settings->findChild<QTabWidget *>()->setCurrentIndex(0);
        auto *tree = m_settings->findChild<QTreeView *>();
        QTRY_VERIFY_WITH_TIMEOUT(tree->model()->rowCount() > 3, patienceMs);
        grab("settings");
        const QModelIndexList found = tree->model()->match(
            tree->model()->index(0, 0), Qt::DisplayRole, QStringLiteral("PG_PROXY_PASSWORD"), 1, Qt::MatchExactly | Qt::MatchRecursive);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].siblingAtColumn(1).data().toString(), QStringLiteral("set, not shown"));
        tree->setCurrentIndex(found[0]);
    }

    void settingsAreTestedByTheService()
    {
        m_settings->findChild<QTabWidget *>()->setCurrentIndex(1);
        button(QStringLiteral("Test connection"))->click();
        auto *findings = m_settings->editor()->findChild<QListWidget *>();
        QTRY_VERIFY_WITH_TIMEOUT(findings->isVisible() && findings->count() > 1, patienceMs);
        grab("profile-tested");
    }

    void pagesAreReachedByKeys()
    {
        m_window->activateWindow(); // a message that was closed does not give the activity back here
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        const auto *pages = m_window->findChild<QStackedWidget *>();
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget(), m_logs);
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget(), m_overview);
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        auto *shortcuts = m_window->findChild<QDialog *>();
        QTRY_VERIFY(shortcuts && shortcuts->isVisible());
        shortcuts->close();
    }

    // Who cannot see needs a name for everything that takes the focus.
    void everythingThatTakesTheFocusHasAName()
    {
        for (const QWidget *one : m_window->findChildren<QWidget *>()) {
            const bool isOurs = !one->objectName().startsWith(QLatin1String("qt_")) && !one->inherits("QComboBoxListView");
            if (!isOurs || !(one->focusPolicy() & Qt::TabFocus) || one->focusProxy())
                continue;
            const QAccessibleInterface *spokenOf = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(one));
            const QString name = spokenOf ? spokenOf->text(QAccessible::Name) : QString();
            QVERIFY2(!name.isEmpty() || one->inherits("QTabBar") || one->inherits("QTabWidget"),
                qPrintable(QString::fromLatin1(one->metaObject()->className()) + QLatin1Char(' ') + one->objectName()));
        }
    }

    void theServiceIsRestartedAndStopped()
    {
        const qint64 before = m_link->hello().pid;
        QSignalSpy started(m_launcher.get(), &Launcher::started);
        button(QStringLiteral("Restart"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_link->isConnected() && m_link->hello().pid != before, patienceMs);
        m_pid = m_link->hello().pid;
        QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("Ready"), patienceMs);
        QSignalSpy stopped(m_launcher.get(), &Launcher::stopped);
        m_launcher->stop(*m_link);
        QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, patienceMs);
        m_pid = 0;
        QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("Not running"), patienceMs);
        m_window->showPage(QStringLiteral("overview"), {});
        grab("overview-stopped");
    }

    void aServiceThatEndsAtOnceIsToldWithItsLog()
    {
        SettingValues wrong = goodSettings();
        wrong.insert(QStringLiteral("HTTP_PORT"), QStringLiteral("nonsense"));
        QSignalSpy failed(m_launcher.get(), &Launcher::failed);
        m_launcher->start({QStringLiteral("wrong"), wrong});
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patienceMs);
        const auto why = failed[0][0].value<admin::Error>();
        QVERIFY2(why.message.contains(QStringLiteral("HTTP_PORT")), qPrintable(why.message));
        QVERIFY(m_launcher->state() == Launcher::State::Idle);
    }
};

QTEST_MAIN(TestConsoleShell)
#include "tst_consoleshell.moc"
