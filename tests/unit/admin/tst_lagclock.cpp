#include <QTest>

#include "service/app/lagclock.h"

using electric::app::LagClock;

class TestLagClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownBeforeTheFirstTransaction()
    {
        LagClock lag;
        QVERIFY(!lag.measure(10'000, false, 0));
    }
    void isZeroWhenNothingIsLeft()
    {
        LagClock lag;
        QCOMPARE(lag.measure(10'000, true, 0).value_or(-1), 0);
        QCOMPARE(lag.measure(3'600'000, true, 20'000).value_or(-1), 0); // however long ago the newest transaction was
    }
    void isTheAgeOfTheNewestTransactionThatWasPassedOn()
    {
        LagClock lag;
        QCOMPARE(lag.measure(10'000, false, 4'000).value_or(-1), 6'000);
        QCOMPARE(lag.measure(12'000, false, 11'500).value_or(-1), 500);
    }
    void countsFromWhenNothingWasLeft()
    {
        LagClock lag;
        (void)lag.measure(100'000, true, 4'000);
        QCOMPARE(lag.measure(100'750, false, 4'000).value_or(-1), 750); // a new one comes after an hour of silence
        QCOMPARE(lag.measure(103'000, false, 102'000).value_or(-1), 1'000);
    }
    void isNeverNegativeWhenTheClocksDiffer()
    {
        LagClock lag;
        QCOMPARE(lag.measure(10'000, false, 12'000).value_or(-1), 0);
    }
};

QTEST_GUILESS_MAIN(TestLagClock)
#include "tst_lagclock.moc"
