#include <QTest>

#include "console/pages/logs/logmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace electric;
using namespace electric::console;

namespace {

QList<admin::LogEntry> entries(qint64 first, qint64 count, const QString &level = QStringLiteral("info"))
{
    QList<admin::LogEntry> all;
    for (qint64 i = first; i < first + count; ++i)
        all << admin::LogEntry {i, 1'000 * i, level, QStringLiteral("electric.test"), QStringLiteral("entry %1").arg(i)};
    return all;
}

using Mode = QAbstractItemModelTester::FailureReportingMode;

} // namespace

class TestLogModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOldestMakeRoom()
    {
        LogModel model(nullptr, 10);
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        model.append(entries(1, 7));
        QCOMPARE(model.rowCount(), 7);
        model.append(entries(8, 7));
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(model.at(0).number, 5);
        QCOMPARE(model.at(9).number, 14);
        model.append(entries(15, 35)); // more than there is room for
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(model.at(0).number, 40);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void whatASubscriptionRepeatsIsLeftOut()
    {
        LogModel model(nullptr, 100);
        model.setRun(1);
        model.append(entries(1, 5));
        model.append(entries(3, 5));
        QCOMPARE(model.rowCount(), 7);
        model.setRun(1);
        model.append(entries(1, 7));
        QCOMPARE(model.rowCount(), 7);
        model.setRun(2); // another process counts anew
        model.append(entries(1, 2));
        QCOMPARE(model.rowCount(), 9);
    }

    void pausedItCollectsAndShowsAllWhenItGoesOn()
    {
        LogModel model(nullptr, 10);
        const QAbstractItemModelTester tester(&model, Mode::QtTest);
        QSignalSpy waiting(&model, &LogModel::waitingChanged);
        model.append(entries(1, 2));
        model.setPaused(true);
        model.append(entries(3, 4));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.waiting(), std::size_t(4));
        model.append(entries(7, 100)); // the background is bounded too
        QCOMPARE(model.waiting(), std::size_t(10));
        model.setPaused(false);
        QCOMPARE(model.waiting(), std::size_t(0));
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(model.at(9).number, 106);
        QCOMPARE(waiting.size(), 3);
    }

    void categoriesAreKnownSortedAndOnce()
    {
        LogModel model(nullptr, 10);
        model.append({{1, 0, QStringLiteral("info"), QStringLiteral("b"), {}}, {2, 0, QStringLiteral("info"), QStringLiteral("a"), {}},
            {3, 0, QStringLiteral("info"), QStringLiteral("b"), {}}});
        QCOMPARE(model.categories(), QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    }

    void filtersLetThrough_data()
    {
        QTest::addColumn<int>("rank");
        QTest::addColumn<QString>("category");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<bool>("passes");
        const auto row = [](const char *name, int rank, const char *category, const char *text, const char *pattern, bool passes) {
            QTest::newRow(name) << rank << QString::fromLatin1(category) << QString::fromLatin1(text) << QString::fromLatin1(pattern)
                                << passes;
        };
        row("nothing wanted", 0, "", "", "", true);
        row("its level", 2, "", "", "", true);
        row("a higher level", 3, "", "", "", false);
        row("the beginning of its category", 0, "electric.post", "", "", true);
        row("another category", 0, "electric.session", "", "", false);
        row("a part in another letter case", 0, "", "LOST the", "", true);
        row("a text that is not in it", 0, "", "found", "", false);
        row("a pattern", 0, "", "", "slot \\w+ is", false);
        row("a pattern that fits", 0, "", "", "lost .*slot", true);
        row("a wrong pattern hides nothing", 0, "", "", "(", true);
        row("all of them", 2, "electric", "lost", "slot$", true);
    }
    void filtersLetThrough()
    {
        QFETCH(int, rank);
        QFETCH(QString, category);
        QFETCH(QString, text);
        QFETCH(QString, pattern);
        const admin::LogEntry entry {1, 0, QStringLiteral("warning"), QStringLiteral("electric.postgres"), QStringLiteral("lost the slot")};
        QTEST(LogFilter({rank, category, text, QRegularExpression(pattern)}).matches(entry), "passes");
    }

    void theNextErrorIsFoundAroundTheEnd()
    {
        LogModel model(nullptr, 100);
        FilteredLog filtered(model, nullptr);
        const QAbstractItemModelTester tester(&filtered, Mode::QtTest);
        QCOMPARE(filtered.nextError(-1), -1);
        model.append(entries(1, 3));
        QCOMPARE(filtered.nextError(-1), -1);
        model.append(entries(4, 1, QStringLiteral("error")));
        model.append(entries(5, 2));
        QCOMPARE(filtered.nextError(-1), 3);
        QCOMPARE(filtered.nextError(3), 3);
        QCOMPARE(filtered.nextError(5), 3);
        LogFilter onlyErrors;
        onlyErrors.leastRank = 3;
        filtered.setFilter(onlyErrors);
        QCOMPARE(filtered.rowCount(), 1);
        QCOMPARE(filtered.nextError(-1), 0);
    }

    void aHundredThousandEntriesAreTakenQuickly()
    {
        LogModel model(nullptr);
        FilteredLog filtered(model, nullptr);
        QElapsedTimer clock;
        clock.start();
        for (qint64 i = 0; i < 300; ++i)
            model.append(entries(1 + i * 500, 500));
        QCOMPARE(model.rowCount(), int(LogModel::usualCapacity));
        QCOMPARE(filtered.rowCount(), int(LogModel::usualCapacity));
        QVERIFY2(clock.elapsed() < 20'000, qPrintable(QString::number(clock.elapsed())));
    }
};

QTEST_MAIN(TestLogModel)
#include "tst_logmodel.moc"
