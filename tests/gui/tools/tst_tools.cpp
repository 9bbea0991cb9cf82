#include <QTest>

#include "console/control/profile.h"
#include "console/control/servicelink.h"
#include "console/mainwindow.h"
#include "console/pages/tools/toolspage.h"
#include "console/shell/appearance.h"
#include "tests/gui/pages/runningservice.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTreeView>
#include <QTreeWidget>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 15'000;

constexpr auto tables = "CREATE TABLE public.projects (id int8 PRIMARY KEY, name text);"
                        "CREATE TABLE public.tasks (id int8 PRIMARY KEY, title text, done bool, project int8 REFERENCES public.projects,"
                        " electric_user_id text);"
                        "CREATE TABLE public.comments (id int8 PRIMARY KEY, body text, task int8 REFERENCES public.tasks)";
constexpr auto rows
    = "INSERT INTO public.projects SELECT i, 'Project ' || i FROM generate_series(1, 3) i;"
      "INSERT INTO public.tasks SELECT i, 'Task number ' || i, i % 3 = 0, i % 3 + 1, CASE i % 2 WHEN 0 THEN 'alice' ELSE 'bob' END"
      " FROM generate_series(1, 40) i;"
      "INSERT INTO public.comments SELECT i, 'A comment on it', i % 40 + 1 FROM generate_series(1, 120) i";
constexpr auto electrify = "CALL electric.electrify('public.projects'); CALL electric.electrify('public.tasks');"
                           "CALL electric.electrify('public.comments')";

template <typename T> T *in(const QWidget &page, const char *name)
{
    T *found = page.findChild<T *>(QLatin1String(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

const QAbstractItemModel &modelOf(const QWidget &page, const char *view)
{
    return *in<QAbstractItemView>(page, view)->model();
}

QString cell(const QWidget &page, const char *view, int row, int column)
{
    return modelOf(page, view).index(row, column).data().toString();
}

void press(const QWidget &page, const char *button)
{
    QTest::mouseClick(in<QPushButton>(page, button), Qt::LeftButton);
}

void type(const QWidget &page, const char *field, const QString &text)
{
    auto *const line = in<QLineEdit>(page, field);
    line->clear();
    QTest::keyClicks(line, text);
}

} // namespace

// The page on a real service, up to its end: the last tool removes Electric from the database.
class TestTools : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    test::RunningService m_service;
    ServiceLink m_link;
    std::unique_ptr<ToolsPage> m_page;

    // Kept as pictures, light and dark, when ELECTRIC_SCREENSHOTS names a directory.
    static void picture(QWidget &widget, const QString &name)
    {
        const QString directory = qEnvironmentVariable("ELECTRIC_SCREENSHOTS");
        if (directory.isEmpty())
            return;
        QDir().mkpath(directory);
        for (const auto &[appearance, suffix] : {std::pair(Appearance::Dark, "-dark"), std::pair(Appearance::Light, "")}) {
            apply(appearance);
            QCoreApplication::processEvents();
            (void)widget.grab().save(QDir(directory).filePath(name + QLatin1String(suffix) + QStringLiteral(".png")));
        }
    }
    void openTool(const char *tool)
    {
        m_page->present({{QStringLiteral("tool"), QString::fromLatin1(tool)}});
        QCOMPARE(in<QTabWidget>(*m_page, "tabs")->currentWidget()->objectName(), QString::fromLatin1(tool));
    }
    QString noticed(const char *notice) const
    {
        const auto *frame = in<QFrame>(*m_page, notice);
        return frame->isVisible() ? frame->accessibleName() : QString();
    }
    QWidget &tool(const char *name) const { return *in<QWidget>(*m_page, name); }
    void tryOut()
    {
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(*m_page, "tryButton")->isEnabled(), patienceMs);
        press(*m_page, "tryButton");
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(*m_page, "tryButton")->isEnabled(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path()));
        QApplication::setStyle(QStringLiteral("Fusion"));
        QLocale::setDefault(QLocale::c());
        QVERIFY(m_service.prepare());
        QVERIFY(m_service.execute(tables));
        QVERIFY(m_service.execute(rows));
        m_link.setTarget(m_service.socketPath());
        m_page = std::make_unique<ToolsPage>(m_link);
        m_page->resize(780, 640); // what a window of 1000 px leaves for a page
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    void cleanupTestCase() { m_page.reset(); }

    void withoutAServiceItSaysSo()
    {
        QTRY_VERIFY_WITH_TIMEOUT(noticed("away").contains(QStringLiteral("away")), patienceMs);
        for (const char *const button : {"checkButton", "copyButton", "tryButton", "removeButton"})
            QVERIFY2(!in<QPushButton>(*m_page, button)->isEnabled(), button);
        QVERIFY(!m_page->title().isEmpty() && !m_page->icon().isNull());
        QVERIFY(m_page->minimumSizeHint().width() <= 780);
        picture(*m_page, QStringLiteral("tools-away"));
    }

    void everythingIsNamedAndReachable()
    {
        const auto fields = m_page->findChildren<QWidget *>();
        for (const QWidget *field : fields) {
            const bool isOurs = !field->objectName().isEmpty() && !field->objectName().startsWith(QLatin1String("qt_"));
            const bool isField = qobject_cast<const QAbstractItemView *>(field) || qobject_cast<const QLineEdit *>(field)
                || qobject_cast<const QPlainTextEdit *>(field) || qobject_cast<const QComboBox *>(field);
            if (isOurs && isField)
                QVERIFY2(!field->accessibleName().isEmpty() && field->focusPolicy() & Qt::TabFocus, qPrintable(field->objectName()));
        }
        for (const char *const tab : {"doctor", "shapes", "token", "removal"}) {
            QStringList keys {QStringLiteral("d"), QStringLiteral("s"), QStringLiteral("k"), QStringLiteral("r")}; // of the tabs
            const auto add = [&keys](const QString &text) {
                if (const auto at = text.indexOf(QLatin1Char('&')); at >= 0)
                    keys << text.mid(at + 1, 1).toLower();
            };
            for (const QLabel *label : tool(tab).findChildren<QLabel *>())
                add(label->text());
            for (const QAbstractButton *button : tool(tab).findChildren<QAbstractButton *>())
                add(button->text());
            QCOMPARE(QSet<QString>(keys.begin(), keys.end()).size(), keys.size());
        }
    }

    void theDoctorChecksByItself()
    {
        openTool("doctor");
        QVERIFY(m_service.start());
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(modelOf(*m_page, "table").rowCount() > 5, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(*m_page, "checkButton")->isEnabled(), patienceMs);
        QVERIFY(m_service.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'") && m_service.execute("SELECT pg_reload_conf()"));
        const auto isFound = [this] {
            press(*m_page, "checkButton");
            return QTest::qWaitFor([this] { return cell(*m_page, "table", 0, 0) == QLatin1String("Warning"); }, 1'000);
        };
        QTRY_VERIFY_WITH_TIMEOUT(isFound(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(tool("doctor"), "copyButton")->isEnabled(), patienceMs);
        QVERIFY2(in<QLabel>(tool("doctor"), "words")->text().contains(QStringLiteral("max_slot_wal_keep_size")),
            qPrintable(in<QLabel>(tool("doctor"), "words")->text()));
        press(*m_page, "remedyButton");
        QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("Raise max_slot_wal_keep_size")));
        picture(*m_page, QStringLiteral("tools-doctor"));
    }

    void itsReportCanBeHandedOn()
    {
        QSignalSpy noted(m_page.get(), &Page::noted);
        press(tool("doctor"), "copyButton");
        QCOMPARE(noted.size(), 1);
        const QString report = QApplication::clipboard()->text();
        for (const char *const part : {"# Report", "**warning** (wal-budget)", "| HTTP_PORT |", "electrified", "our slot"})
            QVERIFY2(report.contains(QString::fromLatin1(part)), qPrintable(report));
        for (const char *const secret : {"proxy-secret", "postgres:password"})
            QVERIFY2(!report.contains(QString::fromLatin1(secret)), qPrintable(report));
    }

    void aShapeIsTriedOut()
    {
        openTool("shapes");
        QVERIFY(m_service.execute(electrify));
        const auto areOffered = [this] {
            openTool("doctor");
            openTool("shapes");
            return QTest::qWaitFor([this] { return in<QComboBox>(*m_page, "table")->count() == 3; }, 1'000);
        };
        QTRY_VERIFY_WITH_TIMEOUT(areOffered(), patienceMs);
        in<QComboBox>(tool("shapes"), "table")->setCurrentText(QStringLiteral("projects"));
        type(tool("shapes"), "user", QStringLiteral("alice"));
        QTest::keyClicks(in<QPlainTextEdit>(*m_page, "where"), QStringLiteral("this.id = 1"));
        auto *const include = in<QTreeView>(*m_page, "include");
        QCOMPARE(include->model()->rowCount(), 1);
        const QModelIndex ofTasks = include->model()->index(0, 0);
        include->setCurrentIndex(ofTasks);
        QTest::keyClick(include, Qt::Key_Space);
        QCOMPARE(include->model()->rowCount(ofTasks), 1);
        QVERIFY(include->isExpanded(ofTasks));
        include->setCurrentIndex(include->model()->index(0, 0, ofTasks));
        QTest::keyClick(include, Qt::Key_Space);
        const auto isSynced = [this] { // the service reads of the electrification in its own time
            tryOut();
            return modelOf(*m_page, "found").rowCount() == 3;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSynced(), patienceMs);
        QCOMPARE(cell(*m_page, "found", 0, 0), QStringLiteral("public.projects"));
        QCOMPARE(cell(*m_page, "found", 0, 1), QStringLiteral("1"));
        QCOMPARE(cell(*m_page, "sample", 0, 1), QStringLiteral("Project 1"));
        QVERIFY(in<QLabel>(tool("shapes"), "summary")->text().contains(QStringLiteral("tables: 3")));
        in<QTableView>(*m_page, "found")->selectRow(2);
        QCOMPARE(modelOf(*m_page, "sample").headerData(1, Qt::Horizontal).toString(), QStringLiteral("title"));
        QVERIFY(modelOf(*m_page, "sample").rowCount() > 0);
        picture(*m_page, QStringLiteral("tools-shapes"));
    }

    void anErrorIsMarkedWhereItIs()
    {
        auto *const where = in<QPlainTextEdit>(*m_page, "where");
        where->setPlainText(QStringLiteral("this.id = 1 AND\nthis.size > 10"));
        tryOut();
        QCOMPARE(where->extraSelections().size(), 1);
        QCOMPARE(where->extraSelections()[0].cursor.selectedText(), QStringLiteral("this.size"));
        QCOMPARE(where->extraSelections()[0].format.underlineStyle(), QTextCharFormat::WaveUnderline);
        const auto *error = in<QLabel>(*m_page, "error");
        QVERIFY2(error->isVisible() && error->text().startsWith(QStringLiteral("In line 2 at character 1: unknown reference this.size")),
            qPrintable(error->text()));
        QCOMPARE(modelOf(*m_page, "found").rowCount(), 0);
        picture(*m_page, QStringLiteral("tools-shapes-error"));
        QTest::keyClicks(where, QStringLiteral(" "));
        QVERIFY(!error->isVisible() && where->extraSelections().isEmpty());
    }

    void aTokenIsMadeAndUnderstood()
    {
        openTool("token");
        const QWidget &token = tool("token");
        QVERIFY(!in<QPushButton>(token, "makeButton")->isEnabled());
        QCOMPARE(in<QLineEdit>(token, "key")->echoMode(), QLineEdit::Password);
        type(token, "user", QStringLiteral("alice"));
        type(token, "key", QStringLiteral("short"));
        press(token, "makeButton");
        QVERIFY2(noticed("said").contains(QStringLiteral("at least 32 bytes")), qPrintable(noticed("said")));
        type(token, "key", QStringLiteral("a key that is long enough for an HS256 signature"));
        type(token, "issuer", QStringLiteral("example.org"));
        press(token, "makeButton");
        QCOMPARE(noticed("said"), QString());
        const auto *verdict = in<QLabel>(token, "verdict");
        QVERIFY2(verdict->text().contains(QStringLiteral("takes it: user \"alice\"")), qPrintable(verdict->text()));
        const auto *content = in<QTreeWidget>(token, "content");
        QCOMPARE(content->topLevelItemCount(), 2);
        QCOMPARE(content->topLevelItem(0)->child(0)->text(1), QStringLiteral("HS256"));
        QVERIFY(content->topLevelItem(1)->child(0)->text(2).startsWith(QStringLiteral("Expires: ")));
        press(token, "copyButton");
        QCOMPARE(QApplication::clipboard()->text(), in<QPlainTextEdit>(token, "token")->toPlainText());
        picture(*m_page, QStringLiteral("tools-token"));
    }

    void whatFailsIsTold()
    {
        const QWidget &token = tool("token");
        type(token, "issuer", QStringLiteral("elsewhere.org"));
        const auto *verdict = in<QLabel>(token, "verdict");
        QVERIFY2(verdict->text().contains(QStringLiteral("It says \"example.org\", the service wants \"elsewhere.org\"")),
            qPrintable(verdict->text()));
        QVERIFY(!in<QTreeWidget>(token, "content")->findItems(QStringLiteral("iss"), Qt::MatchRecursive)[0]->icon(0).isNull());
        picture(*m_page, QStringLiteral("tools-token-bad"));
        type(token, "issuer", {});
        type(token, "key", QStringLiteral("another key that is long enough for a signature"));
        QVERIFY2(verdict->text().contains(QStringLiteral("signature is wrong")), qPrintable(verdict->text()));
        in<QPlainTextEdit>(token, "token")->setPlainText(QStringLiteral("nonsense"));
        QVERIFY2(verdict->text().contains(QStringLiteral("not a JWT")), qPrintable(verdict->text()));
        QCOMPARE(in<QTreeWidget>(token, "content")->topLevelItemCount(), 0);
    }

    void itFitsIntoAWindow()
    {
        MainWindow window(m_link);
        auto *const page = new ToolsPage(m_link, &window);
        window.addPage(page);
        window.resize(1'000, 680);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY_WITH_TIMEOUT(in<QTableView>(*page, "table")->model()->rowCount() > 0, patienceMs);
        QCOMPARE(window.width(), 1'000);
        picture(window, QStringLiteral("tools-window"));
    }

    void aProfileFillsTheRulesIn()
    {
        const QWidget &token = tool("token");
        QVERIFY(writeProfile(QStringLiteral("signed"),
            {{QStringLiteral("AUTH_JWT_ALG"), QStringLiteral("HS512")}, {QStringLiteral("AUTH_JWT_KEY"), QString(64, QLatin1Char('k'))},
                {QStringLiteral("AUTH_JWT_AUD"), QStringLiteral("apps")},
                {QStringLiteral("AUTH_JWT_KEY_IS_BASE64_ENCODED"), QStringLiteral("no")}}));
        QVERIFY(writeProfile(QStringLiteral("wrong"), {{QStringLiteral("AUTH_JWT_ALG"), QStringLiteral("HS1")}}));
        QVERIFY(writeProfile(QStringLiteral("open"), {{QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}}));
        QVERIFY(writeProfile(QStringLiteral("keyless"), {{QStringLiteral("AUTH_JWT_ALG"), QStringLiteral("HS256")}}));
        openTool("removal");
        openTool("token");
        auto *const profile = in<QComboBox>(token, "profile");
        const auto choose = [profile](const char *name) {
            profile->setFocus();
            profile->setCurrentText(QString::fromLatin1(name));
            Q_EMIT profile->activated(profile->currentIndex());
        };
        choose("signed");
        QCOMPARE(in<QComboBox>(token, "algorithm")->currentText(), QStringLiteral("HS512"));
        QCOMPARE(in<QLineEdit>(token, "audience")->text(), QStringLiteral("apps"));
        press(token, "makeButton");
        QVERIFY(in<QLabel>(token, "verdict")->text().contains(QStringLiteral("takes it")));
        choose("open");
        QVERIFY(!in<QLineEdit>(token, "key")->isEnabled());
        press(token, "makeButton");
        QVERIFY(in<QLabel>(token, "verdict")->text().contains(QStringLiteral("takes it")));
        choose("wrong");
        QVERIFY2(noticed("said").contains(QStringLiteral("AUTH_JWT_ALG")), qPrintable(noticed("said")));
        choose("keyless");
        QTRY_VERIFY_WITH_TIMEOUT(noticed("said").contains(QStringLiteral("Type it")), patienceMs);
        QVERIFY(in<QLineEdit>(token, "key")->text().isEmpty());
    }

    void theRemovalIsShownBefore()
    {
        openTool("removal");
        const auto *sql = in<QPlainTextEdit>(tool("removal"), "sql");
        QTRY_VERIFY_WITH_TIMEOUT(sql->toPlainText().contains(QStringLiteral("DROP SCHEMA electric CASCADE")), patienceMs);
        picture(*m_page, QStringLiteral("tools-removal"));
        press(*m_page, "removeButton");
        QTRY_VERIFY_WITH_TIMEOUT(m_page->findChild<QDialog *>(), patienceMs);
        auto *const dialog = m_page->findChild<QDialog *>();
        QPushButton *go = nullptr;
        for (QPushButton *button : dialog->findChildren<QPushButton *>())
            go = button->text() == QLatin1String("&Remove Electric") ? button : go;
        QVERIFY(go && !go->isEnabled());
        type(*dialog, "name", QStringLiteral("another"));
        QVERIFY(!go->isEnabled());
        type(*dialog, "name", m_service.value("SELECT current_database()"));
        QVERIFY(go->isEnabled());
        picture(*dialog, QStringLiteral("tools-removal-dialog"));
        QTest::mouseClick(go, Qt::LeftButton);
    }

    void afterwardsNothingOfItRemains()
    {
        QTRY_VERIFY2_WITH_TIMEOUT(
            noticed("outcome").contains(QStringLiteral("was removed from the database")), qPrintable(noticed("outcome")), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(m_service.hasEnded(), patienceMs);
        QCOMPARE(m_service.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'electric'"), QStringLiteral("0"));
        QCOMPARE(m_service.value("SELECT count(*) FROM pg_replication_slots"), QStringLiteral("0"));
        QCOMPARE(m_service.value("SELECT count(*) FROM public.tasks"), QStringLiteral("40"));
        QTRY_VERIFY_WITH_TIMEOUT(!m_link.isConnected(), patienceMs);
        QVERIFY(!in<QPushButton>(*m_page, "removeButton")->isEnabled());
        picture(*m_page, QStringLiteral("tools-removed"));
    }
};

QTEST_MAIN(TestTools)
#include "tst_tools.moc"
