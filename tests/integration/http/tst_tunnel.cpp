#include "service/http/door.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <QWebSocket>

using namespace electric::http;

// A door whose tunnels lead to a TCP server that stands for the migrations proxy.
struct TunnelDoor {
    Readiness readiness;
    QTcpServer proxy;
    std::unique_ptr<DoorWing> wing;
    std::unique_ptr<Door> door;

    explicit TunnelDoor(DoorLimits limits = {})
    {
        proxy.listen(QHostAddress::LocalHost);
        Site site {{{{0, 12}}, "0.12.0", "0.12.1"}, &readiness, {}};
        site.tunnel = TunnelTarget {"127.0.0.1", proxy.serverPort()};
        wing = std::make_unique<DoorWing>(site, limits, [](std::unique_ptr<QWebSocket>) {});
        door = std::make_unique<Door>(std::vector<DoorWing *> {wing.get()});
        (void)door->open(QHostAddress::LocalHost, 0);
    }
    [[nodiscard]] QUrl url() const { return QUrl(QStringLiteral("ws://127.0.0.1:%1//proxy").arg(door->serverPort())); }
};

class TestTunnel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesGoBothWaysAndTheEndToo()
    {
        TunnelDoor here;
        QWebSocket client;
        QSignalSpy received(&client, &QWebSocket::binaryMessageReceived);
        client.open(here.url());
        QTRY_VERIFY(here.proxy.hasPendingConnections());
        QTcpSocket *const behind = here.proxy.nextPendingConnection();
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.sendBinaryMessage("hel");
        client.sendBinaryMessage("lo");
        QByteArray seen;
        QTRY_COMPARE((seen += behind->readAll()), QByteArray("hello"));
        behind->write("world");
        QTRY_COMPARE(received.count(), 1);
        QCOMPARE(received[0][0].toByteArray(), QByteArray("world"));
        QSignalSpy gone(behind, &QTcpSocket::disconnected);
        client.close();
        QTRY_COMPARE(gone.count(), 1);
    }

    void muchGoesThroughWholeWhoeverIsSlow()
    {
        TunnelDoor here;
        QWebSocket client;
        client.open(here.url());
        QTRY_VERIFY(here.proxy.hasPendingConnections());
        QTcpSocket *const behind = here.proxy.nextPendingConnection();
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        behind->setReadBufferSize(1); // takes nothing to speak of for now
        const QByteArray part(1 << 20, 'x');
        for (int i = 0; i < 32; ++i)
            client.sendBinaryMessage(part);
        qint64 back = 0;
        connect(&client, &QWebSocket::binaryMessageReceived, this, [&back](const QByteArray &bytes) { back += bytes.size(); });
        behind->write(QByteArray(20 << 20, 'y'));
        behind->setReadBufferSize(0);
        qint64 there = 0;
        connect(behind, &QTcpSocket::readyRead, this, [&] { there += behind->readAll().size(); });
        there += behind->readAll().size();
        QTRY_COMPARE_WITH_TIMEOUT(there, qint64(32) << 20, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(back, qint64(20) << 20, 20'000);
    }

    void whatTheProxySaysLastArrivesBeforeTheEnd()
    {
        TunnelDoor here;
        QWebSocket client;
        QSignalSpy received(&client, &QWebSocket::binaryMessageReceived);
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        client.open(here.url());
        QTRY_VERIFY(here.proxy.hasPendingConnections());
        QTcpSocket *const behind = here.proxy.nextPendingConnection();
        behind->write("bye");
        behind->disconnectFromHost();
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(received.count(), 1);
        QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeNormal);
    }

    void aProxyThatIsNotThereIsTold()
    {
        TunnelDoor here;
        here.proxy.close();
        QWebSocket client;
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        client.open(here.url());
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(int(client.closeCode()), 1011);
    }

    void textIsNotTheProtocol()
    {
        TunnelDoor here;
        QWebSocket client;
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        client.open(here.url());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.sendTextMessage(QStringLiteral("SELECT 1"));
        QTRY_COMPARE(gone.count(), 1);
        QCOMPARE(int(client.closeCode()), 1011);
    }

    void silentClientsAreDropped()
    {
        DoorLimits limits;
        limits.idle = std::chrono::milliseconds(200);
        TunnelDoor here(limits);
        QTcpSocket client; // answers no pings
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        client.connectToHost(QHostAddress::LocalHost, here.door->serverPort());
        client.write("GET /proxy HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: "
                     "websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll()).startsWith("HTTP/1.1 101"));
        QTRY_COMPARE_WITH_TIMEOUT(gone.count(), 1, 10'000);
    }
};

QTEST_GUILESS_MAIN(TestTunnel)
#include "tst_tunnel.moc"
