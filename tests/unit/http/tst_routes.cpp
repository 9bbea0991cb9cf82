#include "service/http/routes.h"

#include <QTest>

using namespace electric::http;

namespace {

const AcceptedProtocols onlyNewest {{{0, 12}}, "0.12.0", "0.12.1"};

std::string request(const std::string &first, const std::string &without, const std::string &more)
{
    std::string text = first + "\r\n";
    for (const std::string line :
        {"Host: here", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: a2V5", "Sec-WebSocket-Version: 13"})
        if (without.empty() || !line.starts_with(without))
            text += line + "\r\n";
    return text + more + "\r\n";
}

} // namespace

class TestRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void upgradesAreRefusedByTheFirstFailingCheck_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("without");
        QTest::addColumn<QByteArray>("protocols");
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("text");
        const QByteArray get = "GET /ws HTTP/1.1";
        const QByteArray good = "Sec-WebSocket-Protocol: electric.0.12\r\n";
        const QByteArray missing = "Missing satellite websocket subprotocol";
        const auto ready = int(Readiness::State::Ready);
        const auto row
            = [&](const char *name, const QByteArray &first, const QByteArray &without, const QByteArray &protocols, int state, int status,
                  const QByteArray &text) { QTest::newRow(name) << first << without << protocols << state << status << text; };
        row("welcome", get, "", good, ready, 0, "");
        row("a foreign protocol beside ours", get, "", "Sec-WebSocket-Protocol: foo\r\n" + good, ready, 0, "");
        row("post", "POST /ws HTTP/1.1", "", good, ready, 400, "Bad request");
        row("old HTTP", "GET /ws HTTP/1.0", "", good, ready, 400, "Bad request");
        for (const char *header : {"Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
            row(header, get, header, good, ready, 400, "Bad request");
        row("no protocol", get, "", "", ready, 400, missing);
        row("foreign protocol", get, "", "Sec-WebSocket-Protocol: foo\r\n", ready, 400, missing);
        row("patch version", get, "", "Sec-WebSocket-Protocol: electric.0.12.1\r\n", ready, 400, missing);
        row("empty version", get, "", "Sec-WebSocket-Protocol: electric.\r\n", ready, 400, missing);
        row("list", get, "", "Sec-WebSocket-Protocol: electric.0.12, foo\r\n", ready, 400, missing);
        row("leading zero", get, "", "Sec-WebSocket-Protocol: electric.0.012\r\n", ready, 400, missing);
        row("long", get, "", "Sec-WebSocket-Protocol: electric.0.1234567890123456789\r\n", ready, 400, missing);
        row("twice", get, "", good + good, ready, 400, missing);
        row("older", get, "", "Sec-WebSocket-Protocol: electric.0.9\r\n", ready, 400,
            "Cannot connect satellite version 0.9.0: this server requires >= 0.12.0 and <= 0.12.1");
        row("newer", get, "", "Sec-WebSocket-Protocol: electric.0.13\r\n", ready, 400,
            "Cannot connect satellite version 0.13.0: this server requires >= 0.12.0 and <= 0.12.1");
        row("starting", get, "", good, int(Readiness::State::Initialization), 503, "Postgres connection is not ready: initialization...");
        row("subscribing", get, "", good, int(Readiness::State::Subscribing), 503, "Postgres connection is not ready: subscribing...");
    }
    void upgradesAreRefusedByTheFirstFailingCheck()
    {
        QFETCH(const QByteArray, first);
        QFETCH(const QByteArray, without);
        QFETCH(const QByteArray, protocols);
        QFETCH(const int, state);
        const ParsedHead parsed = parseHead(request(first.toStdString(), without.toStdString(), protocols.toStdString()));
        QCOMPARE(parsed.verdict, ParsedHead::Verdict::Complete);
        const auto refusal = refusalOf(parsed.head, onlyNewest, {Readiness::State(state), {}});
        QTEST(refusal ? refusal->status : 0, "status");
        QTEST(QByteArray::fromStdString(refusal ? refusal->body : ""), "text");
    }

    void tunnelsNeedAnUpgrade()
    {
        Readiness readiness;
        Site site {onlyNewest, &readiness, {}};
        site.tunnel = TunnelTarget {"127.0.0.1", 65432};
        const auto plain = parseHead("GET /proxy HTTP/1.1\r\nHost: a\r\n\r\n").head;
        QCOMPARE(tunnelRefusal(plain, site)->status, 400);
        const auto upgrade = parseHead(request("GET //proxy HTTP/1.1", "", "")).head;
        QVERIFY(isTunnelPath(*normalisedPath(upgrade)));
        QVERIFY(!tunnelRefusal(upgrade, site));
    }

    void plainRequestsAreAnswered_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<bool>("ready");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("status, ready") << QByteArray("GET /api/status") << true << 200 << QByteArray("Connection to Postgres is up!");
        QTest::newRow("status, not ready") << QByteArray("GET //api/status/?x") << false << 503
                                           << QByteArray("Initializing connection to Posgres...\nstate: subscribing\nreason: no slot");
        QTest::newRow("status by POST") << QByteArray("POST /api/status") << true << 405
                                        << QByteArray("{\"error\":\"only GET and HEAD are possible here\"}");
        QTest::newRow("status by HEAD") << QByteArray("HEAD /api/status") << true << 200 << QByteArray("Connection to Postgres is up!");
        QTest::newRow("options") << QByteArray("OPTIONS /api/migrations") << true << 204 << QByteArray();
        QTest::newRow("resource by POST") << QByteArray("POST /api/migrations") << true << 405 << QByteArray("{\"error\"");
        QTest::newRow("unknown by POST") << QByteArray("POST /elsewhere") << true << 404 << QByteArray("Not found");
        QTest::newRow("no tunnel") << QByteArray("GET //proxy") << true << 404
                                   << QByteArray("The migrations proxy is not configured to accept WebSocket connections");
        QTest::newRow("below status") << QByteArray("GET /api/status/x") << true << 404 << QByteArray("Not found");
        QTest::newRow("page") << QByteArray("GET /") << true << 200 << QByteArray("<!doctype html>");
        QTest::newRow("case matters") << QByteArray("GET /WS") << true << 404 << QByteArray("Not found");
        QTest::newRow("no upgrade") << QByteArray("GET /ws") << true << 400 << QByteArray("Bad request");
        QTest::newRow("no upgrade below") << QByteArray("GET /ws/x") << true << 400 << QByteArray("Bad request");
    }
    void plainRequestsAreAnswered()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const bool, ready);
        QFETCH(const QByteArray, begins);
        Readiness readiness;
        readiness.set(ready ? Readiness::State::Ready : Readiness::State::Subscribing, ready ? "" : "no slot");
        const Site site {onlyNewest, &readiness, {{"/api/migrations", {}}}};
        const RequestHead head = parseHead(line.toStdString() + " HTTP/1.1\r\nHost: a\r\n\r\n").head;
        const Answer answer = answerOf(head, *normalisedPath(head), site);
        QTEST(answer.status, "status");
        QCOMPARE(QByteArray::fromStdString(answer.body).left(begins.size()), begins);
    }
};

QTEST_APPLESS_MAIN(TestRoutes)
#include "tst_routes.moc"
