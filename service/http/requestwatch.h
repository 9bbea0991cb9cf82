#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace electric::http {

// Keeps one peer of the HTTP side from costing much: a request must be complete within a time and a size, and a
// connection on which nothing happens ends. QHttpServer 6.4 has no such limits of its own. Child of the socket; to be
// made before anybody else reads from it.
class RequestWatch final : public QObject
{
    Q_OBJECT

public:
    RequestWatch(QTcpSocket *socket, std::chrono::milliseconds complete, std::chrono::milliseconds idle);

    [[nodiscard]] static RequestWatch *of(QTcpSocket *socket);

    void received(); // a request is complete; it may take its time to be answered
    void answered(); // waits for the next one
    void refuse(const char *status); // answers nothing else, and ends

private:
    void onReadyRead();

    QTcpSocket *const m_socket;
    const std::chrono::milliseconds m_complete;
    const std::chrono::milliseconds m_idle;
    QTimer m_patience;
    qint64 m_bytes = 0; // of the request that is coming
};

} // namespace electric::http
