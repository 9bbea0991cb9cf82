#include <QTest>

#include "console/control/recorder.h"
#include "console/control/servicelink.h"
#include "console/models/keyedtablemodel.h"
#include "console/pages/replication/replicationpage.h"
#include "console/pages/sessions/sessionspage.h"
#include "console/pages/tables/tablespage.h"
#include "console/pages/writes/writespage.h"
#include "tests/gui/pages/runningservice.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDir>
#include <QFileDialog>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTreeWidget>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 15'000;

// The database refuses rows with the content 'refused', as an operator's mistake would.
constexpr auto refuseRows
    = "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF new.content = 'refused' THEN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END IF; RETURN new; END $$;"
      " CREATE TRIGGER refuse BEFORE INSERT ON public.items FOR EACH ROW EXECUTE FUNCTION public.refuse()";

template <typename T> T *in(const QWidget &page, const char *name)
{
    T *found = page.findChild<T *>(QLatin1String(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

int rowsOf(const QWidget &page, const char *table = "table")
{
    return in<QTableView>(page, table)->model()->rowCount();
}

QString cell(const QWidget &page, int row, int column, const char *table = "table")
{
    const QAbstractItemModel *model = in<QTableView>(page, table)->model();
    return model->index(row, column).data().toString();
}

void press(const QWidget &page, const char *button)
{
    QTest::mouseClick(in<QPushButton>(page, button), Qt::LeftButton);
}

// Presses the button of that text in the dialog that the page opened.
bool answer(const QWidget &page, const QString &text)
{
    QPushButton *button = nullptr;
    const auto find = [&page, &text, &button] {
        const auto dialogs = page.findChildren<QDialog *>();
        for (const QDialog *dialog : dialogs) {
            const auto buttons = dialog->isVisible() ? dialog->findChildren<QPushButton *>() : QList<QPushButton *>();
            for (QPushButton *one : buttons) {
                if (one->text().remove(QLatin1Char('&')) == text)
                    button = one;
            }
        }
        return button != nullptr;
    };
    if (!QTest::qWaitFor(find, patienceMs))
        return false;
    QTest::mouseClick(button, Qt::LeftButton);
    return true;
}

} // namespace

// The pages on a real service, in the order in which somebody would come to know it.
class TestPages : public QObject
{
    Q_OBJECT

    test::RunningService m_service;
    ServiceLink m_link;
    Recorder m_recorder {m_link};
    std::unique_ptr<bench::SatelliteClient> m_app;

    // Kept as pictures when ELECTRIC_SCREENSHOTS names a directory.
    static void picture(QWidget &page, const QString &name)
    {
        if (const QString directory = qEnvironmentVariable("ELECTRIC_SCREENSHOTS"); !directory.isEmpty()) {
            QDir().mkpath(directory);
            (void)page.grab().save(QDir(directory).filePath(name + QStringLiteral(".png")));
        }
    }
    static void open(QWidget &page)
    {
        page.resize(1'000, 720);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
    static QString hint(const QWidget &page, const char *table = "table") { return in<QTableView>(page, table)->accessibleDescription(); }
    static QString noticed(const QWidget &page, const char *notice)
    {
        const auto *frame = in<QFrame>(page, notice);
        return frame->isVisible() ? frame->accessibleName() : QString();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_service.prepare()); }
    void cleanupTestCase() { m_app.reset(); }

    void withoutAServiceEachPageSaysSo()
    {
        m_link.setTarget(m_service.socketPath());
        SessionsPage sessions(m_link);
        TablesPage tables(m_link);
        WritesPage writes(m_link);
        ReplicationPage replication(m_link, m_recorder);
        for (Page *page : std::initializer_list<Page *> {&sessions, &tables, &writes, &replication}) {
            open(*page);
            QTRY_VERIFY_WITH_TIMEOUT(noticed(*page, "away").contains(QStringLiteral("away")), patienceMs);
            QVERIFY(!hint(*page).isEmpty());
            QVERIFY(!page->title().isEmpty() && !page->icon().isNull());
            picture(*page, page->objectName() + QStringLiteral("-away"));
        }
        QVERIFY(!in<QPushButton>(sessions, "disconnectButton")->isEnabled());
        QVERIFY(!in<QPushButton>(tables, "electrifyButton")->isEnabled());
        QVERIFY(!in<QPushButton>(writes, "retryButton")->isEnabled());
    }

    void everythingIsReachableByKeyboardAndNamed()
    {
        SessionsPage sessions(m_link);
        TablesPage tables(m_link);
        WritesPage writes(m_link);
        ReplicationPage replication(m_link, m_recorder);
        for (const Page *page : std::initializer_list<const Page *> {&sessions, &tables, &writes, &replication}) {
            const auto views = page->findChildren<QAbstractItemView *>();
            for (const QAbstractItemView *view : views) {
                if (!view->objectName().isEmpty() && !view->objectName().startsWith(QLatin1String("qt_")))
                    QVERIFY2(!view->accessibleName().isEmpty() && view->focusPolicy() & Qt::TabFocus, qPrintable(view->objectName()));
            }
            const auto fields = page->findChildren<QLineEdit *>();
            for (const QLineEdit *field : fields)
                QVERIFY2(!field->accessibleName().isEmpty(), qPrintable(field->objectName()));
            const auto texts = page->findChildren<QPlainTextEdit *>();
            for (const QPlainTextEdit *text : texts)
                QVERIFY2(!text->accessibleName().isEmpty() && text->tabChangesFocus(), qPrintable(text->objectName()));
        }
    }

    void pagesComeToLifeWithTheService()
    {
        TablesPage tables(m_link);
        open(tables);
        QVERIFY(m_service.start());
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(noticed(tables, "away"), QString(), patienceMs);
    }

    void tablesSayWhyTheyCannotBeElectrified()
    {
        TablesPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 2, patienceMs);
        in<QTableView>(page, "table")->selectRow(1);
        QCOMPARE(cell(page, 1, 0), QStringLiteral("public.plain"));
        QVERIFY(in<QLabel>(page, "words")->text().contains(QStringLiteral("PRIMARY KEY")));
        QVERIFY(!in<QPushButton>(page, "electrifyButton")->isEnabled());
        QVERIFY(!hint(page, "migrations").isEmpty());
        QTest::keyClicks(in<QLineEdit>(page, "filter"), QStringLiteral("nothing like it"));
        QCOMPARE(rowsOf(page), 0);
        QVERIFY(hint(page).contains(QStringLiteral("Escape")));
        QTest::keyClick(in<QLineEdit>(page, "filter"), Qt::Key_Escape);
        QCOMPARE(rowsOf(page), 2);
    }

    void aTableIsElectrifiedAfterItsSqlWasShown()
    {
        TablesPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 2, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        press(page, "electrifyButton");
        QTRY_VERIFY_WITH_TIMEOUT(page.findChild<QDialog *>(), patienceMs);
        auto *dialog = page.findChild<QDialog *>();
        QVERIFY(in<QPlainTextEdit>(*dialog, "sql")->toPlainText().contains(QStringLiteral("electric.electrify")));
        picture(*dialog, QStringLiteral("tables-electrify"));
        QCOMPARE(cell(page, 0, 1), QStringLiteral("Not electrified"));
        QVERIFY(answer(page, QStringLiteral("Electrify")));
        QTRY_COMPARE_WITH_TIMEOUT(cell(page, 0, 1), QStringLiteral("Electrified"), patienceMs);

        const auto hasMigration = [&page] {
            press(page, "refreshButton");
            return QTest::qWaitFor([&page] { return rowsOf(page, "migrations") == 1; }, 500);
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasMigration(), patienceMs);
        in<QTableView>(page, "migrations")->selectRow(0);
        QVERIFY(in<QPlainTextEdit>(page, "postgres")->toPlainText().contains(QStringLiteral("CREATE TABLE")));
        const QString sqlite = in<QPlainTextEdit>(page, "sqlite")->toPlainText();
        QVERIFY2(sqlite.contains(QStringLiteral("CREATE TABLE \"items\"")), qPrintable(sqlite));
        picture(page, QStringLiteral("tables"));
    }

    void aSessionIsShownWithWhatItAskedFor()
    {
        SessionsPage page(m_link);
        open(page);
        QTRY_VERIFY_WITH_TIMEOUT(hint(page).contains(QStringLiteral("Nobody")), patienceMs);
        m_app = m_service.connectApp();
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        m_app->subscribe({QStringLiteral("items")});
        const auto *tree = in<QTreeWidget>(page, "subscriptions");
        QTRY_COMPARE_WITH_TIMEOUT(tree->topLevelItemCount(), 1, patienceMs);
        QCOMPARE(tree->topLevelItem(0)->child(0)->text(0), QStringLiteral("items"));
        QVERIFY(in<QLabel>(page, "details")->text().contains(QStringLiteral("user-1")));
        QVERIFY(in<QTableView>(page, "table")->selectionModel()->hasSelection()); // values came in between
        picture(page, QStringLiteral("sessions"));
    }

    void framesAreInspected()
    {
        SessionsPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        in<QTabWidget>(page, "tabs")->setCurrentIndex(1);
        const QWidget &frames = *in<QWidget>(page, "frames");
        QTest::keyClicks(in<QLineEdit>(frames, "filter"), QStringLiteral("satoplog"));
        const auto someCome = [&] {
            (void)m_service.execute("INSERT INTO public.items VALUES (gen_random_uuid(), 'a needle')");
            return QTest::qWaitFor([&frames] { return rowsOf(frames) > 0; }, 500);
        };
        QTRY_VERIFY_WITH_TIMEOUT(someCome(), patienceMs);
        in<QTableView>(frames, "table")->selectRow(0);
        QVERIFY(in<QPlainTextEdit>(frames, "content")->toPlainText().startsWith(QLatin1Char('{')));
        press(frames, "copy");
        QVERIFY(QJsonDocument::fromJson(QApplication::clipboard()->text().toUtf8()).object().contains(QLatin1String("type")));
        picture(page, QStringLiteral("sessions-frames"));

        in<QLineEdit>(frames, "filter")->clear();
        press(frames, "pause");
        const int shown = rowsOf(frames);
        const auto areHeld = [&] {
            (void)m_service.execute("INSERT INTO public.items VALUES (gen_random_uuid(), 'later')");
            return QTest::qWaitFor(
                [&frames] { return !in<QLabel>(frames, "state")->text().contains(QStringLiteral("held back: 0")); }, 500);
        };
        QTRY_VERIFY_WITH_TIMEOUT(areHeld(), patienceMs);
        QCOMPARE(rowsOf(frames), shown);
        press(frames, "pause");
        QVERIFY(rowsOf(frames) > shown);
        press(frames, "clear");
        QCOMPARE(rowsOf(frames), 0);
    }

    void replicationIsDrawnAndPutInWords()
    {
        ReplicationPage page(m_link, m_recorder);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        QCOMPARE(cell(page, 0, 1), QStringLiteral("this service"));
        const auto says = [&page](const QString &text) {
            const auto labels = in<QWidget>(page, "remarks")->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *one) { return one->text().contains(text); });
        };
        QVERIFY(says(QStringLiteral("electric_publication")));
        QVERIFY(says(QStringLiteral("of the window")));
        QTRY_VERIFY_WITH_TIMEOUT(in<QWidget>(page, "throughput")->accessibleDescription().contains(QStringLiteral("rows/s")), patienceMs);
        if (qEnvironmentVariableIsSet("ELECTRIC_SCREENSHOTS"))
            QTest::qWait(9'000); // the lines need a few points
        picture(page, QStringLiteral("replication"));
    }

    void aRefusedWriteIsRetriedAndExported()
    {
        QVERIFY(m_service.execute(refuseRows));
        m_app->insertRows("items", 1, "refused");
        WritesPage page(m_link);
        open(page);
        QTRY_VERIFY_WITH_TIMEOUT((press(page, "refreshButton"), rowsOf(page) == 1), patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        QVERIFY(in<QLabel>(page, "words")->text().contains(QStringLiteral("not this one")));
        QVERIFY(in<QPlainTextEdit>(page, "operations")->toPlainText().contains(QStringLiteral("items")));
        press(page, "retryButton");
        QTRY_VERIFY_WITH_TIMEOUT(noticed(page, "trouble").contains(QStringLiteral("not this one")), patienceMs);
        QCOMPARE(rowsOf(page), 1);
        picture(page, QStringLiteral("writes"));

        press(page, "exportButton");
        QVERIFY(page.findChild<QFileDialog *>());
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("writes.json"));
        Q_EMIT page.findChild<QFileDialog *>()->fileSelected(path);
        page.findChild<QFileDialog *>()->reject();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll()).array().size(), 1);

        QVERIFY(m_service.execute("DROP FUNCTION public.refuse CASCADE"));
        press(page, "retryButton");
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 0, patienceMs);
        QVERIFY(hint(page).contains(QStringLiteral("No write was refused")));
        QCOMPARE(noticed(page, "trouble"), QString());
    }

    void writesAreDiscardedOnlyWhenConfirmed()
    {
        QVERIFY(m_service.execute(refuseRows));
        m_app->insertRows("items", 1, "refused");
        m_app->insertRows("items", 1, "refused");
        WritesPage page(m_link);
        open(page);
        QTRY_VERIFY_WITH_TIMEOUT((press(page, "refreshButton"), rowsOf(page) == 2), patienceMs);
        in<QTableView>(page, "table")->selectAll();
        press(page, "discardButton");
        QVERIFY(answer(page, QStringLiteral("Cancel")));
        QCOMPARE(rowsOf(page), 2);
        QTRY_VERIFY(!page.findChild<QMessageBox *>());
        press(page, "discardButton");
        QVERIFY(answer(page, QStringLiteral("Discard")));
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 0, patienceMs);
        QVERIFY(m_service.execute("DROP FUNCTION public.refuse CASCADE"));
    }

    void aSessionIsDisconnectedAndAClientForgotten()
    {
        SessionsPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        press(page, "disconnectButton");
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 0, patienceMs);
        QVERIFY(m_app->trouble().contains(QStringLiteral("1001")));

        m_app = m_service.connectApp();
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(page, "forgetButton")->isEnabled(), patienceMs);
        press(page, "forgetButton");
        QVERIFY(answer(page, QStringLiteral("Forget")));
        QTRY_VERIFY_WITH_TIMEOUT(m_app->trouble().contains(QStringLiteral("1001")), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 0, patienceMs);
    }

    void clientsThatAreAwayAreForgottenToo()
    {
        m_app = m_service.connectApp();
        m_app.reset();
        SessionsPage page(m_link);
        open(page);
        press(page, "clientsButton");
        auto *dialog = page.findChild<QDialog *>();
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(
            (press(*dialog, "refreshButton"), cell(*dialog, rowsOf(*dialog) - 1, 2) == QStringLiteral("away")), patienceMs);
        const int before = rowsOf(*dialog);
        in<QTableView>(*dialog, "table")->selectRow(before - 1);
        picture(*dialog, QStringLiteral("sessions-clients"));
        press(*dialog, "forgetButton");
        QVERIFY(answer(*dialog, QStringLiteral("Forget")));
        QTRY_VERIFY_WITH_TIMEOUT(rowsOf(*dialog) < before || cell(*dialog, before - 1, 4) == QStringLiteral("0"), patienceMs);
    }

    void whatWasKnownStaysWhenTheServiceGoes()
    {
        TablesPage tables(m_link);
        SessionsPage sessions(m_link);
        open(tables);
        open(sessions);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(tables), 2, patienceMs);
        m_service.stop();
        QTRY_VERIFY_WITH_TIMEOUT(noticed(tables, "away").contains(QStringLiteral("away")), patienceMs);
        QCOMPARE(rowsOf(tables), 2);
        QCOMPARE(rowsOf(sessions), 0);
        QVERIFY(m_service.start());
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(noticed(tables, "away"), QString(), patienceMs);
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
