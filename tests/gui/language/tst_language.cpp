#include <QTest>

#include "console/control/launcher.h"
#include "console/control/recorder.h"
#include "console/control/servicelink.h"
#include "console/mainwindow.h"
#include "console/models/format.h"
#include "console/models/keyedtablemodel.h"
#include "console/pages/logs/logspage.h"
#include "console/pages/overview/overviewpage.h"
#include "console/pages/replication/replicationpage.h"
#include "console/pages/sessions/sessionspage.h"
#include "console/pages/settings/settingspage.h"
#include "console/pages/tables/tablespage.h"
#include "console/pages/tools/toolspage.h"
#include "console/pages/writes/writespage.h"
#include "console/shell/appearance.h"
#include "console/shell/language.h"
#include "console/shell/servicechooser.h"
#include "console/shell/servicecontrols.h"
#include "console/widgets/statemark.h"
#include "tests/gui/language/cuttexts.h"
#include "tests/gui/language/untranslated.h"
#include "tests/gui/pages/runningservice.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLibraryInfo>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTranslator>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 15'000;
constexpr int narrowest = 1'000;

QStringList entriesOf(const QMenu &menu)
{
    QStringList texts;
    const auto actions = menu.actions();
    for (const QAction *one : actions)
        texts.append(one->text());
    return texts;
}

} // namespace

// The whole window in German, without a service and with one.
class TestLanguage : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    Untranslated m_untranslated;
    test::RunningService m_service;
    std::unique_ptr<ServiceLink> m_link;
    std::unique_ptr<Launcher> m_launcher;
    std::unique_ptr<Recorder> m_recorder;
    std::unique_ptr<MainWindow> m_window;
    QList<Page *> m_pages;
    std::unique_ptr<bench::SatelliteClient> m_app;

    void picture(const QString &name)
    {
        const QString directory = qEnvironmentVariable("ELECTRIC_GRAB");
        if (!directory.isEmpty())
            m_window->grab().save(directory + QLatin1Char('/') + name + QStringLiteral(".png"));
    }
    // The widgets that need the most room, to be named when something is too wide.
    static QString widest(const QWidget &page)
    {
        QStringList names;
        const auto all = page.findChildren<QWidget *>();
        for (const QWidget *one : all) {
            if (one->minimumSizeHint().width() > page.minimumSizeHint().width() / 4 && !one->objectName().isEmpty())
                names.append(QStringLiteral("%1: %2").arg(one->objectName()).arg(one->minimumSizeHint().width()));
        }
        return names.join(QStringLiteral(", "));
    }
    void makeWindow()
    {
        m_link = std::make_unique<ServiceLink>();
        m_launcher = std::make_unique<Launcher>();
        m_recorder = std::make_unique<Recorder>(*m_link);
        m_window = std::make_unique<MainWindow>(*m_link);
        auto *overview = new OverviewPage(*m_link, m_window.get());
        overview->addControls(new ServiceControls(*m_link, *m_launcher, overview));
        m_pages = {overview, new SessionsPage(*m_link), new ReplicationPage(*m_link, *m_recorder), new TablesPage(*m_link),
            new WritesPage(*m_link), new ToolsPage(*m_link), new LogsPage(*m_link, m_window.get()),
            new SettingsPage(*m_link, m_window.get())};
        for (Page *page : std::as_const(m_pages))
            m_window->addPage(page);
    }
    // Each page, and each tab of it, at the width at which everything still has to fit.
    void nothingIsCut(const QString &state)
    {
        for (Page *page : std::as_const(m_pages)) {
            m_window->showPage(page->objectName(), {});
            const auto tabs = page->findChildren<QTabWidget *>();
            for (int tab = 0; tab < (tabs.isEmpty() ? 1 : tabs.first()->count()); ++tab) {
                if (!tabs.isEmpty())
                    tabs.first()->setCurrentIndex(tab);
                QCoreApplication::processEvents();
                picture(QStringLiteral("de-%1-%2-%3").arg(page->objectName(), state).arg(tab));
                QStringList cut; // layouts of texts that wrap take a few turns to settle
                QTRY_VERIFY2((cut = cutTexts(*m_window)).isEmpty(),
                    qPrintable(page->objectName() + QStringLiteral(": ") + cut.join(QStringLiteral("; "))));
            }
        }
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
        apply(qEnvironmentVariable("ELECTRIC_DARK").isEmpty() ? Appearance::Light : Appearance::Dark);
        QVERIFY(m_service.prepare());
    }

    void theChoiceIsRemembered()
    {
        QCOMPARE(rememberedLanguage(), Language::System);
        QMenu view;
        QString noted;
        addLanguageMenu(view, [&noted](const QString &text) { noted = text; });
        const QMenu *languages = view.actions().constFirst()->menu();
        QCOMPARE(entriesOf(*languages).mid(0, 3),
            QStringList({QStringLiteral("&As the system is"), QStringLiteral("&English"), QStringLiteral("&Deutsch")}));
        QVERIFY(languages->actions().constFirst()->isChecked());
        languages->actions().at(2)->trigger();
        QCOMPARE(rememberedLanguage(), Language::German);
        QVERIFY(noted.contains(QStringLiteral("next start")));
        QVERIFY(!languages->actions().constFirst()->isChecked());
        QSettings().setValue(QStringLiteral("language"), QStringLiteral("klingon"));
        QCOMPARE(rememberedLanguage(), Language::System);
        remember(Language::German);
    }

    void englishHasItsPlurals()
    {
        QTranslator english;
        QVERIFY(english.load(QStringLiteral(":/translations/electric_en.qm")));
        constexpr auto text = "%n of %1 replication slots of the server are used.";
        QVERIFY(english.translate("electric::console::ReplicationWords", text, nullptr, 1).contains(QStringLiteral("is used")));
        QVERIFY(english.translate("electric::console::ReplicationWords", text, nullptr, 2).contains(QStringLiteral("are used")));
    }

    void theWindowSpeaksGerman()
    {
        speak(rememberedLanguage());
        QVERIFY(QCoreApplication::installTranslator(&m_untranslated));
        makeWindow();
        const auto *navigation = m_window->findChild<QListWidget *>();
        QCOMPARE(navigation->item(0)->text(), QStringLiteral("Übersicht"));
        QCOMPARE(navigation->item(1)->text(), QStringLiteral("Sitzungen"));
        QCOMPARE(m_window->menuBar()->actions().constFirst()->text(), QStringLiteral("&Konsole"));
        QCOMPARE(m_pages[1]->findChild<QPushButton *>(QStringLiteral("disconnectButton"))->text(), QStringLiteral("&Trennen")); // a form's
        const auto *owners = m_pages[2]->findChild<QTableView *>(QStringLiteral("table"));
        QCOMPARE(owners->model()->headerData(0, Qt::Horizontal).toString(), QStringLiteral("Slot")); // a model's
        QCOMPARE(owners->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("Gehört"));
        const auto actions = m_window->findChildren<QAction *>();
        const auto isThere = [&actions](const QString &text) {
            return std::any_of(actions.begin(), actions.end(), [&text](const QAction *one) { return one->text() == text; });
        };
        QVERIFY(isThere(QStringLiteral("&Dunkel"))); // of a struct Words in an anonymous namespace
        QCOMPARE(format::percent(0.5), QStringLiteral("50\u00a0%"));
        QCOMPARE(format::rate(2.5), QStringLiteral("2,5"));
    }

    void mnemonicsOfMenusAreUnique()
    {
        const auto menus = m_window->menuBar()->findChildren<QMenu *>();
        for (const QMenu *menu : menus) {
            QSet<QChar> taken;
            const QStringList entries = entriesOf(*menu);
            for (const QString &text : entries) {
                if (const qsizetype at = text.indexOf(QLatin1Char('&')); at >= 0) {
                    QVERIFY2(!taken.contains(text[at + 1].toLower()), qPrintable(text + QStringLiteral(" in ") + menu->title()));
                    taken.insert(text[at + 1].toLower());
                }
            }
        }
    }

    void mnemonicsOfPagesAreUnique()
    {
        m_window->resize(narrowest, 720);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        for (Page *page : std::as_const(m_pages)) {
            m_window->showPage(page->objectName(), {});
            const QStringList repeated = repeatedMnemonics(*m_window);
            QVERIFY2(repeated.isEmpty(), qPrintable(page->objectName() + QStringLiteral(": ") + repeated.join(QStringLiteral("; "))));
        }
    }

    void withoutAServiceNothingIsCut()
    {
        QStringList tooWide;
        for (const Page *page : std::as_const(m_pages)) {
            if (const int least = page->minimumSizeHint().width() + m_window->width() - page->width(); least > narrowest)
                tooWide.append(QStringLiteral("%1: %2, most of it %3").arg(page->objectName()).arg(least).arg(widest(*page)));
        }
        QVERIFY2(tooWide.isEmpty(), qPrintable(tooWide.join(QStringLiteral(", "))));
        QCOMPARE(m_window->width(), narrowest);
        nothingIsCut(QStringLiteral("away"));
    }

    void withAServiceNothingIsCut()
    {
        QVERIFY(m_service.start());
        m_window->chooser()->follow(m_service.socketPath());
        QTRY_COMPARE_WITH_TIMEOUT(m_window->findChildren<StateMark *>().last()->word(), QStringLiteral("Bereit"), patienceMs);
        bool isElectrified = false;
        m_link->call(QStringLiteral("table.electrify"),
            {{QStringLiteral("schema"), QStringLiteral("public")}, {QStringLiteral("table"), QStringLiteral("items")}}, this,
            [&isElectrified](const admin::Outcome &outcome) { isElectrified = outcome.has_value(); });
        QTRY_VERIFY_WITH_TIMEOUT(isElectrified, patienceMs);
        m_app = m_service.connectApp();
        for (Page *page : std::as_const(m_pages))
            m_window->showPage(page->objectName(), {}); // so that it asks
        m_window->showPage(m_pages[1]->objectName(), {});
        auto *sessions = m_pages[1]->findChild<QTableView *>(QStringLiteral("table"));
        QTRY_COMPARE_WITH_TIMEOUT(sessions->model()->rowCount(), 1, patienceMs);
        sessions->selectRow(0);
        nothingIsCut(QStringLiteral("running"));
    }

    void qtsOwnTextsAreGerman()
    {
        if (!QFile::exists(QLibraryInfo::path(QLibraryInfo::TranslationsPath) + QStringLiteral("/qtbase_de.qm")))
            QSKIP("qt6-translations-l10n is not installed");
        QCOMPARE(QDialogButtonBox(QDialogButtonBox::Cancel).button(QDialogButtonBox::Cancel)->text(), QStringLiteral("Abbrechen"));
    }

    // Whatever the window has asked for until now. A text in the wrong context, or made up at run time, is found here.
    void everyTextThatWasAskedForIsKnown()
    {
        const QStringList unknown = m_untranslated.texts();
        QVERIFY2(unknown.isEmpty(), qPrintable(unknown.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
