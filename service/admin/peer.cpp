#include "service/admin/peer.h"

#include "service/admin/methods.h"
#include "service/admin/stream.h"
#include "shared/admin/json.h"

#include <QLocalSocket>
#include <QPointer>

namespace electric::admin {

namespace {

constexpr qint64 highWater = 4 << 20;
constexpr qint64 readAtMost = 1 << 20;
constexpr int mostCalls = 64;
constexpr qsizetype mostStreams = 32;

Outcome refusal(int code, const QString &message)
{
    return tl::unexpected(Error {code, message});
}

} // namespace

Peer::Peer(QLocalSocket *socket, Methods &methods, QObject *parent) : QObject(parent), m_socket(socket), m_methods(methods)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readAtMost);
    connect(m_socket, &QLocalSocket::readyRead, this, &Peer::onReadyRead);
    connect(m_socket, &QLocalSocket::bytesWritten, this, &Peer::onReadyRead); // requests that waited for answers to be taken
    connect(m_socket, &QLocalSocket::disconnected, this, &Peer::finish);
    QMetaObject::invokeMethod(this, &Peer::onReadyRead, Qt::QueuedConnection); // what came before we listened
}

Peer::~Peer()
{
    m_socket->disconnect(this);
}

bool Peer::hasRoom() const
{
    return m_socket->bytesToWrite() < highWater;
}

void Peer::sendEvent(qint64 subscription, const QString &stream, const QJsonObject &data, qint64 dropped)
{
    m_socket->write(encodeLine(eventOf(subscription, stream, data, dropped)));
}

void Peer::onReadyRead()
{
    while (!m_isFinished && hasRoom()) { // who does not take answers gets no more
        if (const auto line = m_lines.next()) {
            onRequest(*line);
            continue;
        }
        if (m_lines.isOverlong())
            return finish();
        const QByteArray more = m_socket->read(readAtMost);
        if (more.isEmpty())
            return;
        m_lines.append(more);
    }
}

void Peer::onRequest(const QByteArray &line)
{
    const auto request = decodeLine(line);
    if (!request)
        return answer(QJsonValue::Null, refusal(Error::ParseError, tr("This line is not a JSON object.")));
    const QJsonValue id = request->value(QLatin1String("id"));
    const QString method = request->value(QLatin1String("method")).toString();
    const QJsonValue given = request->value(QLatin1String("params"));
    if (method.isEmpty() || id.isObject() || id.isArray() || id.isBool() || !(given.isUndefined() || given.isObject()))
        return answer(
            id, refusal(Error::InvalidRequest, tr("A request has a method, an id that is a number or a text, and params by name.")));
    const QJsonObject params = given.toObject();
    if (method == QLatin1String("hello"))
        return greet(id, params);
    if (!m_isGreeted)
        return answer(id, refusal(Error::InvalidRequest, tr("The first request must be hello.")));
    if (method == QLatin1String("subscribe"))
        return subscribe(id, params);
    if (method == QLatin1String("unsubscribe"))
        return unsubscribe(id, params);
    if (m_working >= mostCalls)
        return answer(id, refusal(Error::Busy, tr("Too many calls at once.")));
    ++m_working;
    m_methods.call(method, params, [self = QPointer<Peer>(this), id](const Outcome &outcome) {
        if (!self)
            return;
        --self->m_working;
        self->answer(id, outcome);
    });
}

void Peer::greet(const QJsonValue &id, const QJsonObject &params)
{
    const int theirs = params.value(QLatin1String("protocol")).toInt();
    m_isGreeted = theirs == protocolVersion;
    if (m_isGreeted)
        return answer(id, toJson(m_methods.hello()));
    answer(id,
        tl::unexpected(Error {Error::WrongVersion,
            tr("The service speaks version %1 of the protocol, not version %2.").arg(protocolVersion).arg(theirs),
            tr("Update both programs to the same version.")}));
    m_socket->disconnectFromServer(); // when the answer is out
}

void Peer::subscribe(const QJsonValue &id, QJsonObject params)
{
    const QString name = params.take(QLatin1String("stream")).toString();
    if (m_streams.size() >= mostStreams)
        return answer(id, refusal(Error::Busy, tr("Too many subscriptions on one connection.")));
    auto stream = m_methods.stream(name, params, *this, m_nextSubscription);
    if (!stream)
        return answer(id, tl::unexpected(stream.error()));
    m_streams.insert(m_nextSubscription, *stream);
    answer(id, QJsonObject {{QStringLiteral("subscription"), m_nextSubscription++}});
    (*stream)->start();
}

void Peer::unsubscribe(const QJsonValue &id, const QJsonObject &params)
{
    Stream *const stream = m_streams.take(params.value(QLatin1String("subscription")).toInteger());
    if (!stream)
        return answer(id, refusal(Error::NotFound, tr("There is no such subscription.")));
    delete stream;
    answer(id, QJsonObject {});
}

void Peer::answer(const QJsonValue &id, const Outcome &outcome)
{
    if (m_isFinished || id.isUndefined())
        return;
    QByteArray line = encodeLine(answerOf(id, outcome));
    if (line.size() > longestAnswer)
        line = encodeLine(answerOf(id, refusal(Error::Failed, tr("The answer is too long; ask for less."))));
    m_socket->write(line);
}

void Peer::finish()
{
    if (std::exchange(m_isFinished, true))
        return;
    qDeleteAll(std::exchange(m_streams, {}));
    m_socket->abort();
    Q_EMIT finished();
}

} // namespace electric::admin
