#include <QTest>

#include "console/assistant/assistant.h"
#include "console/assistant/pages.h"
#include "console/control/launcher.h"
#include "console/pages/settings/porthint.h"
#include "console/shell/appearance.h"
#include "console/widgets/notice.h"
#include "tests/support/throwawaycluster.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 60'000;

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

} // namespace

// From nothing to a table that syncs, against the real program.
class TestAssistant : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    std::unique_ptr<Assistant> m_assistant;
    QStringList m_started; // sockets of services that have to be stopped

    template <typename T> T *child(const char *name) { return m_assistant->currentPage()->findChild<T *>(text(name)); }
    void next() { m_assistant->button(QWizard::NextButton)->click(); }
    // For somebody who wants to see it: ELECTRIC_GRAB names a directory for pictures.
    void grab(const char *name)
    {
        QTest::qWait(0);
        const QString directory = qEnvironmentVariable("ELECTRIC_GRAB");
        if (!directory.isEmpty())
            m_assistant->grab().save(directory + QLatin1Char('/') + text(name) + text(".png"));
    }
    void open(const PortLook &look)
    {
        m_assistant = std::make_unique<Assistant>(nullptr, look);
        m_assistant->setProgram(text(SERVICE_PROGRAM));
        connect(m_assistant.get(), &Assistant::serviceStarted, this, [this](const QString &path) { m_started << path; });
        m_assistant->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_assistant.get()));
    }
    static void setPorts(const QWizardPage *page)
    {
        page->findChild<QSpinBox *>(text("http"))->setValue(test::freePort());
        page->findChild<QSpinBox *>(text("proxy"))->setValue(test::freePort());
    }

private Q_SLOTS:
    void initTestCase()
    {
        // The user postgres, whom the embedded server runs as when we are root, has to pass.
        QFile::setPermissions(
            m_home.path(), QFile::Permissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther));
        for (const auto &[name, folder] : {std::pair {"XDG_CONFIG_HOME", "config"}, {"XDG_DATA_HOME", "data"}, {"XDG_STATE_HOME", "state"},
                 {"ELECTRIC_RUNTIME_DIR", "run"}})
            qputenv(name, QFile::encodeName(m_home.filePath(text(folder))));
        QApplication::setOrganizationName(text("electric"));
        QApplication::setApplicationName(text("electric-console"));
        QApplication::setStyle(text("Fusion"));
        apply(Appearance::Light);
    }
    void cleanup()
    {
        m_assistant.reset();
        ServiceLink link;
        Launcher launcher;
        for (const QString &path : std::as_const(m_started)) {
            link.setTarget(path);
            QTRY_VERIFY_WITH_TIMEOUT(link.isConnected(), patienceMs);
            QSignalSpy stopped(&launcher, &Launcher::stopped);
            launcher.stop(link);
            QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, patienceMs);
        }
        m_started.clear();
    }

    void withADatabaseOfItsOwnATableSyncsWithinAMinute()
    {
        QVERIFY(isFirstRun(profilesWithFile(), 0));
        open([](quint16 port) { return port == 5133 ? PortUse {true, text("nginx (812)"), 812} : useOfPort(port); });
        QVERIFY(child<QRadioButton>("own")->isChecked());
        grab("assistant-choice");
        next();

        QCOMPARE(m_assistant->currentId(), int(assistant::PlaceId));
        QCOMPARE(child<QLineEdit>("profile")->text(), firstProfile);
        QVERIFY(child<QSpinBox>("http")->value() > 5133);
        QVERIFY2(child<QLabel>("taken")->text().contains(text("nginx (812)")), qPrintable(child<QLabel>("taken")->text()));
        grab("assistant-place");
        child<QSpinBox>("http")->setValue(5133);
        QVERIFY(!m_assistant->button(QWizard::NextButton)->isEnabled());
        QVERIFY(child<PortHint>("httpHint")->text().contains(text("nginx (812)")));
        child<PortHint>("httpHint")->findChild<QPushButton *>()->click();
        QVERIFY(m_assistant->button(QWizard::NextButton)->isEnabled());
        child<QLineEdit>("profile")->setText(text("no good"));
        QVERIFY(!m_assistant->button(QWizard::NextButton)->isEnabled());
        child<QLineEdit>("profile")->setText(text("first"));
        setPorts(m_assistant->currentPage());
        QVERIFY(m_assistant->button(QWizard::NextButton)->isEnabled());

        QElapsedTimer timer;
        timer.start();
        next();
        QCOMPARE(m_assistant->currentId(), int(assistant::ProgressId));
        auto *trouble = m_assistant->currentPage()->findChild<Notice *>();
        QTRY_VERIFY_WITH_TIMEOUT(!m_started.isEmpty() || !trouble->text().isEmpty(), patienceMs);
        grab("assistant-progress");
        QTRY_VERIFY_WITH_TIMEOUT(m_assistant->button(QWizard::NextButton)->isEnabled() || !trouble->text().isEmpty(), patienceMs);
        QVERIFY2(trouble->text().isEmpty(), qPrintable(trouble->text()));
        grab("assistant-done");
        next();

        QCOMPARE(m_assistant->currentId(), int(assistant::FinishId));
        QTRY_COMPARE_WITH_TIMEOUT(child<QTableWidget>("rows")->rowCount(), 2, patienceMs);
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(m_assistant->currentPage()->title().contains(text("electric_example")));
        child<QPushButton>("copy")->click();
        QVERIFY(QApplication::clipboard()->text().contains(text("electric.db.electric_example.sync()")));
        grab("assistant-finish");
        apply(Appearance::Dark);
        grab("assistant-finish-dark");
        apply(Appearance::Light);
        const SettingValues saved = readProfile(text("first")).value();
        QCOMPARE(saved.value(text("ELECTRIC_LISTEN_ADDRESS")), text("127.0.0.1"));
        QCOMPARE(QFile::permissions(profilePath(text("first"))) & QFile::Permissions(0x0077), QFile::Permissions());
        QVERIFY(!isFirstRun(profilesWithFile(), 0));
        m_assistant->button(QWizard::FinishButton)->click();
        QVERIFY(!m_assistant->isVisible());
    }

    void aDatabaseOfMineMustPassTheTest()
    {
        auto cluster = test::ThrowawayCluster::start();
        QVERIFY2(cluster, cluster ? "" : cluster.error().detail.c_str());
        auto sql = pg::Connection::open((*cluster)->options(), "test");
        QVERIFY(sql && sql->execute("CREATE ROLE weak LOGIN PASSWORD 'password'"));
        open(&useOfPort);
        child<QRadioButton>("mine")->setChecked(true);
        next();
        QCOMPARE(m_assistant->currentId(), int(assistant::ConnectId));
        QVERIFY(!m_assistant->button(QWizard::NextButton)->isEnabled());
        QVERIFY(!child<QPushButton>("test")->isEnabled());
        const auto type = [this](const QString &url) {
            child<QLineEdit>("url")->selectAll();
            QTest::keyClicks(child<QLineEdit>("url"), url);
        };
        type(text("postgresql://weak:password@127.0.0.1:%1/postgres").arg((*cluster)->port()));
        QVERIFY(!child<QCheckBox>("tls")->isChecked()); // it is on this computer
        child<QPushButton>("test")->click();
        auto *findings = m_assistant->currentPage()->findChild<QListWidget *>();
        QTRY_VERIFY_WITH_TIMEOUT(findings->count() > 1, patienceMs);
        QVERIFY2(findings->item(0)->text().contains(text("may not replicate")), qPrintable(findings->item(0)->text()));
        QVERIFY(!m_assistant->button(QWizard::NextButton)->isEnabled());
        grab("assistant-connect");
        type((*cluster)->url());
        QCOMPARE(findings->count(), 0);
        child<QPushButton>("test")->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_assistant->button(QWizard::NextButton)->isEnabled(), patienceMs);
        next();

        child<QLineEdit>("profile")->setText(text("mine"));
        child<QCheckBox>("example")->setChecked(false);
        setPorts(m_assistant->currentPage());
        next();
        auto *trouble = m_assistant->currentPage()->findChild<Notice *>();
        QTRY_VERIFY_WITH_TIMEOUT(m_assistant->button(QWizard::NextButton)->isEnabled() || !trouble->text().isEmpty(), patienceMs);
        QVERIFY2(trouble->text().isEmpty(), qPrintable(trouble->text()));
        next();
        QCOMPARE(m_assistant->currentPage()->title(), text("Electric runs")); // nothing was made in my database
        auto tables = sql->query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        QVERIFY(tables && tables->text(0, 0) == "0");
        grab("assistant-finish-mine");
        cleanup(); // before its database
    }

    void whatFailsIsToldAndCanBeTriedAgain()
    {
        open(&useOfPort);
        m_assistant->setProgram(text("/nowhere/electric-service"));
        next();
        child<QLineEdit>("profile")->setText(text("third"));
        setPorts(m_assistant->currentPage());
        next();
        auto *trouble = m_assistant->currentPage()->findChild<Notice *>();
        QTRY_VERIFY_WITH_TIMEOUT(trouble->text().contains(text("/nowhere/electric-service")), patienceMs);
        QVERIFY(child<QPushButton>("again")->isVisible());
        QVERIFY(!m_assistant->button(QWizard::NextButton)->isEnabled());
        grab("assistant-failed");
        m_assistant->back();
        QVERIFY(m_assistant->button(QWizard::NextButton)->isEnabled()); // the profile is our own
    }
};

QTEST_MAIN(TestAssistant)
#include "tst_assistant.moc"
