#include <QTest>

#include "console/control/recorder.h"
#include "console/control/servicelink.h"
#include "console/control/watcher.h"
#include "console/pages/logs/logspage.h"
#include "console/pages/overview/overviewpage.h"
#include "console/pages/overview/warningbanner.h"
#include "console/pages/replication/replicationpage.h"
#include "console/pages/sessions/sessionspage.h"
#include "console/shell/appearance.h"
#include "console/shell/tray.h"
#include "tests/gui/pages/runningservice.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QTreeWidget>

using namespace electric;
using namespace electric::console;

namespace {

constexpr int patienceMs = 15'000;

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

QAction *actionOf(const QWidget &page, const QString &text)
{
    const auto actions = page.findChildren<QAction *>();
    for (QAction *one : actions) {
        if (one->text().remove(QLatin1Char('&')) == text)
            return one;
    }
    qFatal("no action %s", qPrintable(text));
}

} // namespace

// What watches a running service: the inspector, charts, warnings, the log.
class TestWatch : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    test::RunningService m_service;
    ServiceLink m_link;
    Recorder m_recorder {m_link};
    std::unique_ptr<bench::SatelliteClient> m_app;

    // Kept as pictures in both appearances when ELECTRIC_SCREENSHOTS names a directory.
    static void picture(QWidget &page, const QString &name)
    {
        const QString directory = qEnvironmentVariable("ELECTRIC_SCREENSHOTS");
        if (directory.isEmpty())
            return;
        QDir().mkpath(directory);
        for (const auto &[appearance, suffix] : {std::pair {Appearance::Dark, "-dark"}, {Appearance::Light, ""}}) {
            apply(appearance);
            QCoreApplication::processEvents();
            (void)page.grab().save(QDir(directory).filePath(name + QLatin1String(suffix) + QStringLiteral(".png")));
        }
    }
    static void open(QWidget &page)
    {
        page.resize(1'000, 720);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
    void insertUntil(const std::function<bool()> &seen)
    {
        const auto one = [&] {
            (void)m_service.execute("INSERT INTO public.items VALUES (gen_random_uuid(), 'a needle')");
            return QTest::qWaitFor(seen, 500);
        };
        QTRY_VERIFY_WITH_TIMEOUT(one(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path()));
        QApplication::setOrganizationName(QStringLiteral("electric"));
        QApplication::setApplicationName(QStringLiteral("electric-console"));
        QApplication::setStyle(QStringLiteral("Fusion"));
        QVERIFY(m_service.prepare());
        QVERIFY(m_service.start());
        m_link.setTarget(m_service.socketPath());
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_service.execute("CALL electric.electrify('public.items')"), patienceMs);
        m_app = m_service.connectApp();
        QVERIFY(m_app->isReady());
        m_app->subscribe({QStringLiteral("items")});
    }
    void cleanupTestCase() { m_app.reset(); }

    void rowsAreReadableThoughTheirRelationPassedBefore()
    {
        SessionsPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        in<QTabWidget>(page, "tabs")->setCurrentIndex(1);
        const QWidget &frames = *in<QWidget>(page, "frames");
        auto *filter = in<QLineEdit>(frames, "filter");
        filter->setText(QStringLiteral("dir:out type:SatOpLog needle"));
        insertUntil([&frames] { return rowsOf(frames) > 0; });
        in<QTableView>(frames, "table")->selectRow(0);
        const auto *rows = in<QTreeWidget>(frames, "rows");
        const auto found = rows->findItems(QStringLiteral("insert public.items"), Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0]->child(0)->text(0), QStringLiteral("id (key)"));
        QCOMPARE(found[0]->child(1)->text(1), QStringLiteral("a needle"));
        QTest::mouseClick(in<QPushButton>(frames, "copy"), Qt::LeftButton);
        const auto copied = QJsonDocument::fromJson(QApplication::clipboard()->text().toUtf8()).object();
        QVERIFY(copied.contains(QLatin1String("content")));
        QVERIFY(QJsonDocument(copied.value(QLatin1String("operations")).toArray()).toJson().contains("\"content\": \"a needle\""));
        picture(page, QStringLiteral("watch-inspector"));

        filter->setText(QStringLiteral("-type:SatOpLog"));
        for (int row = 0; row < rowsOf(frames); ++row)
            QVERIFY(in<QTableView>(frames, "table")->model()->index(row, 2).data().toString() != QStringLiteral("SatOpLog"));
        filter->setText(QStringLiteral("larger:much"));
        QVERIFY(in<QLabel>(frames, "state")->text().contains(QStringLiteral("larger:1k")));
        auto *conditions = in<QToolButton>(frames, "conditions")->menu();
        filter->clear();
        conditions->actions().first()->trigger();
        QCOMPARE(filter->text(), QStringLiteral("dir:in"));
    }

    void columnsAreChosenAndRemembered()
    {
        SessionsPage page(m_link);
        open(page);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        auto *table = in<QTableView>(page, "table");
        const int last = table->model()->columnCount() - 1;
        QVERIFY(table->columnViewportPosition(last) + 60 <= table->viewport()->width()); // the address is seen
        const auto addressIsWhole
            = [&] { return table->columnWidth(last) >= table->sizeHintForIndex(table->model()->index(0, last)).width(); };
        QTRY_VERIFY_WITH_TIMEOUT(addressIsWhole(), patienceMs);
        QMenu *menu = in<QToolButton>(page, "columnsButton")->menu();
        Q_EMIT menu->aboutToShow();
        menu->actions().at(3)->setChecked(false);
        QVERIFY(table->isColumnHidden(3));

        SessionsPage again(m_link);
        QVERIFY(in<QTableView>(again, "table")->isColumnHidden(3));
        Q_EMIT menu->aboutToShow();
        actionOf(*menu, QStringLiteral("Show all"))->trigger();
        QVERIFY(!table->isColumnHidden(3));
        for (int column = 0; column <= last; ++column) {
            Q_EMIT menu->aboutToShow();
            menu->actions().at(column)->setChecked(false);
        }
        QVERIFY(!table->isColumnHidden(last)); // one stays
        Q_EMIT menu->aboutToShow();
        actionOf(*menu, QStringLiteral("Show all"))->trigger();
    }

    void whatWasMeasuredIsDrawnAndExported()
    {
        ReplicationPage page(m_link, m_recorder);
        open(page);
        insertUntil([&page] { return !in<QWidget>(page, "sent")->accessibleDescription().contains(QStringLiteral("–")); });
        for (const char *chart : {"lagTime", "lag", "retained", "window", "throughput", "sent", "writes"})
            QTRY_VERIFY2_WITH_TIMEOUT(!in<QWidget>(page, chart)->accessibleDescription().contains(QStringLiteral("–")), chart, patienceMs);
        auto *range = in<QComboBox>(page, "range");
        range->setCurrentIndex(range->count() - 1);
        QCOMPARE(ReplicationPage(m_link, m_recorder).findChild<QComboBox *>(QStringLiteral("range"))->currentIndex(), range->count() - 1);
        QTest::mouseClick(in<QPushButton>(page, "exportButton"), Qt::LeftButton);
        QVERIFY(page.findChild<QFileDialog *>());
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("replication.csv"));
        Q_EMIT page.findChild<QFileDialog *>()->fileSelected(path);
        page.findChild<QFileDialog *>()->reject();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readLine().startsWith("time,lag_ms,"));
        QVERIFY(file.readLine().contains("Z,"));
        if (qEnvironmentVariableIsSet("ELECTRIC_SCREENSHOTS"))
            QTest::qWait(8'000); // the lines need a few points
        picture(page, QStringLiteral("watch-replication"));
        page.present({{QStringLiteral("state"), true}});
        picture(page, QStringLiteral("watch-replication-state"));
    }

    void whatNeedsAttentionIsShownAndLeadsThere()
    {
        OverviewPage page(m_link, nullptr);
        Watcher watcher(m_link, m_recorder);
        page.follow(watcher);
        open(page);
        auto *banner = in<WarningBanner>(page, "warnings");
        QVERIFY(!banner->isVisible());
        banner->tell(
            {{QStringLiteral("wal"), Warning::Level::Grave, QStringLiteral("Postgres keeps much log for Electric"),
                 QStringLiteral("85% of the window of 2.0 GiB are used, 1.7 GiB. A client is slow or was away for long: look at the "
                                "sessions with the greatest lag, and forget clients that do not come back."),
                 QStringLiteral("replication")},
                {QStringLiteral("slots"), Warning::Level::Warning, QStringLiteral("Replication slots are nearly used up"),
                    QStringLiteral("8 of 10 replication slots of Postgres are used."), QStringLiteral("replication")}});
        QVERIFY(banner->isVisible());
        QVERIFY(banner->accessibleName().contains(QStringLiteral("log")));
        QSignalSpy wanted(&page, &Page::pageWanted);
        banner->findChild<QToolButton *>()->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), QStringLiteral("replication"));
        QTRY_VERIFY_WITH_TIMEOUT(page.findChildren<QComboBox *>().constFirst()->isEnabled(), patienceMs);
        if (qEnvironmentVariableIsSet("ELECTRIC_SCREENSHOTS"))
            QTest::qWait(3'000); // rates need two measurements
        picture(page, QStringLiteral("watch-overview-warnings"));
        banner->tell({});
        QVERIFY(!banner->isVisible());
        picture(page, QStringLiteral("watch-overview"));
        Tray tray(m_link);
        tray.tell({QStringLiteral("wal"), Warning::Level::Grave, {}, {}, {}}); // without a tray nothing happens
        QVERIFY(!tray.isShown());
    }

    void theServicesLevelIsSetForAWhile()
    {
        LogsPage page(m_link, nullptr);
        open(page);
        QComboBox *writes = nullptr;
        for (QComboBox *one : page.findChildren<QComboBox *>()) {
            if (one->accessibleName().startsWith(QStringLiteral("What the service writes")))
                writes = one;
        }
        QVERIFY(writes && writes->accessibleName().contains(QStringLiteral("until")));
        QTRY_COMPARE_WITH_TIMEOUT(writes->currentData().toString(), QStringLiteral("info"), patienceMs);
        QSignalSpy noted(&page, &Page::noted);
        writes->setCurrentIndex(writes->findData(QStringLiteral("debug")));
        Q_EMIT writes->activated(writes->currentIndex());
        QTRY_COMPARE_WITH_TIMEOUT(noted.size(), 1, patienceMs);
        QVERIFY2(noted[0][0].toString().contains(QStringLiteral("debug")), qPrintable(noted[0][0].toString()));
        LogsPage other(m_link, nullptr);
        open(other);
        picture(page, QStringLiteral("watch-logs"));
        auto *list = page.findChild<QTreeView *>();
        QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() > 1, patienceMs);
        list->selectAll();
        actionOf(page, QStringLiteral("Copy as JSON"))->trigger();
        const auto copied = QJsonDocument::fromJson(QApplication::clipboard()->text().toUtf8()).array();
        QVERIFY(copied.size() > 1 && copied[0].toObject().contains(QLatin1String("category")));
        writes->setCurrentIndex(writes->findData(QStringLiteral("info")));
        Q_EMIT writes->activated(writes->currentIndex());
        QTRY_COMPARE_WITH_TIMEOUT(noted.size(), 3, patienceMs);
    }

    void whoReadsFurtherUpIsNotDisturbed()
    {
        LogsPage page(m_link, nullptr);
        auto *list = page.findChild<QTreeView *>();
        list->setFixedHeight(60); // two lines
        open(page);
        QScrollBar *bar = list->verticalScrollBar();
        QTRY_VERIFY_WITH_TIMEOUT(bar->maximum() > 0 && bar->value() == bar->maximum(), patienceMs); // follows at first
        bar->setValue(0);
        const int before = list->model()->rowCount();
        const auto says = [&page](const QString &text) {
            const auto labels = page.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *one) { return one->text().contains(text); });
        };
        m_app = m_service.connectApp(); // is told in the log
        m_app->subscribe({QStringLiteral("items")});
        QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("held while you read")), patienceMs);
        QCOMPARE(list->model()->rowCount(), before);
        QCOMPARE(bar->value(), 0);
        bar->setValue(bar->maximum());
        QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() > before, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(bar->value(), bar->maximum(), patienceMs);
        QVERIFY(!says(QStringLiteral("held while you read")));
    }

    void aSessionOfAnotherRunIsNotTaken()
    {
        SessionsPage page(m_link);
        open(page);
        Watcher watcher(m_link, m_recorder);
        QSignalSpy warned(&watcher, &Watcher::warned);
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        in<QTabWidget>(page, "tabs")->setCurrentIndex(1);
        const QWidget &frames = *in<QWidget>(page, "frames");
        insertUntil([&frames] { return rowsOf(frames) > 0; });
        const int seen = rowsOf(frames);
        m_service.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_link.isConnected(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!warned.isEmpty(), patienceMs);
        QCOMPARE(warned[0][0].value<Warning>().subject, QStringLiteral("service"));
        QVERIFY(m_service.start());
        QTRY_VERIFY_WITH_TIMEOUT(m_link.isConnected(), patienceMs);
        const auto *state = in<QLabel>(frames, "state");
        QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains(QStringLiteral("has ended")), qPrintable(state->text()), patienceMs);
        QVERIFY(rowsOf(frames) >= seen); // they can still be read
        m_app = m_service.connectApp(); // gets a number that another had before
        QTRY_COMPARE_WITH_TIMEOUT(rowsOf(page), 1, patienceMs);
        in<QTableView>(page, "table")->selectRow(0);
        QVERIFY(!state->text().contains(QStringLiteral("has ended")));
    }
};

QTEST_MAIN(TestWatch)
#include "tst_watch.moc"
