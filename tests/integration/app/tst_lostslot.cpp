#include <QTest>

#include "service/app/preparation.h"
#include "service/app/transactionlog.h"
#include "service/schema/slot.h"
#include "tests/support/throwawaycluster.h"

#include <QSignalSpy>

using namespace electric;

// What happens when Postgres gives up the replication slot since it kept more log than max_slot_wal_keep_size.
class TestLostSlot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start({QStringLiteral("max_slot_wal_keep_size=1MB"), QStringLiteral("max_wal_size=32MB")});
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
    }

    void theSlotIsMadeAgainAndTheWindowBeginsAnew()
    {
        const auto options = m_cluster->options(*m_cluster->createDatabase());
        const auto first = app::prepareDatabase(options);
        QVERIFY2(first, first ? "" : first.error().detail.c_str());

        app::TransactionLog log({});
        QSignalSpy opened(&log, &app::TransactionLog::opened);
        log.open(options, first->history, first->bootstrapped.slotStart);
        log.open(options, first->history, first->bootstrapped.slotStart);
        QCOMPARE(opened.count(), 1); // a stream that begins again where it was leaves the window as it is

        QVERIFY(loseSlot(options, first->bootstrapped.slotName));
        const auto second = app::prepareDatabase(options);
        QVERIFY2(second, second ? "" : second.error().detail.c_str());
        QVERIFY(second->bootstrapped.slotStart > first->bootstrapped.slotStart);

        log.open(options, second->history, second->bootstrapped.slotStart);
        QCOMPARE(opened.count(), 2);
        QCOMPARE(opened.last().at(1).value<Lsn>(), second->bootstrapped.slotStart);
        log.close();
    }

    void theSlotOfAnotherPluginIsLeftAlone()
    {
        const std::string database = *m_cluster->createDatabase();
        const auto options = m_cluster->options(database);
        auto connection = pg::Connection::open(options, "test");
        QVERIFY(connection);
        const std::string slot = schema::slotNameFor(database);
        QVERIFY(connection->query("SELECT pg_create_logical_replication_slot($1, 'test_decoding')", {slot}));
        QVERIFY(loseSlot(options, slot));
        QVERIFY(!app::prepareDatabase(options));
        QCOMPARE(connection->query("SELECT FROM pg_replication_slots WHERE slot_name = $1", {slot})->count(), 1);
    }

private:
    static bool loseSlot(const pg::ConnectionOptions &options, const std::string &slot)
    {
        auto connection = pg::Connection::open(options, "test");
        for (int segments = 0; connection && segments < 20; ++segments) {
            if (!connection->execute("SELECT pg_logical_emit_message(false, 'test', 'x')") || !connection->execute("SELECT pg_switch_wal()")
                || !connection->execute("CHECKPOINT"))
                return false;
            auto rows = connection->query("SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1", {slot});
            if (rows && rows->count() == 1 && rows->text(0, 0) == "lost")
                return true;
        }
        return false;
    }

    std::unique_ptr<test::ThrowawayCluster> m_cluster;
};

QTEST_GUILESS_MAIN(TestLostSlot)
#include "tst_lostslot.moc"
