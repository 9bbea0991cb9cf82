#include <QTest>

#include "service/admin/logbuffer.h"

using namespace electric::admin;

class TestLogBuffer : public QObject
{
    Q_OBJECT

    static void fill(LogBuffer &log, int entries)
    {
        for (int at = 1; at <= entries; ++at)
            log.append(
                at, at % 2 ? QStringLiteral("info") : QStringLiteral("warning"), QStringLiteral("electric.test"), QString::number(at));
    }
    static QStringList texts(const QList<LogEntry> &entries)
    {
        QStringList all;
        for (const LogEntry &one : entries)
            all << one.text;
        return all;
    }

private Q_SLOTS:
    void filtersByAllThatIsSaid_data()
    {
        QTest::addColumn<QString>("level");
        QTest::addColumn<QString>("category");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("taken");
        QTest::newRow("nothing") << QString() << QString() << QString() << true;
        QTest::newRow("same level") << "warning" << QString() << QString() << true;
        QTest::newRow("lower level") << "debug" << QString() << QString() << true;
        QTest::newRow("higher level") << "error" << QString() << QString() << false;
        QTest::newRow("category's beginning") << QString() << "electric.s" << QString() << true;
        QTest::newRow("category's end") << QString() << "session" << QString() << false;
        QTest::newRow("text in other case") << QString() << QString() << "LOST" << true;
        QTest::newRow("one does not hold") << "info"
                                           << "electric"
                                           << "found" << false;
    }
    void filtersByAllThatIsSaid()
    {
        QFETCH(QString, level);
        QFETCH(QString, category);
        QFETCH(QString, text);
        const LogEntry entry {1, 0, QStringLiteral("warning"), QStringLiteral("electric.session"), QStringLiteral("connection lost")};
        QTEST((LogFilter {level, category, text}.takes(entry)), "taken");
    }

    void givesTheNewestInOrder()
    {
        LogBuffer log;
        fill(log, 6);
        QCOMPARE(texts(log.newest({}, 2)), (QStringList {QStringLiteral("5"), QStringLiteral("6")}));
        QCOMPARE(texts(log.newest({QStringLiteral("warning"), {}, {}}, 2)), (QStringList {QStringLiteral("4"), QStringLiteral("6")}));
        QCOMPARE(log.newest({}, 100).size(), 6);
    }

    void goesOnWhereTheReaderWas()
    {
        LogBuffer log;
        fill(log, 5);
        const auto first = log.after(2, {}, 2);
        QCOMPARE(texts(first.entries), (QStringList {QStringLiteral("3"), QStringLiteral("4")}));
        const auto second = log.after(first.next, {}, 10);
        QCOMPARE(texts(second.entries), QStringList {QStringLiteral("5")});
        QVERIFY(log.after(second.next, {}, 10).entries.isEmpty());
    }

    void passesOverWhatTheFilterLeavesOut()
    {
        LogBuffer log;
        fill(log, 5);
        const auto part = log.after(0, {QStringLiteral("error"), {}, {}}, 10);
        QVERIFY(part.entries.isEmpty());
        QCOMPARE(part.next, 5);
    }

    void saysHowMuchAReaderHasLost()
    {
        LogBuffer log;
        fill(log, int(LogBuffer::mostEntries) + 10);
        const auto part = log.after(3, {}, 1);
        QCOMPARE(part.lost, 7);
        QCOMPARE(texts(part.entries), QStringList {QStringLiteral("11")});
        QCOMPARE(log.newest({}, INT_MAX).size(), qsizetype(LogBuffer::mostEntries));
    }
};

QTEST_GUILESS_MAIN(TestLogBuffer)
#include "tst_logbuffer.moc"
