#pragma once

#include "service/http/routes.h"
#include "shared/base/result.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QWebSocket>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QWebSocketServer;
QT_END_NAMESPACE

namespace electric::http {

class HttpSide;

struct DoorLimits {
    std::chrono::milliseconds head {10'000}; // from connecting to the end of the request head
    std::chrono::milliseconds idle {60'000}; // of a plain HTTP connection
    int waiting = 1024; // connections per wing that have not sent their head yet
    int plain = 1024; // plain HTTP connections per wing
};

// The part of the door that stands in one session thread: looks at what a new connection asks for and gives it either
// to the WebSocket server or to the HTTP side of that thread. Lives in the thread that it is moved to; `opened` is
// called there and takes over the socket.
class DoorWing : public QObject
{
    Q_OBJECT
public:
    using Opened = std::function<void(std::unique_ptr<QWebSocket>)>;

    DoorWing(Site site, DoorLimits limits, Opened opened);
    ~DoorWing() override;

    void admit(qintptr descriptor); // in the wing's thread

private:
    void look(QTcpSocket *socket);
    void hand(QTcpSocket *socket, const RequestHead &head);
    void takeOpened();

    const Site m_site;
    const DoorLimits m_limits;
    const Opened m_opened;
    QWebSocketServer *const m_webSockets;
    HttpSide *const m_http;
    int m_waiting = 0;
    int m_plain = 0;
};

// Listens and deals new connections out to its wings in turn.
class Door : public QTcpServer
{
    Q_OBJECT
public:
    // The wings must live as long as the door, each in its own thread.
    explicit Door(std::vector<DoorWing *> wings, QObject *parent = nullptr);

    Result<void> open(const QHostAddress &address, quint16 port); // QHostAddress::Any: both IPv6 and IPv4

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    const std::vector<DoorWing *> m_wings;
    std::size_t m_next = 0;
};

} // namespace electric::http
