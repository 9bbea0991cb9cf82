#include "service/satellite/sessionsocket.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocketServer>

using namespace electric;
using namespace electric::satellite;

// The least that a session needs; nothing is logged, stored or written.
struct Nothing : LogCursor, WriteDecoder, ClientStore, shapes::SnapshotSource, writes::WriteSink {
    bool holds(Lsn) const override { return false; }
    Lsn readUpTo() const override { return {}; }
    schema::CataloguePtr catalogue() const override { return std::make_shared<schema::Catalogue>(); }
    std::vector<wire::LoggedTransactionPtr> migrations() const override { return {}; }
    void seek(Lsn) override { }
    wire::LoggedTransactionPtr peek() override { return nullptr; }
    void advance() override { }
    Result<void> relation(std::string_view, const schema::Catalogue &) override { return {}; }
    wire::ClientWriteDecoder::Decoded opLog(std::string_view, const schema::Catalogue &) override { return {}; }
    void load(const std::string &, const std::string &, std::function<void(Result<ClientState>)> done) override { done(ClientState {}); }
    void saveSubscription(const std::string &, StoredSubscription, std::function<void(Result<void>)> done) override { done({}); }
    void removeSubscription(const std::string &, const std::string &) override { }
    void forget(const std::string &) override { }
    void saveCheckpoint(const std::string &, Lsn, Lsn) override { }
    std::unique_ptr<Handle> start(shapes::SnapshotRequest, std::function<void(shapes::SnapshotEvent)>) override { return nullptr; }
    void submit(writes::ClientTransaction, std::function<void(Outcome)>) override { }
};

class TestSessionSocket : public QObject
{
    Q_OBJECT
private:
    Nothing m_nothing;
    QObject m_thread; // parent of the sockets
    SocketLimits m_limits;
    std::unique_ptr<QWebSocketServer> m_server;

    void connectTo(QWebSocket &client)
    {
        m_server = std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::NonSecureMode);
        QVERIFY(m_server->listen(QHostAddress::LocalHost));
        connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
            std::unique_ptr<QWebSocket> socket(m_server->nextPendingConnection());
            socket->setParent(nullptr);
            const auto verify = [](const std::string &) -> Result<Identity> { return Identity {"user", {}}; };
            new SessionSocket(std::move(socket), Session(*featuresOf({0, 12}), {"srv", verify, m_nothing, m_nothing}),
                {m_nothing, m_nothing, m_nothing}, m_limits, &m_thread);
        });
        client.open(m_server->serverUrl());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    }

private Q_SLOTS:
    void init() { m_limits = {}; }

    void textFramesAreRefused()
    {
        QWebSocket client;
        connectTo(client);
        client.sendTextMessage(QStringLiteral("hello"));
        QTRY_COMPARE(int(client.closeCode()), 1003);
        QTRY_VERIFY(m_thread.children().isEmpty());
    }

    void aClientThatSaysNothingIsSentAway()
    {
        m_limits.authentication = std::chrono::milliseconds(50);
        QWebSocket client;
        connectTo(client);
        QTRY_COMPARE(int(client.closeCode()), 1008);
    }

    void largeFramesAreRefusedBeforeAuthentication()
    {
        QWebSocket client;
        connectTo(client);
        QSignalSpy gone(&client, &QWebSocket::disconnected);
        client.sendBinaryMessage(QByteArray(100'000, '\x15'));
        QTRY_COMPARE(gone.count(), 1);
    }

    void authenticationIsAnswered()
    {
        QWebSocket client;
        connectTo(client);
        QSignalSpy received(&client, &QWebSocket::binaryMessageReceived);
        client.sendBinaryMessage(QByteArray::fromHex("150a0c61757468656e74696361746510011a060a0163120174"));
        QTRY_COMPARE(received.count(), 2);
        QCOMPARE(received[0][0].toByteArray().toHex(), QByteArray("160a0c61757468656e74696361746510011a050a03737276"));
        QCOMPARE(received[1][0].toByteArray().toHex(), QByteArray("150a1073746172745265706c69636174696f6e"));
    }
};

QTEST_GUILESS_MAIN(TestSessionSocket)
#include "tst_sessionsocket.moc"
