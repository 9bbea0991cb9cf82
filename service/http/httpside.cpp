#include "service/http/httpside.h"

#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpSocket>
#include <QUrl>

namespace electric::http
{
namespace
{

const char *methodName(QHttpServerRequest::Method method)
{
    switch (method) {
    case QHttpServerRequest::Method::Get:
        return "GET";
    case QHttpServerRequest::Method::Head:
        return "HEAD";
    case QHttpServerRequest::Method::Post:
        return "POST";
    case QHttpServerRequest::Method::Put:
        return "PUT";
    case QHttpServerRequest::Method::Delete:
        return "DELETE";
    case QHttpServerRequest::Method::Options:
        return "OPTIONS";
    default:
        return "OTHER";
    }
}

RequestHead headOf(const QHttpServerRequest &request)
{
    RequestHead head;
    head.method = methodName(request.method());
    head.target = request.url().toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority).toStdString();
    head.version = "HTTP/1.1"; // QHttpServer does not tell; a 1.0 upgrade was refused before it came here
    for (const auto &[name, value] : request.headers())
        head.headers.emplace_back(lowerCase(name.toStdString()), value.trimmed().toStdString());
    return head;
}

void send(QHttpServerResponder &responder, const Answer &answer)
{
    responder.writeStatusLine(QHttpServerResponder::StatusCode(answer.status));
    if (!answer.contentType.empty())
        responder.writeHeader("content-type", QByteArray::fromStdString(answer.contentType));
    responder.writeHeader("cache-control", "max-age=0, private, must-revalidate");
    responder.writeHeader("content-length", QByteArray::number(qulonglong(answer.body.size())));
    responder.writeBody(QByteArray::fromStdString(answer.body));
}

} // namespace

void HandedOver::hand(QTcpSocket *socket)
{
    socket->setParent(this);
    m_pending.push_back(socket);
    // QHttpServer 6.4 listens to this signal, which only the base class may emit directly.
    QMetaObject::invokeMethod(this, "pendingConnectionAvailable", Qt::DirectConnection);
}

QTcpSocket *HandedOver::nextPendingConnection()
{
    if (m_pending.empty())
        return nullptr;
    QTcpSocket *const socket = m_pending.front();
    m_pending.pop_front();
    return socket;
}

HttpSide::HttpSide(const Site &site, QObject *parent)
    : QAbstractHttpServer(parent)
    , m_site(site)
    , m_sockets(new HandedOver(this))
{
    // QHttpServer 6.4 warns of a server that does not listen, so it does for this moment.
    m_sockets->listen(QHostAddress::LocalHost, 0);
    bind(m_sockets);
    m_sockets->close();
}

bool HttpSide::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    const RequestHead head = headOf(request);
    auto responder = std::make_shared<QHttpServerResponder>(makeResponder(request, socket));
    const auto path = normalisedPath(head);
    if (!path) {
        send(*responder, {400, "Bad request"});
        return true;
    }
    const auto resource = m_site.resources.find(*path);
    if (resource == m_site.resources.end() || head.method != "GET") {
        send(*responder, answerOf(head, *path, m_site));
        return true;
    }
    // The responder belongs to this thread: the answer travels back to it before it is written and dropped.
    const std::string query = request.url().query(QUrl::FullyEncoded).toStdString();
    resource->second(query, [this, responder = std::move(responder)](Answer answer) mutable {
        QMetaObject::invokeMethod(
            this, [responder = std::move(responder), answer = std::move(answer)] { send(*responder, answer); },
            Qt::QueuedConnection);
    });
    return true;
}

// Everything is answered above. QHttpServer 6.4 also comes here after an upgrade request that was answered.
void HttpSide::missingHandler(const QHttpServerRequest &, QTcpSocket *) { }

} // namespace electric::http
