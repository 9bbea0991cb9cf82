#include <QTest>

#include "console/models/history.h"

using namespace electric;
using namespace electric::console;

namespace {

admin::Replication measured(qint64 transactions, std::optional<qint64> lagMs)
{
    admin::Replication found;
    found.lagBytes = 512;
    found.lagMs = lagMs;
    found.transactionsRead = transactions;
    found.rowsRead = transactions * 10;
    found.windowDistanceMax = 1'000;
    admin::Slot ours;
    ours.isOurs = true;
    ours.retainedBytes = 300;
    found.replicationSlots = {ours};
    return found;
}

QList<admin::Metric> metrics(double writes, double seconds)
{
    return {{QStringLiteral("electric_write_duration_seconds_sum"), seconds, true, {}},
        {QStringLiteral("electric_write_duration_seconds_count"), writes, true, {}},
        {QStringLiteral("electric_writes_total"), writes, true, {{QStringLiteral("result"), QStringLiteral("committed")}}},
        {QStringLiteral("electric_write_queue_transactions"), 3, false, {}}};
}

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countersBecomeRates()
    {
        History history;
        history.add(1'000, measured(10, 0));
        QVERIFY(history.of(Quantity::TransactionsRead).isEmpty());
        history.add(3'000, measured(30, 0));
        QCOMPARE(history.of(Quantity::TransactionsRead).last().y(), 10.0);
        QCOMPARE(history.of(Quantity::RowsRead).last().y(), 100.0);
        QCOMPARE(history.of(Quantity::Retained).last().y(), 300.0);
        history.breakOff();
        history.add(5'000, measured(1'000, 0)); // nobody knows when these came
        QCOMPARE(history.of(Quantity::TransactionsRead).size(), std::size_t(1));
    }

    void theMeanTimeOfAWriteIsThatOfTheNewOnes()
    {
        History history;
        history.add(1'000, metrics(100, 50));
        QVERIFY(history.of(Quantity::WriteMs).isEmpty());
        history.add(2'000, metrics(104, 50.1));
        QVERIFY(qAbs(history.of(Quantity::WriteMs).last().y() - 25) < 1e-6);
        history.add(3'000, metrics(104, 50.1)); // none was done
        QCOMPARE(history.of(Quantity::WriteMs).size(), std::size_t(1));
        QCOMPARE(history.of(Quantity::WriteQueue).last().y(), 3.0);
    }

    void whatIsNotKnownHasNoPoint()
    {
        History history;
        history.add(1'000, measured(0, std::nullopt));
        QVERIFY(history.of(Quantity::LagMs).isEmpty());
        QCOMPARE(history.of(Quantity::LagBytes).size(), std::size_t(1));
        history.add(1'500, QList<admin::Metric> {});
        QVERIFY(history.of(Quantity::WriteQueue).isEmpty());
        history.clear();
        QVERIFY(history.of(Quantity::LagBytes).isEmpty());
    }

    void whatIsOlderThanAnHourGoes()
    {
        History history;
        history.add(1'000, measured(0, 0));
        history.add(2'000 + History::spanMs, measured(0, 0));
        QCOMPARE(history.of(Quantity::LagBytes).size(), std::size_t(1));
    }

    void csvHasALineForEachSecond()
    {
        History history;
        history.add(1'795'640'000'000, measured(0, 12));
        history.add(1'795'640'000'200, metrics(1, 1)); // of the same second
        history.add(1'795'640'002'000, measured(3, std::nullopt));
        const QList<QByteArray> lines = history.csv(0).split('\n');
        QCOMPARE(lines.size(), 4); // the last is empty
        const qsizetype columns = lines[0].count(',');
        QVERIFY(lines[0].startsWith("time,lag_ms,lag_bytes,retained_wal_bytes,"));
        QCOMPARE(columns, qsizetype(Quantity::Count));
        QVERIFY2(lines[1].startsWith("2026-11-25T20:53:20Z,12,512,300,1000,"), lines[1].constData());
        QVERIFY2(lines[1].contains(",3,"), lines[1].constData());
        QVERIFY2(lines[2].startsWith("2026-11-25T20:53:22Z,,512,300,1000,"), lines[2].constData());
        QVERIFY2(lines[2].contains(",1.5,15,"), lines[2].constData());
        QCOMPARE(lines[2].count(','), columns);
        QCOMPARE(history.csv(1'795'640'001'000).count('\n'), 2); // what is before is left out
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
