#include <QTest>

#include "console/control/autostart.h"
#include "console/control/launcher.h"
#include "console/control/servicelink.h"
#include "console/pages/settings/exportdialog.h"
#include "console/pages/settings/importdialog.h"
#include "console/pages/settings/loginpanel.h"
#include "console/pages/settings/porthint.h"
#include "console/pages/settings/profileeditor.h"
#include "console/pages/settings/restartbar.h"
#include "console/pages/settings/settingsform.h"
#include "console/pages/settings/settingspage.h"
#include "console/pages/settings/tokendialog.h"
#include "console/pages/settings/writemodepanel.h"
#include "console/shell/appearance.h"
#include "console/shell/servicecontrols.h"
#include "console/widgets/copyfield.h"
#include "tests/support/throwawaycluster.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 30'000;

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

QPushButton *buttonIn(const QWidget *parent, const char *words)
{
    const auto all = parent->findChildren<QPushButton *>();
    for (QPushButton *one : all) {
        if (one->text().remove(QLatin1Char('&')) == text(words))
            return one;
    }
    return nullptr;
}

} // namespace

// The page of the settings as somebody uses it who comes with a docker command, changes things and restarts.
class TestSettingsPage : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    ServiceLink m_link;
    Launcher m_launcher;
    std::unique_ptr<SettingsPage> m_page;
    std::unique_ptr<ServiceControls> m_controls;

    ProfileEditor *editor() { return m_page->editor(); }
    SettingsForm *form() { return m_page->editor()->form(); }
    QLineEdit *line(const char *name) { return form()->findChild<QLineEdit *>(text(name)); }
    QComboBox *choice(const char *name) { return form()->findChild<QComboBox *>(text(name)); }
    QLabel *reason(const char *name) { return form()->findChild<QLabel *>(text(name) + text("-reason")); }
    static void choose(QComboBox *box, const char *value) { box->setCurrentIndex(box->findData(text(value))); }

    // For somebody who wants to see it: ELECTRIC_GRAB names a directory for pictures.
    static void grab(QWidget *widget, const char *name)
    {
        const QString directory = qEnvironmentVariable("ELECTRIC_GRAB");
        QTest::qWait(0); // laid out anew
        if (!directory.isEmpty())
            widget->grab().save(directory + QLatin1Char('/') + text(name) + text(".png"));
    }
    [[nodiscard]] SettingValues goodSettings() const
    {
        return {{text("DATABASE_URL"), m_cluster->url()}, {text("DATABASE_REQUIRE_SSL"), text("false")},
            {text("HTTP_PORT"), QString::number(test::freePort())}, {text("PG_PROXY_PORT"), QString::number(test::freePort())},
            {text("PG_PROXY_PASSWORD"), text("proxy-secret")}, {text("AUTH_MODE"), text("insecure")},
            {text("ELECTRIC_WRITE_TO_PG_MODE"), text("direct_writes")}, {text("ELECTRIC_LISTEN_ADDRESS"), text("127.0.0.1")}};
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const auto &[name, folder] : {std::pair {"XDG_CONFIG_HOME", "config"}, {"XDG_DATA_HOME", "data"}, {"XDG_STATE_HOME", "state"},
                 {"ELECTRIC_RUNTIME_DIR", "run"}})
            qputenv(name, QFile::encodeName(m_home.filePath(text(folder))));
        QApplication::setOrganizationName(text("electric"));
        QApplication::setApplicationName(text("electric-console"));
        QApplication::setStyle(text("Fusion"));
        apply(Appearance::Light);
        auto cluster = test::ThrowawayCluster::start();
        QVERIFY2(cluster, cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);
        m_launcher.setProgram(text(SERVICE_PROGRAM));
        m_page = std::make_unique<SettingsPage>(m_link, nullptr);
        m_page->findChild<QTabWidget *>()->setCurrentIndex(1);
        editor()->setProgram(text(SERVICE_PROGRAM));
        m_controls = std::make_unique<ServiceControls>(m_link, m_launcher, nullptr);
        connect(editor(), &ProfileEditor::restartWanted, m_controls.get(), &ServiceControls::restart);
        connect(&m_launcher, &Launcher::started, &m_link, &ServiceLink::setTarget);
        m_page->resize(1000, 760);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanupTestCase()
    {
        if (!m_link.isConnected())
            return;
        QSignalSpy stopped(&m_launcher, &Launcher::stopped);
        m_launcher.stop(m_link);
        QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, patienceMs);
    }

    void whatStartsAtLoginIsAVisibleChoice()
    {
        qputenv("PATH", QFile::encodeName(QFileInfo(text(SERVICE_PROGRAM)).path()) + ':' + qgetenv("PATH"));
        auto *tabs = m_page->findChild<QTabWidget *>();
        tabs->setCurrentIndex(2);
        auto *panel = m_page->findChild<LoginPanel *>();
        auto *console = panel->findChild<QCheckBox *>();
        QVERIFY(!console->isChecked());
        console->click();
        QVERIFY(startsAtLogin());
        console->click();
        QVERIFY(!QFile::exists(autostartPath()));

        auto *profiles = panel->findChild<QListWidget *>();
        panel->setHasSystemd(false);
        QVERIFY(!(profiles->item(0)->flags() & Qt::ItemIsEnabled));
        grab(m_page.get(), "settings-login-without");
        panel->setHasSystemd(true);
        profiles->item(0)->setCheckState(Qt::Checked);
        QTRY_VERIFY_WITH_TIMEOUT(serviceStartsAtLogin(firstProfile), patienceMs);
        QCOMPARE(profiles->item(0)->checkState(), Qt::Checked);
        grab(m_page.get(), "settings-login");
        profiles->item(0)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY(!QFile::exists(unitPath(firstProfile)));
        tabs->setCurrentIndex(1);
    }

    // A window of 1000 pixels leaves so much beside its navigation.
    void thePageFitsANarrowWindow()
    {
        QVERIFY2(m_page->minimumSizeHint().width() <= 780, qPrintable(QString::number(m_page->minimumSizeHint().width())));
    }

    // Those of the window's menu count, too.
    void keysReachOneThingEach()
    {
        QStringList keys {text("c"), text("g"), text("v"), text("h")};
        QStringList texts;
        for (const QAbstractButton *one : editor()->findChildren<QAbstractButton *>())
            texts << one->text();
        for (const QLabel *one : editor()->findChildren<QLabel *>()) {
            if (one->buddy())
                texts << one->text();
        }
        const auto *tabs = m_page->findChild<QTabWidget *>();
        for (int i = 0; i < tabs->count(); ++i)
            texts << tabs->tabText(i);
        for (const QString &one : std::as_const(texts)) {
            const qsizetype mark = one.indexOf(QLatin1Char('&'));
            if (mark < 0)
                continue;
            const QString key = one.mid(mark + 1, 1).toLower();
            QVERIFY2(!keys.contains(key), qPrintable(one));
            keys << key;
        }
    }

    void whatDoesNotApplyIsDisabledAndSaysWhy()
    {
        form()->setValues({});
        QVERIFY(!choice("DATABASE_REQUIRE_SSL")->isEnabled());
        QCOMPARE(choice("DATABASE_REQUIRE_SSL")->currentText(), text("not set: false")); // as it is with a Postgres of its own
        QCOMPARE(choice("DATABASE_REQUIRE_SSL")->count(), 3);
        QVERIFY(reason("DATABASE_REQUIRE_SSL")->isVisibleTo(form()));
        QVERIFY(reason("DATABASE_REQUIRE_SSL")->text().contains(text("DATABASE_URL")));
        QVERIFY(!line("AUTH_JWT_KEY")->isEnabled());
        choose(choice("AUTH_MODE"), "secure");
        QVERIFY(line("AUTH_JWT_KEY")->isEnabled());
        QVERIFY(reason("AUTH_JWT_KEY")->isHidden());
        line("AUTH_JWT_KEY")->setText(text("0123456789abcdef0123456789abcdef"));
        choose(choice("AUTH_MODE"), "insecure");
        QVERIFY(reason("AUTH_JWT_KEY")->text().contains(text("left out")));
        QVERIFY(!form()->values().contains(text("AUTH_JWT_KEY")));
        QVERIFY(form()->problems().empty());
        grab(m_page.get(), "settings-disabled");
    }

    void secretsAreMadeUp()
    {
        form()->setValues({{text("AUTH_MODE"), text("secure")}});
        auto *key = line("AUTH_JWT_KEY");
        auto *generate = buttonIn(key->parentWidget(), "Generate");
        QVERIFY(!generate->isEnabled() && generate->toolTip().contains(text("AUTH_JWT_ALG")));
        choose(choice("AUTH_JWT_ALG"), "RS256");
        QVERIFY(!generate->isEnabled());
        choose(choice("AUTH_JWT_ALG"), "HS512");
        QVERIFY(generate->isEnabled());
        generate->click();
        QCOMPARE(QByteArray::fromBase64(key->text().toLatin1()).size(), 64);
        QCOMPARE(key->echoMode(), QLineEdit::Normal); // to be taken along
        buttonIn(key->parentWidget(), "Hide")->click();
        QCOMPARE(key->echoMode(), QLineEdit::PasswordEchoOnEdit);
        QVERIFY(form()->problems().empty());
        auto *password = line("PG_PROXY_PASSWORD");
        buttonIn(password->parentWidget(), "Generate")->click();
        QVERIFY(password->text().size() >= 20);
        QVERIFY(!buttonIn(line("DATABASE_URL")->parentWidget(), "Generate")->isVisibleTo(form()));
        form()->ensureWidgetVisible(key);
        grab(m_page.get(), "settings-generated");
    }

    void aHeldPortIsNamedAndAFreeOneIsAClickAway()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost, 0));
        form()->setValues({});
        line("HTTP_PORT")->setText(QString::number(holder.serverPort()));
        auto *hint = form()->findChild<PortHint *>(text("HTTP_PORT-hint"));
        QTRY_VERIFY_WITH_TIMEOUT(hint->text().contains(text("tst_settingspage")), patienceMs);
        form()->ensureWidgetVisible(hint);
        grab(m_page.get(), "settings-port");
        hint->findChild<QPushButton *>()->click();
        QVERIFY(line("HTTP_PORT")->text().toInt() > holder.serverPort());
        QVERIFY(hint->text().isEmpty());
    }

    void aDockerCommandIsImportedAfterALook()
    {
        form()->setValues({{text("HTTP_PORT"), text("6000")}});
        buttonIn(editor(), "Import…")->click();
        auto *dialog = editor()->findChild<ImportDialog *>();
        QVERIFY(dialog);
        auto *take = dialog->findChild<QPushButton *>(text("take"));
        QVERIFY(!take->isEnabled());
        dialog->setText(text("docker run \\\n  -e \"DATABASE_URL=postgresql://u:hidden@db.example/app\" \\\n  -e AUTH_MODE=insecure "
                             "-e PG_PROXY_PASSWORD=hidden \\\n  -e ELECTRIC_WRITE_TO_PG_MODE=direct_writes -e POSTGRES_FLAVOUR=x \\\n"
                             "  --env-file .env -p 8080:5133 electricsql/electric"));
        QVERIFY(take->isEnabled());
        const auto *changes = dialog->findChild<QTableView *>()->model();
        QCOMPARE(changes->rowCount(), 6);
        for (int row = 0; row < changes->rowCount(); ++row) {
            for (int column = 0; column < changes->columnCount(); ++column)
                QVERIFY(!changes->index(row, column).data().toString().contains(text("hidden")));
        }
        grab(dialog, "settings-import");
        take->click();
        QCOMPARE(line("HTTP_PORT")->text(), text("8080"));
        QCOMPARE(line("DATABASE_URL")->text(), text("postgresql://u:hidden@db.example/app"));
        QVERIFY(!form()->values().contains(text("POSTGRES_FLAVOUR")));
        QVERIFY2(form()->problems().empty(), qPrintable(settings::problemsAsText(form()->problems())));
    }

    void anExportHasSecretsOnlyWhenTickedAndThenForItsOwner()
    {
        form()->setValues(goodSettings());
        buttonIn(editor(), "Export…")->click();
        auto *dialog = editor()->findChild<ExportDialog *>();
        QVERIFY(dialog);
        auto *format = dialog->findChild<QComboBox *>();
        for (int i = 0; i < format->count(); ++i) {
            format->setCurrentIndex(i);
            QVERIFY2(!dialog->text().contains(text("proxy-secret")) && dialog->text().contains(text("PG_PROXY_PASSWORD")),
                qPrintable(dialog->text()));
        }
        grab(dialog, "settings-export");
        dialog->findChild<QCheckBox *>()->setChecked(true);
        QVERIFY(dialog->text().contains(text("proxy-secret")));
        const QString path = m_home.filePath(text("exported.service"));
        buttonIn(dialog, "Save…")->click();
        auto *files = dialog->findChild<QFileDialog *>();
        QVERIFY(files);
        files->selectFile(path);
        static_cast<QDialog *>(files)->done(QDialog::Accepted);
        Q_EMIT files->fileSelected(path);
        QTRY_VERIFY(QFile::exists(path));
        QCOMPARE(QFile::permissions(path) & QFile::Permissions(0x0077), QFile::Permissions());
        dialog->close();
    }

    void theRoleIsCheckedAgainstTheDatabase()
    {
        auto sql = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(sql && sql->execute("CREATE ROLE weak LOGIN PASSWORD 'password'"));
        SettingValues settings = goodSettings();
        settings.insert(text("DATABASE_URL"), text("postgresql://weak:password@127.0.0.1:%1/postgres").arg(m_cluster->port()));
        form()->setValues(settings);
        line("DATABASE_URL")->setText(settings.value(text("DATABASE_URL")) + text(" "));
        auto *panel = editor()->findChild<WriteModePanel *>();
        auto *statements = panel->findChild<QPlainTextEdit *>();
        QVERIFY(statements->toPlainText().contains(text("ALTER ROLE weak REPLICATION;")));
        QVERIFY(!statements->toPlainText().contains(text("password@")));
        buttonIn(panel, "Copy the SQL")->click();
        QCOMPARE(QApplication::clipboard()->text(), statements->toPlainText());
        auto *run = buttonIn(panel, "Check the rights");
        QVERIFY(run->isEnabled());
        run->click();
        auto *findings = panel->findChild<QListWidget *>();
        QTRY_VERIFY_WITH_TIMEOUT(findings->isVisibleTo(panel) && findings->count() > 0, patienceMs);
        QVERIFY2(findings->item(0)->text().contains(text("The role weak may not replicate")), qPrintable(findings->item(0)->text()));
        form()->ensureWidgetVisible(findings);
        form()->ensureWidgetVisible(panel);
        grab(m_page.get(), "settings-rights");
        apply(Appearance::Dark);
        QTest::qWait(0);
        grab(m_page.get(), "settings-rights-dark");
        apply(Appearance::Light);
        choose(choice("ELECTRIC_WRITE_TO_PG_MODE"), "logical_replication");
        QVERIFY(statements->toPlainText().contains(text("SUPERUSER")));
        grab(m_page.get(), "settings-logical");
    }

    void settingsAreTestedWithoutAService()
    {
        form()->setValues(goodSettings());
        line("LOG_LEVEL");
        choose(choice("LOG_LEVEL"), "debug");
        auto *test = buttonIn(editor(), "Test connection");
        QVERIFY(test->isEnabled());
        test->click();
        QListWidget *findings = nullptr;
        for (QListWidget *one : editor()->findChildren<QListWidget *>(QString(), Qt::FindDirectChildrenOnly))
            findings = one;
        QVERIFY(findings);
        QTRY_VERIFY_WITH_TIMEOUT(findings->isVisible() && findings->count() > 3, patienceMs);
        grab(m_page.get(), "settings-tested");
    }

    void aTokenIsMade()
    {
        form()->setValues({});
        buttonIn(editor(), "Token…")->click();
        auto *dialog = editor()->findChild<TokenDialog *>();
        QVERIFY(dialog);
        buttonIn(dialog, "Make")->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<CopyField *>()->text().count(QLatin1Char('.')) == 2, patienceMs);
        grab(dialog, "settings-token");
        dialog->close();
    }

    void savedChangesOfAServiceThatRunsAskForARestart()
    {
        editor()->open(text("work"));
        editor()->findChild<QCheckBox *>()->setChecked(true);
        form()->setValues(goodSettings());
        editor()->save();
        QSignalSpy started(&m_launcher, &Launcher::started);
        m_controls->start(text("work"));
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        const qint64 before = m_link.hello().pid;
        auto *bar = editor()->findChild<RestartBar *>();
        QVERIFY(!bar->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(form()->findChild<PortHint *>(text("HTTP_PORT-hint"))->text().isEmpty(), patienceMs); // our own service

        line("ELECTRIC_INSTANCE_ID")->setText(text("one"));
        line("PG_PROXY_PASSWORD")->setText(text("another"));
        editor()->save();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patienceMs);
        const QString said = bar->findChild<QLabel *>()->text();
        QVERIFY2(said.contains(text("ELECTRIC_INSTANCE_ID")) && said.contains(text("PG_PROXY_PASSWORD")), qPrintable(said));
        grab(m_page.get(), "settings-restart");
        buttonIn(bar, "Differences…")->click();
        auto *differences = bar->findChild<QDialog *>();
        QVERIFY(differences);
        QCOMPARE(differences->findChild<QTableView *>()->model()->rowCount(), 2);
        grab(differences, "settings-differences");
        differences->close();
        buttonIn(bar, "Restart now")->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 2, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected() && m_link.hello().pid != before, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!bar->isVisible(), patienceMs);
    }

    // There is no key ring here.
    void aProfileIsNotStartedWithoutWhatItKeepsInTheKeyRing()
    {
        QVERIFY(writeProfile(text("ring"), {{text("HTTP_PORT"), text("6000")}}, {text("DATABASE_URL")}));
        m_controls->start(text("ring"));
        QMessageBox *box = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((box = m_controls->findChild<QMessageBox *>()) != nullptr, patienceMs);
        QVERIFY2(box->text().contains(text("DATABASE_URL")), qPrintable(box->text()));
        delete box;
        editor()->open(text("ring"));
        auto *save = buttonIn(editor(), "Save profile");
        QTRY_VERIFY_WITH_TIMEOUT(!save->isEnabled(), patienceMs); // it would be lost
        QVERIFY(QFile::remove(profilePath(text("ring"))));
        editor()->open(text("work"));
        QVERIFY(save->isEnabled());
    }

    void aServiceWhosePortIsHeldIsStartedOnAnother()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost, 0));
        SettingValues settings = goodSettings();
        settings.insert(text("HTTP_PORT"), QString::number(holder.serverPort()));
        QVERIFY(writeProfile(text("second"), settings));
        QSignalSpy started(&m_launcher, &Launcher::started);
        m_controls->start(text("second"));
        QMessageBox *box = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((box = m_controls->findChild<QMessageBox *>()) != nullptr, patienceMs);
        QVERIFY2(box->text().contains(text("tst_settingspage")), qPrintable(box->text()));
        grab(box, "settings-port-question");
        buttonIn(box, "Use it and start")->click();
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, patienceMs);
        QVERIFY(readProfile(text("second"))->value(text("HTTP_PORT")).toInt() > holder.serverPort());
        const QString first = m_link.target();
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected() && m_link.hello().name == text("second"), patienceMs);
        QSignalSpy stopped(&m_launcher, &Launcher::stopped);
        m_launcher.stop(m_link);
        QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, patienceMs);
        m_link.setTarget(QFileInfo(first).path() + text("/work.sock"));
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
    }
};

QTEST_MAIN(TestSettingsPage)
#include "tst_settingspage.moc"
