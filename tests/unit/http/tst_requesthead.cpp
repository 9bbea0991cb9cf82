#include "service/http/requesthead.h"

#include <QTest>

using namespace electric::http;

class TestRequestHead : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void verdictIsReachedAsSoonAsPossible_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("verdict");
        const auto needMore = int(ParsedHead::Verdict::NeedMore);
        const auto complete = int(ParsedHead::Verdict::Complete);
        const auto bad = int(ParsedHead::Verdict::Bad);
        QTest::newRow("nothing") << QByteArray() << needMore;
        QTest::newRow("half a method") << QByteArray("GE") << needMore;
        QTest::newRow("no end of headers") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n") << needMore;
        QTest::newRow("whole") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << complete;
        QTest::newRow("with body") << QByteArray("POST / HTTP/1.0\r\n\r\nrest") << complete;
        QTest::newRow("binary") << QByteArray::fromHex("1603010200") << bad;
        QTest::newRow("endless method") << QByteArray(20, 'A') << bad;
        QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << bad;
        QTest::newRow("no version") << QByteArray("GET /\r\n\r\n") << bad;
        QTest::newRow("header without colon") << QByteArray("GET / HTTP/1.1\r\nnonsense\r\n\r\n") << bad;
        QTest::newRow("space in a name") << QByteArray("GET / HTTP/1.1\r\nHo st: a\r\n\r\n") << bad;
        QTest::newRow("endless header") << "GET / HTTP/1.1\r\na: " + QByteArray(17'000, 'x') << bad;
        QTest::newRow("too long, yet whole") << "GET / HTTP/1.1\r\na: " + QByteArray(17'000, 'x') + "\r\n\r\n" << bad;
        QTest::newRow("too many headers") << "GET / HTTP/1.1\r\n" + QByteArray("a:b\r\n").repeated(65) + "\r\n" << bad;
    }
    void verdictIsReachedAsSoonAsPossible()
    {
        QFETCH(const QByteArray, bytes);
        QTEST(int(parseHead(bytes.toStdString()).verdict), "verdict");
    }

    void pathSegmentsAreNormalised_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("joined");
        QTest::newRow("plain") << QByteArray("/api/status") << QByteArray("api|status");
        QTest::newRow("empty segments") << QByteArray("//api//status/") << QByteArray("api|status");
        QTest::newRow("query") << QByteArray("/ws?x=/y") << QByteArray("ws");
        QTest::newRow("encoded") << QByteArray("/%77s") << QByteArray("ws");
        QTest::newRow("root") << QByteArray("/") << QByteArray();
        QTest::newRow("broken") << QByteArray("/%7") << QByteArray("broken");
        QTest::newRow("broken at the end") << QByteArray("/a%") << QByteArray("broken");
    }
    void pathSegmentsAreNormalised()
    {
        QFETCH(const QByteArray, target);
        RequestHead head;
        head.target = target.toStdString();
        const auto segments = head.segments();
        QByteArrayList parts;
        for (const std::string &segment : segments.value_or(std::vector<std::string> {"broken"}))
            parts += QByteArray::fromStdString(segment);
        QTEST(parts.join('|'), "joined");
    }

    void tokensAreFoundInListsWithoutRegardToCase()
    {
        const auto head = parseHead("GET / HTTP/1.1\r\nConnection: keep-alive,  UpGrade\r\n\r\n").head;
        QVERIFY(head.hasToken("connection", "upgrade"));
        QVERIFY(!head.hasToken("connection", "up"));
        QVERIFY(!head.hasToken("upgrade", "websocket"));
    }
};

QTEST_APPLESS_MAIN(TestRequestHead)
#include "tst_requesthead.moc"
