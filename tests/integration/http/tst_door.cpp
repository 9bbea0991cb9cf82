#include "service/http/door.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QThread>
#include <QTimer>

using namespace electric::http;

// A door with one wing in this thread, on a port that the system chooses.
struct OpenDoor {
    Readiness readiness;
    std::vector<std::unique_ptr<QWebSocket>> opened;
    DoorWing wing;
    Door door;

    explicit OpenDoor(DoorLimits limits = {})
        : wing(Site {{{{0, 12}}, "0.12.0", "0.12.1"}, &readiness, resources()}, limits,
            [this](std::unique_ptr<QWebSocket> socket) { opened.push_back(std::move(socket)); }),
          door({&wing})
    {
        readiness.set(Readiness::State::Ready);
    }
    bool listen() { return door.open(QHostAddress::LocalHost, 0).has_value(); }
    static std::map<std::string, Resource> resources()
    {
        return {{"/api/echo", [](const std::string &query, const Reply &reply) { reply({200, query}); }}};
    }
};

class TestDoor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plainRequestsAreAnsweredOnTheSamePort_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        const QByteArray end = " HTTP/1.1\r\nHost: a\r\n\r\n";
        const QByteArray upgrade = " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        QTest::newRow("status") << "GET /api/status" + end << QByteArray("200") << QByteArray("Connection to Postgres is up!");
        QTest::newRow("elsewhere") << "GET /elsewhere" + end << QByteArray("404") << QByteArray("Not found");
        QTest::newRow("resource") << "GET /api/echo?a=1" + end << QByteArray("200") << QByteArray("a=1");
        QTest::newRow("no upgrade") << "GET /ws" + end << QByteArray("400") << QByteArray("Bad request");
        QTest::newRow("no sub-protocol") << "GET /ws" + upgrade + "\r\n"
                                         << QByteArray("400") << QByteArray("Missing satellite websocket subprotocol");
        QTest::newRow("old client") << "GET /ws" + upgrade + "Sec-WebSocket-Protocol: electric.0.9\r\n\r\n"
                                    << QByteArray("400")
                                    << QByteArray("Cannot connect satellite version 0.9.0: this server requires >= 0.12.0 and <= 0.12.1");
        QTest::newRow("unknown bytes") << QByteArray::fromHex("16030102000100") << QByteArray("400") << QByteArray("Bad request");
        QTest::newRow("too long a head") << "GET / HTTP/1.1\r\na: " + QByteArray(20'000, 'x') << QByteArray("400")
                                         << QByteArray("Bad request");
    }
    void plainRequestsAreAnsweredOnTheSamePort()
    {
        QFETCH(const QByteArray, request);
        QFETCH(const QByteArray, body);
        OpenDoor here;
        QVERIFY(here.listen());
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.write(request);
        QByteArray answer;
        QTRY_VERIFY2((answer += client.readAll()).endsWith(QByteArray("\r\n\r\n" + body)), answer.constData());
        QTEST(answer.mid(9, 3), "status");
        QVERIFY(here.opened.empty());
    }

    void notReadyIsSaidToClients()
    {
        OpenDoor here;
        QVERIFY(here.listen());
        here.readiness.set(Readiness::State::EstablishingReplConn);
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: electric.0.12\r\n\r\n");
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll()).endsWith("Postgres connection is not ready: establishing_repl_conn..."));
        QCOMPARE(answer.left(12), QByteArray("HTTP/1.1 503"));
    }

    void welcomeClientsGetTheirSubprotocolBack()
    {
        OpenDoor here;
        QVERIFY(here.listen());
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        const QByteArray head = "GET //ws/websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: electric.0.12\r\n\r\n";
        client.write(head.left(40)); // a head may come in pieces
        QTRY_COMPARE(client.bytesToWrite(), 0);
        client.write(head.mid(40));
        QTRY_COMPARE(here.opened.size(), std::size_t {1});
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll()).endsWith("\r\n\r\n"));
        QVERIFY2(answer.startsWith("HTTP/1.1 101"), answer.constData());
        QVERIFY2(answer.toLower().contains("sec-websocket-protocol: electric.0.12\r\n"), answer.constData());
        QVERIFY2(!answer.toLower().contains("extensions"), answer.constData());
    }

    void headAndOptionsAreAnswered()
    {
        OpenDoor here;
        QVERIFY(here.listen());
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("HEAD /api/status HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /api/echo HTTP/1.1\r\nHost: a\r\n\r\nHEAD "
                     "/api/echo?ab HTTP/1.1\r\nHost: a\r\n\r\n");
        QByteArray answer;
        QTRY_COMPARE((answer += client.readAll()).count("\r\n\r\n"), 3);
        QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.contains("content-length: 29\r\n"), answer.constData());
        QVERIFY2(answer.contains("\r\n\r\nHTTP/1.1 204 No Content\r\nallow: GET, HEAD, OPTIONS\r\n"), answer.constData());
        QVERIFY2(answer.contains("content-length: 2\r\n") && answer.endsWith("\r\n\r\n"), answer.constData());
    }

    void requestsThatComeInDropsAreDropped()
    {
        DoorLimits limits;
        limits.head = std::chrono::milliseconds(300);
        OpenDoor here(limits);
        QVERIFY(here.listen());
        QTcpSocket client;
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n");
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll()).endsWith("up!"));
        client.write("GET /api/status HTTP/1.1\r\nX: ");
        QTimer drops;
        connect(&drops, &QTimer::timeout, &client, [&client] { client.write("x"); });
        drops.start(20);
        QTRY_COMPARE(gone.count(), 1);
    }

    void moreConnectionsThanAgreedAreRefused()
    {
        DoorLimits limits;
        limits.plain = 1;
        OpenDoor here(limits);
        QVERIFY(here.listen());
        QTcpSocket first;
        QTcpSocket second;
        for (QTcpSocket *client : {&first, &second}) {
            client->connectToHost(QHostAddress::LocalHost, here.door.serverPort());
            client->write("GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n");
            QTRY_VERIFY(client->bytesAvailable() > 0);
        }
        QVERIFY(first.readAll().startsWith("HTTP/1.1 200"));
        QVERIFY(second.readAll().startsWith("HTTP/1.1 503"));
    }

    void largeBodiesAreRefused()
    {
        OpenDoor here;
        QVERIFY(here.listen());
        QTcpSocket client;
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("POST /api/status HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + QByteArray(100'000, 'x'));
        QTRY_COMPARE(gone.count(), 1);
        QVERIFY(client.readAll().startsWith("HTTP/1.1 413"));
    }

    void silentConnectionsAreDropped()
    {
        DoorLimits limits;
        limits.head = std::chrono::milliseconds(100);
        OpenDoor here(limits);
        QVERIFY(here.listen());
        QTcpSocket client;
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("GET / HTTP/1.1\r\n");
        QTRY_COMPARE(gone.count(), 1);
    }

    void idleKeptAliveConnectionsAreDropped()
    {
        DoorLimits limits;
        limits.idle = std::chrono::milliseconds(100);
        OpenDoor here(limits);
        QVERIFY(here.listen());
        QTcpSocket client;
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        client.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        client.write("GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n");
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll()).endsWith("up!"));
        QTRY_COMPARE(gone.count(), 1);
    }

    void aWingWithTooManyWaitingConnectionsTakesNoMore()
    {
        DoorLimits limits;
        limits.waiting = 1;
        OpenDoor here(limits);
        QVERIFY(here.listen());
        QTcpSocket first;
        QTcpSocket second;
        QSignalSpy secondGone(&second, &QTcpSocket::disconnected);
        first.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        QTRY_COMPARE(first.state(), QAbstractSocket::ConnectedState);
        second.connectToHost(QHostAddress::LocalHost, here.door.serverPort());
        QTRY_COMPARE(secondGone.count(), 1);
        first.write("GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n");
        QByteArray answer;
        QTRY_VERIFY((answer += first.readAll()).endsWith("up!"));
    }

    void aTakenPortIsAnErrorThatSaysSo()
    {
        OpenDoor here;
        QVERIFY(here.listen());
        OpenDoor there;
        const auto result = there.door.open(QHostAddress::LocalHost, here.door.serverPort());
        QVERIFY(!result);
        QVERIFY(result.error().detail.find(std::to_string(here.door.serverPort())) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDoor)
#include "tst_door.moc"
