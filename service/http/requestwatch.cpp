#include "service/http/requestwatch.h"

#include <QTcpSocket>

namespace electric::http {

namespace {

constexpr qint64 maxRequestBytes = 32 * 1024; // head, body, and what is pipelined behind it

} // namespace

RequestWatch::RequestWatch(QTcpSocket *socket, std::chrono::milliseconds complete, std::chrono::milliseconds idle)
    : QObject(socket), m_socket(socket), m_complete(complete), m_idle(idle)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, socket, &QTcpSocket::abort);
    connect(socket, &QTcpSocket::readyRead, this, &RequestWatch::onReadyRead);
    m_patience.start(m_idle);
}

RequestWatch *RequestWatch::of(QTcpSocket *socket)
{
    return socket->findChild<RequestWatch *>(QString(), Qt::FindDirectChildrenOnly);
}

void RequestWatch::onReadyRead()
{
    if (m_bytes == 0)
        m_patience.start(m_complete); // from here on, however slowly the rest comes
    m_bytes += m_socket->bytesAvailable();
    if (m_bytes > maxRequestBytes)
        refuse("413 Payload Too Large");
}

void RequestWatch::refuse(const char *status)
{
    m_socket->readAll();
    m_socket->write(QByteArray("HTTP/1.1 ") + status + "\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    m_socket->disconnectFromHost();
}

void RequestWatch::received()
{
    m_patience.stop();
}

void RequestWatch::answered()
{
    m_bytes = 0;
    m_patience.start(m_idle);
}

} // namespace electric::http
