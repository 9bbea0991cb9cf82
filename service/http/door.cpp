#include "service/http/door.h"

#include "service/http/httpside.h"
#include "service/http/requestwatch.h"
#include "service/http/tunnel.h"

#include <QTcpSocket>
#include <QTimer>
#include <QWebSocketServer>

namespace electric::http {

DoorWing::DoorWing(Site site, DoorLimits limits, Opened opened)
    : m_site(std::move(site)), m_limits(limits), m_opened(std::move(opened)),
      m_webSockets(new QWebSocketServer(QStringLiteral("electric"), QWebSocketServer::NonSecureMode, this)),
      m_http(new HttpSide(m_site, this))
{
    QStringList protocols;
    for (const ProtocolVersion version : m_site.protocols.versions)
        protocols += QStringLiteral("electric.%1.%2").arg(version.major).arg(version.minor);
    m_webSockets->setSupportedSubprotocols(protocols);
    connect(m_webSockets, &QWebSocketServer::newConnection, this, &DoorWing::takeOpened);
}

DoorWing::~DoorWing() = default;

void DoorWing::admit(qintptr descriptor)
{
    auto *const socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor) || m_waiting >= m_limits.waiting) {
        socket->abort();
        socket->deleteLater();
        return;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    ++m_waiting;
    auto *const patience = new QTimer(socket);
    patience->setObjectName(QStringLiteral("patience"));
    patience->setSingleShot(true);
    connect(patience, &QTimer::timeout, socket, &QTcpSocket::abort);
    connect(patience, &QObject::destroyed, this, [this] { --m_waiting; });
    patience->start(m_limits.head);
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { look(socket); });
    if (socket->bytesAvailable() > 0)
        look(socket);
}

void DoorWing::look(QTcpSocket *socket)
{
    const QByteArray seen = socket->peek(maxHeadBytes + 4);
    ParsedHead parsed = parseHead({seen.constData(), std::size_t(seen.size())});
    if (parsed.verdict == ParsedHead::Verdict::NeedMore)
        return;
    socket->disconnect(this);
    if (parsed.verdict == ParsedHead::Verdict::Bad) {
        socket->write("HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\nconnection: close\r\n\r\nBad request");
        socket->disconnectFromHost();
        return;
    }
    hand(socket, parsed.head);
}

void DoorWing::hand(QTcpSocket *socket, const RequestHead &head)
{
    delete socket->findChild<QTimer *>(QStringLiteral("patience"));
    disconnect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater); // the new owner's business
    const auto path = normalisedPath(head);
    if (path && isTunnelPath(*path) && !tunnelRefusal(head, m_site)) {
        const QHostAddress host(QString::fromStdString(m_site.tunnel->address));
        auto *const tunnel = new Tunnel(socket, host, m_site.tunnel->port, m_limits.idle, this);
        return tunnel->start();
    }
    if (path && isSatellitePath(*path) && !refusalOf(head, m_site.protocols, m_site.readiness->standing())) {
        m_webSockets->handleConnection(socket);
    } else {
        auto *const watch = new RequestWatch(socket, m_limits.head, m_limits.idle);
        connect(watch, &QObject::destroyed, this, [this] { --m_plain; });
        m_http->take(socket);
        if (++m_plain > m_limits.plain)
            watch->refuse("503 Service Unavailable");
    }
    Q_EMIT socket->readyRead(); // what was only peeked at is still to be read (docs: QWebSocketServer::handleConnection)
}

void DoorWing::takeOpened()
{
    while (QWebSocket *const socket = m_webSockets->nextPendingConnection()) {
        socket->setParent(nullptr);
        m_opened(std::unique_ptr<QWebSocket>(socket));
    }
}

Door::Door(std::vector<DoorWing *> wings, QObject *parent) : QTcpServer(parent), m_wings(std::move(wings))
{
    setListenBacklogSize(512);
}

Result<void> Door::open(const QHostAddress &address, quint16 port)
{
    if (!listen(address, port))
        return fail(Failure::Kind::Unavailable, "cannot listen on port " + std::to_string(port) + ": " + errorString().toStdString(),
            "Another program may use the port; stop it or choose another HTTP_PORT.");
    return {};
}

void Door::incomingConnection(qintptr descriptor)
{
    DoorWing *const wing = m_wings[m_next++ % m_wings.size()];
    QMetaObject::invokeMethod(
        wing, [wing, descriptor] { wing->admit(descriptor); }, Qt::QueuedConnection);
}

} // namespace electric::http
