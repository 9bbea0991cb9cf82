#include <QTest>

#include "console/models/format.h"
#include "console/models/series.h"

#include <QDateTime>
#include <QLocale>

using namespace electric::console;

class TestConsoleSeries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void oldPointsGoByAgeAndByNumber()
    {
        Series series(1'000, 5);
        for (int at = 0; at <= 3'000; at += 100)
            series.add(at, at);
        QCOMPARE(series.size(), std::size_t(5));
        QCOMPARE(series.points().first(), QPointF(2'600, 2'600));
        series.add(9'000, 1);
        QCOMPARE(series.size(), std::size_t(1));
        QCOMPARE(series.greatest(), 1.0);
        series.add(9'000, 7); // the clock stands or goes back
        series.add(8'000, 7);
        QCOMPARE(series.points(), QList<QPointF> {QPointF(9'000, 1)});
        series.clear();
        QVERIFY(series.isEmpty());
        QCOMPARE(series.greatest(), 0.0);
    }

    void ratesComeFromCounters()
    {
        Series series(60'000);
        series.addCounter(0, 100);
        QVERIFY(series.isEmpty());
        series.addCounter(2'000, 150);
        series.addCounter(2'000, 900); // no time has passed
        series.addCounter(4'000, 150);
        QCOMPARE(series.points(), (QList<QPointF> {{2'000, 25}, {4'000, 0}}));
    }

    void aCounterThatFellStartsAnew()
    {
        Series series(60'000);
        series.addCounter(1'000, 5'000);
        series.addCounter(2'000, 10);
        QVERIFY(series.isEmpty());
        series.addCounter(3'000, 20);
        QCOMPARE(series.last(), QPointF(3'000, 10));
        series.breakOff();
        series.addCounter(9'000, 1'000'000);
        QCOMPARE(series.size(), std::size_t(1));
    }

    void quantitiesAreReadable_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no bytes") << format::bytes(qint64(0)) << "0 bytes";
        QTest::newRow("bytes") << format::bytes(qint64(1'023)) << "1,023 bytes";
        QTest::newRow("KiB") << format::bytes(qint64(1'536)) << "1.5 KiB";
        QTest::newRow("GiB") << format::bytes(qint64(2'147'483'648)) << "2.0 GiB";
        QTest::newRow("negative") << format::bytes(qint64(-1)) << "";
        QTest::newRow("unknown") << format::bytes(std::optional<qint64>()) << "–";
        QTest::newRow("bytes a second") << format::bytesPerSecond(2'048) << "2.0 KiB/s";
        QTest::newRow("count") << format::count(1'234'567) << "1,234,567";
        QTest::newRow("small rate") << format::rate(0.44) << "0.4";
        QTest::newRow("no rate") << format::rate(0) << "0";
        QTest::newRow("great rate") << format::rate(1'250.4) << "1,250";
        QTest::newRow("percent") << format::percent(0.5) << "50%";
        QTest::newRow("small percent") << format::percent(0.001) << "0.1%";
        QTest::newRow("hardly anything") << format::percent(1e-6) << "less than 0.1%";
        QTest::newRow("ms") << format::duration(999) << "999 ms";
        QTest::newRow("negative duration") << format::duration(-5) << "0 ms";
        QTest::newRow("s") << format::duration(1'000) << "1 s";
        QTest::newRow("min") << format::duration(200'000) << "3 min 20 s";
        QTest::newRow("d without h") << format::duration(86'400'000 + 60'000) << "1 d";
        QTest::newRow("never") << format::moment(0) << "–";
    }
    void quantitiesAreReadable()
    {
        QFETCH(QString, shown);
        QFETCH(QString, expected);
        QCOMPARE(shown, expected);
    }

    void theDateIsShownUnlessItIsToday()
    {
        const QDateTime now = QDateTime::currentDateTime();
        QCOMPARE(format::moment(now.toMSecsSinceEpoch()), now.time().toString(QStringLiteral("HH:mm:ss")));
        QVERIFY(format::moment(now.addDays(-3).toMSecsSinceEpoch()).size() > 8);
    }
};

QTEST_GUILESS_MAIN(TestConsoleSeries)
#include "tst_consoleseries.moc"
