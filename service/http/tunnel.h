#pragma once

#include <QHostAddress>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>
#include <QWebSocketServer>

#include <chrono>

namespace electric::http {

// One connection to the migrations proxy through the HTTP port: what comes in binary frames goes to the proxy's TCP
// port and the other way round (spec/proxy.md §7). Takes the client's socket, on which the upgrade request is still to
// be read; deletes itself when either side ends. A side that does not take its bytes stops the other from being read.
class Tunnel final : public QObject
{
    Q_OBJECT

public:
    Tunnel(QTcpSocket *client, const QHostAddress &host, quint16 port, std::chrono::milliseconds silence, QObject *parent);

    void start();

private:
    void onOpened();
    void onFrame(const QByteArray &bytes);
    void relayToClient();
    void relayFromClient();
    void checkSilence();
    void end(QWebSocketProtocol::CloseCode code, const QString &reason);

    QTcpSocket *const m_client;
    const QHostAddress m_host;
    const quint16 m_port;
    QWebSocketServer m_handshake;
    QWebSocket *m_frames = nullptr;
    QTcpSocket m_proxy;
    QTimer m_pings;
    bool m_reached = false; // the proxy
    bool m_heard = true; // since the last ping
    bool m_isOver = false;
};

} // namespace electric::http
