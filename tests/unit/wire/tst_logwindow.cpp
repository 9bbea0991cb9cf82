#include "service/wire/logwindow.h"

#include <QTest>

using namespace electric;
using namespace electric::wire;

namespace {

constexpr LogWindow::Limits roomy {.bytes = 1U << 30, .distance = 1U << 30};

LoggedTransactionPtr transaction(std::uint64_t lsn, std::size_t bytes = 0)
{
    auto made = std::make_shared<LoggedTransaction>();
    made->lsn = Lsn {lsn};
    made->operationsWire.assign(bytes, 'x');
    return made;
}

LogWindow window(std::initializer_list<std::uint64_t> lsns, LogWindow::Limits limits = roomy)
{
    LogWindow made(limits);
    made.reset(Lsn {100});
    for (const std::uint64_t lsn : lsns)
        made.append(transaction(lsn));
    return made;
}

} // namespace

class LogWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsFromFirstToPositionInclusively_data();
    void holdsFromFirstToPositionInclusively();
    void findsTheTransactionAfterAPosition_data();
    void findsTheTransactionAfterAPosition();
    void dropsTheOldestWhenMemoryIsFull();
    void keepsTheNewestHoweverLarge();
    void dropsWhatIsTooFarBehind();
    void forgetsQuietStretchesToo();
    void numbersSurviveWhatIsDropped();
    void positionNeverGoesBack();
    void resetEmptiesItButGoesOnCounting();
};

void LogWindowTest::holdsFromFirstToPositionInclusively_data()
{
    QTest::addColumn<bool>("filled");
    QTest::addColumn<quint64>("lsn");
    QTest::addColumn<bool>("held");
    const auto row = [](const char *name, bool filled, quint64 lsn, bool held) { QTest::newRow(name) << filled << lsn << held; };
    row("empty, at its position", false, 100, true);
    row("empty, before", false, 99, false);
    row("empty, after", false, 101, false);
    row("filled, the oldest", true, 100, true);
    row("filled, before the oldest", true, 99, false);
    row("filled, between", true, 115, true);
    row("filled, the newest", true, 120, true);
    row("filled, after the newest", true, 121, false);
}

void LogWindowTest::holdsFromFirstToPositionInclusively()
{
    QFETCH(bool, filled);
    QFETCH(quint64, lsn);
    QFETCH(bool, held);
    const LogWindow log = filled ? window({110, 120}) : window({});
    QCOMPARE(log.holds(Lsn {lsn}), held);
}

void LogWindowTest::findsTheTransactionAfterAPosition_data()
{
    QTest::addColumn<quint64>("after");
    QTest::addColumn<quint64>("found"); // 0: none yet
    QTest::newRow("before all") << quint64(100) << quint64(110);
    QTest::newRow("at one") << quint64(110) << quint64(120);
    QTest::newRow("between two") << quint64(111) << quint64(120);
    QTest::newRow("at the last but one") << quint64(120) << quint64(130);
    QTest::newRow("at the last") << quint64(130) << quint64(0);
    QTest::newRow("after the last") << quint64(999) << quint64(0);
}

void LogWindowTest::findsTheTransactionAfterAPosition()
{
    QFETCH(quint64, after);
    QFETCH(quint64, found);
    const LogWindow log = window({110, 120, 130});
    const auto next = log.at(log.numberAfter(Lsn {after}));
    QCOMPARE(next ? next->lsn.value : 0, found);
}

void LogWindowTest::dropsTheOldestWhenMemoryIsFull()
{
    LogWindow log({.bytes = 10'000, .distance = 1U << 30});
    log.reset(Lsn {100});
    for (std::uint64_t lsn = 110; lsn <= 200; lsn += 10) {
        log.append(transaction(lsn, 4000));
        QVERIFY(log.bytes() <= 10'000);
    }
    QCOMPARE(log.size(), 2U);
    QCOMPARE(log.first(), Lsn {180}); // whoever has 180 misses nothing
    QCOMPARE(log.at(log.numberAfter(log.first()))->lsn, Lsn {190});
    QVERIFY(!log.holds(Lsn {179}));
}

void LogWindowTest::keepsTheNewestHoweverLarge()
{
    LogWindow log({.bytes = 1000, .distance = 1U << 30});
    log.reset(Lsn {100});
    log.append(transaction(110));
    log.append(transaction(120, 5000));
    QCOMPARE(log.size(), 1U);
    QCOMPARE(log.at(log.numberAfter(Lsn {110}))->lsn, Lsn {120});
    log.append(transaction(130));
    QCOMPARE(log.size(), 1U);
    QCOMPARE(log.first(), Lsn {120});
}

void LogWindowTest::dropsWhatIsTooFarBehind()
{
    LogWindow log = window({110, 120, 1100}, {.bytes = 1U << 30, .distance = 1000});
    QCOMPARE(log.first(), Lsn {100});
    log.append(transaction(1115));
    QCOMPARE(log.size(), 3U);
    QCOMPARE(log.first(), Lsn {115});
    QVERIFY(log.holds(Lsn {115}));
    QCOMPARE(log.at(log.numberAfter(Lsn {115}))->lsn, Lsn {120});
}

void LogWindowTest::forgetsQuietStretchesToo()
{
    LogWindow log = window({110}, {.bytes = 1U << 30, .distance = 1000});
    log.advance(Lsn {5000});
    QCOMPARE(log.size(), 0U);
    QCOMPARE(log.position(), Lsn {5000});
    QCOMPARE(log.first(), Lsn {4000});
    QCOMPARE(log.bytes(), 0U);
    QVERIFY(log.holds(Lsn {4500}));
    QVERIFY(!log.holds(Lsn {110}));
}

void LogWindowTest::numbersSurviveWhatIsDropped()
{
    LogWindow log = window({110, 120}, {.bytes = 1U << 30, .distance = 1000});
    const auto number = log.numberAfter(Lsn {110});
    QCOMPARE(log.at(number)->lsn, Lsn {120});
    log.append(transaction(1115));
    QCOMPARE(log.at(number)->lsn, Lsn {120});
    QCOMPARE(log.at(number + 1)->lsn, Lsn {1115});
    log.append(transaction(1130));
    QVERIFY(log.isDropped(number));
    QVERIFY(!log.at(number));
    QVERIFY(!log.isDropped(number + 1));
    QCOMPARE(log.endNumber(), number + 3);
    QVERIFY(!log.at(log.endNumber()));
}

void LogWindowTest::positionNeverGoesBack()
{
    LogWindow log = window({110});
    log.advance(Lsn {200});
    log.advance(Lsn {150});
    QCOMPARE(log.position(), Lsn {200});
    QCOMPARE(log.last(), Lsn {110});
}

void LogWindowTest::resetEmptiesItButGoesOnCounting()
{
    LogWindow log = window({110, 120});
    const auto number = log.endNumber();
    log.reset(Lsn {500});
    QVERIFY(log.isDropped(number)); // who waited there lacks what was not appended
    QCOMPARE(log.first(), Lsn {500});
    QCOMPARE(log.last(), Lsn {500});
    QVERIFY(!log.holds(Lsn {120}));
    log.append(transaction(510));
    QCOMPARE(log.at(log.numberAfter(Lsn {500}))->lsn, Lsn {510});
}

QTEST_APPLESS_MAIN(LogWindowTest)
#include "tst_logwindow.moc"
