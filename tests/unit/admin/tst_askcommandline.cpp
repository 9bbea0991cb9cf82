#include <QTest>

#include "service/app/commandline.h"
#include "service/app/texttable.h"

using namespace electric::app;

class TestAskCommandLine : public QObject
{
    Q_OBJECT

    static Command parse(const QString &words)
    {
        return parseCommandLine(QStringList {QStringLiteral("electric-service")} + words.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    }

private Q_SLOTS:
    void readsEveryOption()
    {
        const auto logs = std::get<AskCommand>(
            parse(QStringLiteral("logs -f --level warning --category electric.a --text lost -n 7 --json --service x")));
        QCOMPARE(logs.what, AskCommand::What::Logs);
        QVERIFY(logs.follow && logs.json);
        QCOMPARE(logs.level, QStringLiteral("warning"));
        QCOMPARE(logs.category, QStringLiteral("electric.a"));
        QCOMPARE(logs.text, QStringLiteral("lost"));
        QCOMPARE(logs.lines, 7);
        QCOMPARE(logs.service, QStringLiteral("x"));
        QCOMPARE(std::get<AskCommand>(parse(QStringLiteral("tap 12 --json"))).session, 12);
        QCOMPARE(std::get<AskCommand>(parse(QStringLiteral("rejected --discard 3"))).discard, 3);
        QVERIFY(std::get<AskCommand>(parse(QStringLiteral("check --environment"))).environment);
        QVERIFY(!std::get<AskCommand>(parse(QStringLiteral("check"))).environment);
    }

    void refusesWhatMakesNoSense_data()
    {
        QTest::addColumn<QString>("words");
        for (const char *const words : {"", "nonsense", "tap", "tap x", "tap 1 2", "status now", "status --level info",
                 "status --environment", "rejected --retry x", "rejected --retry -1", "logs -n many", "serve --data-dir x"})
            QTest::newRow(words) << QString::fromLatin1(words);
    }
    void refusesWhatMakesNoSense()
    {
        QFETCH(QString, words);
        QVERIFY(std::holds_alternative<UsageError>(parse(words)));
    }

    void everyCommandIsInTheHelp_data()
    {
        QTest::addColumn<QString>("word");
        for (const char *const word : {"status", "sessions", "replication", "rejected", "logs", "check", "stop"})
            QTest::newRow(word) << QString::fromLatin1(word);
    }
    void everyCommandIsInTheHelp()
    {
        QFETCH(QString, word);
        QVERIFY(std::holds_alternative<AskCommand>(parse(word)));
        QVERIFY(std::holds_alternative<HelpCommand>(parse(word + QStringLiteral(" --help"))));
        QVERIFY(usage().contains(word));
    }

    void columnsAreAligned()
    {
        TextTable table({QStringLiteral("NAME"), QStringLiteral("SIZE")});
        table.add({QStringLiteral("a"), QStringLiteral("5 B")});
        table.add({QStringLiteral("longer"), QStringLiteral("1.5 MB")});
        table.add({QStringLiteral("es\x1b[2Jcape"), {}});
        QCOMPARE(table.text(), QStringLiteral("NAME          SIZE\na              5 B\nlonger      1.5 MB\nes [2Jcape       -\n"));
    }
};

QTEST_GUILESS_MAIN(TestAskCommandLine)
#include "tst_askcommandline.moc"
