#include "service/http/tunnel.h"

#include <QWebSocket>

namespace electric::http {

namespace {

constexpr qint64 highWater = 1 << 20; // bytes that one side has not taken before the other one has to wait
constexpr qint64 chunk = 64 * 1024;
constexpr quint64 maxFrame = 16 << 20;

} // namespace

Tunnel::Tunnel(QTcpSocket *client, const QHostAddress &host, quint16 port, std::chrono::milliseconds silence, QObject *parent)
    : QObject(parent), m_client(client), m_host(host), m_port(port),
      m_handshake(QStringLiteral("electric"), QWebSocketServer::NonSecureMode)
{
    m_client->setReadBufferSize(highWater);
    m_proxy.setReadBufferSize(highWater);
    m_pings.setInterval(silence / 2);
    connect(&m_handshake, &QWebSocketServer::newConnection, this, &Tunnel::onOpened);
    connect(m_client, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    connect(&m_pings, &QTimer::timeout, this, &Tunnel::checkSilence);
}

void Tunnel::start()
{
    m_handshake.handleConnection(m_client);
    Q_EMIT m_client->readyRead(); // what was only peeked at is still to be read
}

void Tunnel::onOpened()
{
    m_frames = m_handshake.nextPendingConnection();
    m_frames->setParent(this);
    m_frames->setMaxAllowedIncomingFrameSize(maxFrame);
    m_frames->setMaxAllowedIncomingMessageSize(maxFrame);
    connect(m_frames, &QWebSocket::binaryMessageReceived, this, &Tunnel::onFrame);
    connect(m_frames, &QWebSocket::textMessageReceived, this,
        [this] { end(QWebSocketProtocol::CloseCodeBadOperation, QStringLiteral("the protocol of Postgres is binary")); });
    connect(m_frames, &QWebSocket::pong, this, [this] { m_heard = true; });
    connect(m_frames, &QWebSocket::bytesWritten, this, &Tunnel::relayToClient);
    connect(m_frames, &QWebSocket::disconnected, this, [this] {
        m_isOver = true;
        m_proxy.disconnectFromHost();
        deleteLater();
    });
    connect(&m_proxy, &QTcpSocket::readyRead, this, &Tunnel::relayToClient);
    connect(&m_proxy, &QTcpSocket::bytesWritten, this, &Tunnel::relayFromClient);
    connect(&m_proxy, &QTcpSocket::connected, this, [this] { m_reached = true; });
    connect(&m_proxy, &QTcpSocket::disconnected, this, [this] {
        while (!m_isOver && m_proxy.bytesAvailable() > 0)
            m_frames->sendBinaryMessage(m_proxy.read(chunk));
        end(QWebSocketProtocol::CloseCodeNormal, {});
    });
    connect(&m_proxy, &QTcpSocket::errorOccurred, this, [this] {
        if (!m_reached)
            end(QWebSocketProtocol::CloseCodeBadOperation, QStringLiteral("the migrations proxy cannot be reached"));
    });
    m_proxy.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_proxy.connectToHost(m_host, m_port);
    m_pings.start();
}

void Tunnel::onFrame(const QByteArray &bytes)
{
    m_heard = true;
    m_proxy.write(bytes);
    relayFromClient();
}

// A WebSocket cannot be told to wait, but one that is not told of new bytes reads none: they stay in the client's
// socket, and then with the client.
void Tunnel::relayFromClient()
{
    const bool waits = m_proxy.bytesToWrite() > highWater;
    if (waits == m_client->signalsBlocked())
        return;
    m_client->blockSignals(waits);
    if (!waits && m_client->bytesAvailable() > 0)
        Q_EMIT m_client->readyRead();
    if (!waits && m_client->state() != QAbstractSocket::ConnectedState)
        deleteLater(); // it ended meanwhile
}

void Tunnel::relayToClient()
{
    while (!m_isOver && m_frames->bytesToWrite() < highWater && m_proxy.bytesAvailable() > 0)
        m_frames->sendBinaryMessage(m_proxy.read(chunk));
}

void Tunnel::checkSilence()
{
    if (!std::exchange(m_heard, false))
        return end(QWebSocketProtocol::CloseCodeProtocolError, QStringLiteral("nothing was heard from the client"));
    m_frames->ping();
}

void Tunnel::end(QWebSocketProtocol::CloseCode code, const QString &reason)
{
    if (std::exchange(m_isOver, true))
        return;
    m_pings.stop();
    m_client->blockSignals(false);
    m_proxy.abort();
    m_frames->close(code, reason);
    QTimer::singleShot(std::chrono::seconds(5), this, &QObject::deleteLater); // for clients that never say goodbye
}

} // namespace electric::http
