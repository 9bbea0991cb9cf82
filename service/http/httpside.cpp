#include "service/http/httpside.h"

#include "service/http/requestwatch.h"
#include "service/http/response.h"

#include <QDateTime>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QLocale>
#include <QPointer>
#include <QTcpSocket>
#include <QThread>
#include <QUrl>

namespace electric::http {
namespace {

const char *methodName(QHttpServerRequest::Method method)
{
    switch (method) {
    case QHttpServerRequest::Method::Get: return "GET";
    case QHttpServerRequest::Method::Head: return "HEAD";
    case QHttpServerRequest::Method::Post: return "POST";
    case QHttpServerRequest::Method::Put: return "PUT";
    case QHttpServerRequest::Method::Delete: return "DELETE";
    case QHttpServerRequest::Method::Options: return "OPTIONS";
    default: return "OTHER";
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

QByteArray bytesOf(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

void send(QHttpServerResponder &responder, const Response &response)
{
    responder.writeStatusLine(QHttpServerResponder::StatusCode(response.status));
    for (const auto &[name, value] : response.headers)
        responder.writeHeader(bytesOf(name), bytesOf(value));
    responder.writeBody(bytesOf(response.body));
}

std::string now()
{
    return QLocale::c().toString(QDateTime::currentDateTimeUtc(), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toStdString();
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

HttpSide::HttpSide(const Site &site, QObject *parent) : QAbstractHttpServer(parent), m_site(site), m_sockets(new HandedOver(this))
{
    // QHttpServer 6.4 warns of a server that does not listen, so it does for this moment.
    m_sockets->listen(QHostAddress::LocalHost, 0);
    bind(m_sockets);
    m_sockets->close();
}

bool HttpSide::handleRequest(const QHttpServerRequest &request, QTcpSocket *socket)
{
    RequestHead head = headOf(request);
    auto responder = std::make_shared<QHttpServerResponder>(makeResponder(request, socket));
    const QPointer<RequestWatch> watch = RequestWatch::of(socket);
    if (watch)
        watch->received();
    const auto answer = [this, responder, head, watch](Answer said) {
        send(*responder, responseTo(head, std::move(said), m_site.allowedOrigins, now()));
        if (watch)
            watch->answered();
    };
    const auto path = normalisedPath(head);
    if (!path) {
        answer({400, "Bad request"});
        return true;
    }
    const auto resource = m_site.resources.find(*path);
    if (resource == m_site.resources.end() || (head.method != "GET" && head.method != "HEAD")) {
        answer(answerOf(head, *path, m_site));
        return true;
    }
    // The responder belongs to this thread. What is answered at once keeps its place among pipelined requests.
    const std::string query = request.url().query(QUrl::FullyEncoded).toStdString();
    resource->second(query, [this, answer = std::move(answer)](Answer said) mutable {
        if (QThread::currentThread() == thread())
            return answer(std::move(said));
        QMetaObject::invokeMethod(
            this, [answer = std::move(answer), said = std::move(said)]() mutable { answer(std::move(said)); }, Qt::QueuedConnection);
    });
    return true;
}

// Everything is answered above. QHttpServer 6.4 also comes here after an upgrade request that was answered.
void HttpSide::missingHandler(const QHttpServerRequest &, QTcpSocket *) { }

} // namespace electric::http
