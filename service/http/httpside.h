#pragma once

#include "service/http/routes.h"

#include <QAbstractHttpServer>
#include <QTcpServer>

#include <deque>

namespace electric::http {

// A server that never listens: it is given sockets that somebody else accepted, so that QHttpServer takes them from it.
class HandedOver : public QTcpServer
{
    Q_OBJECT
public:
    using QTcpServer::QTcpServer;

    void hand(QTcpSocket *socket);
    [[nodiscard]] bool hasPendingConnections() const override { return !m_pending.empty(); }
    QTcpSocket *nextPendingConnection() override;

private:
    std::deque<QTcpSocket *> m_pending;
};

// The plain HTTP half of the port, one per session thread.
class HttpSide : public QAbstractHttpServer
{
    Q_OBJECT
public:
    explicit HttpSide(const Site &site, QObject *parent);

    void take(QTcpSocket *socket) { m_sockets->hand(socket); }

protected:
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override;
    void missingHandler(const QHttpServerRequest &request, QTcpSocket *socket) override;

private:
    const Site &m_site;
    HandedOver *const m_sockets;
};

} // namespace electric::http
