#include "shared/admin/client.h"

#include "shared/admin/json.h"

#include <QPointer>

#include <utility>

namespace electric::admin {

namespace {

constexpr std::chrono::milliseconds greeting {5'000};

Error unreachable(const QString &message)
{
    return {Error::Unreachable, message, QStringLiteral("Start it with: electric-service serve")};
}

} // namespace

Client::Client(QObject *parent) : QObject(parent)
{
    m_connecting.setSingleShot(true);
    connect(&m_connecting, &QTimer::timeout, this, [this] { end({Error::TimedOut, tr("The service does not answer.")}, true); });
    connect(&m_socket, &QLocalSocket::connected, this, &Client::greet);
    connect(&m_socket, &QLocalSocket::readyRead, this, &Client::onReadyRead);
    connect(&m_socket, &QLocalSocket::disconnected, this, [this] { end(unreachable(tr("The service has closed the connection.")), true); });
    connect(&m_socket, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError error) {
        if (error == QLocalSocket::PeerClosedError)
            return; // disconnected() follows
        end(error == QLocalSocket::SocketAccessError ? Error {Error::Unreachable, tr("The service belongs to another user.")}
                                                     : unreachable(tr("No service answers on %1.").arg(m_socket.serverName())),
            true);
    });
}

Client::~Client()
{
    m_socket.disconnect(this);
}

void Client::connectTo(const QString &path)
{
    close();
    m_isOpen = true;
    m_lines = LineReader(longestAnswer);
    m_connecting.start(greeting);
    m_socket.connectToServer(path);
}

void Client::close()
{
    end(unreachable(tr("The connection was closed.")), false);
}

void Client::greet()
{
    send(QStringLiteral("hello"), {{QStringLiteral("protocol"), protocolVersion}}, [this](const Outcome &outcome) {
        m_connecting.stop();
        if (!outcome)
            return end(outcome.error(), true);
        m_hello = fromJson<Hello>(*outcome);
        if (m_hello.protocol != protocolVersion)
            return end({Error::WrongVersion,
                           tr("The service speaks version %1 of the protocol, this program version %2.")
                               .arg(m_hello.protocol)
                               .arg(protocolVersion),
                           tr("Update both to the same version.")},
                true);
        m_isGreeted = true;
        Q_EMIT connected();
    });
}

void Client::call(const QString &method, const QJsonObject &params, Reply reply)
{
    if (m_isGreeted)
        return send(method, params, std::move(reply));
    QMetaObject::invokeMethod(
        this, [reply = std::move(reply)] { reply(tl::unexpected(unreachable(tr("There is no connection to a service.")))); },
        Qt::QueuedConnection);
}

void Client::send(const QString &method, const QJsonObject &params, Reply reply)
{
    const qint64 id = m_nextId++;
    auto *const timer = new QTimer(this);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, [this, id, method] {
        answer(id, tl::unexpected(Error {Error::TimedOut, tr("The service did not answer %1 in time.").arg(method)}));
    });
    timer->start(m_timeout);
    m_waiting.insert(id, {std::move(reply), timer});
    m_socket.write(encodeLine(requestOf(id, method, params)));
}

qint64 Client::subscribe(const QString &stream, const QJsonObject &params, OnEvent onEvent, std::function<void(const Error &)> refused)
{
    const qint64 number = m_nextId++;
    m_streams.insert(number, {0, std::move(onEvent)});
    QJsonObject all = params;
    all[QStringLiteral("stream")] = stream;
    call(QStringLiteral("subscribe"), all, [this, number, refused = std::move(refused)](const Outcome &outcome) {
        const auto found = m_streams.find(number);
        if (!outcome) {
            m_streams.remove(number);
            if (refused)
                refused(outcome.error());
            return;
        }
        const qint64 subscription = outcome->value(QLatin1String("subscription")).toInteger();
        if (found != m_streams.end())
            found->subscription = subscription;
        else if (m_isGreeted) // unsubscribed before the answer came
            call(QStringLiteral("unsubscribe"), {{QStringLiteral("subscription"), subscription}}, [](const Outcome &) {});
    });
    return number;
}

void Client::unsubscribe(qint64 number)
{
    const Stream stream = m_streams.take(number);
    if (stream.subscription != 0 && m_isGreeted)
        call(QStringLiteral("unsubscribe"), {{QStringLiteral("subscription"), stream.subscription}}, [](const Outcome &) {});
}

void Client::onReadyRead()
{
    m_lines.append(m_socket.readAll());
    const QPointer<Client> self(this); // a callback may end the connection or the object
    while (self && m_isOpen) {
        const auto line = m_lines.next();
        if (!line)
            break;
        if (const auto message = decodeLine(*line))
            onMessage(*message);
        else
            end({Error::ParseError, tr("What answers on the socket is not this service.")}, true);
    }
    if (self && m_isOpen && m_lines.isOverlong())
        end({Error::ParseError, tr("The service sent a message that is too long.")}, true);
}

void Client::onMessage(const QJsonObject &message)
{
    if (message.value(QLatin1String("method")).toString() == QLatin1String("event"))
        onEvent(message.value(QLatin1String("params")).toObject());
    else
        answer(message.value(QLatin1String("id")).toInteger(), outcomeOf(message));
}

void Client::onEvent(const QJsonObject &params)
{
    const qint64 subscription = params.value(QLatin1String("subscription")).toInteger();
    for (const Stream &stream : std::as_const(m_streams)) {
        if (stream.subscription != subscription)
            continue;
        const OnEvent callback = stream.onEvent; // which may unsubscribe
        return callback(params.value(QLatin1String("data")).toObject(), params.value(QLatin1String("dropped")).toInteger());
    }
}

void Client::answer(qint64 id, const Outcome &outcome)
{
    const Waiting waiting = m_waiting.take(id);
    if (!waiting.reply)
        return;
    waiting.timer->deleteLater(); // we may be called by it
    waiting.reply(outcome);
}

void Client::end(const Error &why, bool tell)
{
    if (!std::exchange(m_isOpen, false))
        return;
    m_connecting.stop();
    m_isGreeted = false;
    m_socket.abort();
    m_streams.clear();
    const QPointer<Client> self(this);
    for (const Waiting &waiting : std::exchange(m_waiting, {})) {
        waiting.timer->deleteLater(); // we may be called by it
        waiting.reply(tl::unexpected(why));
        if (!self)
            return;
    }
    if (tell)
        Q_EMIT disconnected(why);
}

} // namespace electric::admin
