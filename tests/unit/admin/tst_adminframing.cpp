#include <QTest>

#include "shared/admin/framing.h"
#include "shared/admin/json.h"

using namespace electric::admin;

class TestAdminFraming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesComeWholeHoweverTheyArrive_data()
    {
        QTest::addColumn<QByteArrayList>("parts");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<bool>("overlong");
        QTest::newRow("nothing") << QByteArrayList {} << QByteArrayList {} << false;
        QTest::newRow("one") << QByteArrayList {"{}\n"} << QByteArrayList {"{}"} << false;
        QTest::newRow("in pieces") << QByteArrayList {"{", "}", "\n{"} << QByteArrayList {"{}"} << false;
        QTest::newRow("several at once") << QByteArrayList {"a\nb\n\nc"} << QByteArrayList {"a", "b", ""} << false;
        QTest::newRow("longest") << QByteArrayList {"12345678\n"} << QByteArrayList {"12345678"} << false;
        QTest::newRow("longer, ended") << QByteArrayList {"123456789\n"} << QByteArrayList {} << true;
        QTest::newRow("longer, without end") << QByteArrayList {"12345", "6789"} << QByteArrayList {} << true;
        QTest::newRow("longer, behind another") << QByteArrayList {"a\n123456789"} << QByteArrayList {"a"} << true;
    }
    void linesComeWholeHoweverTheyArrive()
    {
        QFETCH(QByteArrayList, parts);
        QFETCH(QByteArrayList, lines);
        LineReader reader(8);
        QByteArrayList read;
        for (const QByteArray &part : parts) {
            reader.append(part);
            while (const auto line = reader.next())
                read.append(*line);
        }
        QCOMPARE(read, lines);
        QTEST(reader.isOverlong(), "overlong");
    }

    void anAnswerIsReadAsItWasGiven()
    {
        const Outcome good = QJsonObject {{QStringLiteral("a"), 1}};
        QCOMPARE(*outcomeOf(*decodeLine(encodeLine(answerOf(7, good)).chopped(1))), *good);
        const Outcome bad = tl::unexpected(Error {Error::NotFound, QStringLiteral("none"), QStringLiteral("look elsewhere")});
        const Outcome read = outcomeOf(*decodeLine(encodeLine(answerOf(7, bad)).chopped(1)));
        QVERIFY(!read);
        QCOMPARE(read.error().code, int(Error::NotFound));
        QCOMPARE(read.error().message, QStringLiteral("none"));
        QCOMPARE(read.error().remedy, QStringLiteral("look elsewhere"));
    }

    void aMessageIsOneLine()
    {
        const QByteArray line = encodeLine({{QStringLiteral("text"), QStringLiteral("two\nlines")}});
        QCOMPARE(line.count('\n'), 1);
        QVERIFY(line.endsWith('\n'));
    }

    void onlyObjectsAreMessages_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char *const line : {"", "[]", "1", "null", "{", "{}}", "\xff\xfe", "{\"a\":\"\xff\"}x"})
            QTest::newRow(line) << QByteArray(line);
    }
    void onlyObjectsAreMessages()
    {
        QFETCH(QByteArray, line);
        QVERIFY(!decodeLine(line));
    }

    void valuesSurviveTheWay()
    {
        Replication replication;
        replication.position = QStringLiteral("0/16B3748");
        replication.lagMs = 12;
        replication.transactionsRead = qint64 {1} << 52;
        Slot one;
        one.name = QStringLiteral("s");
        one.isOurs = true;
        one.safeBytes = 5;
        replication.replicationSlots = {one, Slot {}};
        const QJsonObject json = toJson(replication);
        QVERIFY(json.value(QLatin1String("slots")).toArray()[1].toObject().value(QLatin1String("safeBytes")).isNull());
        QCOMPARE(toJson(fromJson<Replication>(json)), json);
        QCOMPARE(fromJson<Replication>(json).replicationSlots[0].safeBytes, std::optional<qint64>(5));
        QCOMPARE(fromJson<Replication>(json).transactionsRead, qint64 {1} << 52);
    }

    void whatIsMissingOrUnknownIsNoError()
    {
        const auto session = fromJson<Session>(
            {{QStringLiteral("client"), QStringLiteral("c")}, {QStringLiteral("new"), 1}, {QStringLiteral("id"), QStringLiteral("x")}});
        QCOMPARE(session.client, QStringLiteral("c"));
        QCOMPARE(session.id, 0);
        QVERIFY(!session.lagBytes);
    }
};

QTEST_GUILESS_MAIN(TestAdminFraming)
#include "tst_adminframing.moc"
