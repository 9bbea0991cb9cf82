#include "service/satellite/sessionsocket.h"

#include <QDateTime>
#include <QPointer>
#include <QScopedValueRollback>

#include <algorithm>

namespace electric::satellite {

SessionSocket::SessionSocket(
    std::unique_ptr<QWebSocket> socket, Session session, SessionServices services, SocketLimits limits, QObject *parent)
    : QObject(parent), m_socket(std::move(socket)), m_session(std::move(session)), m_services(services), m_limits(limits),
      m_since(QDateTime::currentMSecsSinceEpoch())
{
    m_socket->setMaxAllowedIncomingFrameSize(m_limits.frameBeforeAuthentication);
    m_socket->setMaxAllowedIncomingMessageSize(m_limits.frameBeforeAuthentication);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &SessionSocket::received);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this] { perform(action::Close {1003, "Binary messages only"}); });
    connect(m_socket.get(), &QWebSocket::pong, this, [this](quint64, const QByteArray &payload) {
        m_unanswered = 0;
        bool isKey = false;
        if (const quint64 key = payload.toULongLong(&isKey); isKey)
            feed(event::Pong {key});
    });
    connect(m_socket.get(), &QWebSocket::bytesWritten, this, &SessionSocket::watchFlow);
    connect(m_socket.get(), &QWebSocket::disconnected, this, &QObject::deleteLater);
    m_authentication.setSingleShot(true);
    connect(&m_authentication, &QTimer::timeout, this, [this] { feed(event::AuthTimeout {}); });
    m_authentication.start(m_limits.authentication);
    m_expiry.setSingleShot(true);
    connect(&m_ping, &QTimer::timeout, this, &SessionSocket::ping);
    m_ping.start(m_limits.ping);
}

SessionSocket::~SessionSocket()
{
    Q_EMIT ending();
}

void SessionSocket::received(const QByteArray &message)
{
    m_unanswered = 0;
    m_lastMessageAt = QDateTime::currentMSecsSinceEpoch();
    m_traffic += {message.size(), 0, 1, 0, 0, 0};
    std::string bytes = message.toStdString();
    if (m_tap)
        m_tap(true, bytes, false);
    feed(event::Frame {std::move(bytes)});
}

// An action may raise the next event before it returns, so events queue and only the outermost call drains.
void SessionSocket::feed(Event event)
{
    m_pending.push_back(std::move(event));
    if (m_feeding)
        return;
    const QScopedValueRollback feeding(m_feeding, true);
    while (!m_pending.empty()) {
        const Actions actions = m_session.on(m_pending.front());
        m_pending.pop_front();
        for (const Action &one : actions)
            std::visit([this](const auto &what) { perform(what); }, one);
        watchFlow();
    }
}

template <typename ToEvent> auto SessionSocket::back(ToEvent toEvent)
{
    return [self = QPointer<SessionSocket>(this), context = QPointer<QObject>(parent()), toEvent](auto outcome) {
        // The parent is the thread's own object and outlives its sockets: it is asked in its thread whether we still are.
        QMetaObject::invokeMethod(
            context,
            [self, event = toEvent(std::move(outcome))]() mutable {
                if (self)
                    self->feed(std::move(event));
            },
            Qt::QueuedConnection);
    };
}

void SessionSocket::watchFlow()
{
    const qint64 waiting = m_socket->bytesToWrite();
    const bool congested = m_congested ? waiting > m_limits.lowWater : waiting > m_limits.highWater;
    if (congested != m_congested) {
        m_congested = congested;
        feed(event::Flow {congested});
    }
}

void SessionSocket::ping()
{
    if (m_unanswered++ >= 2)
        return feed(event::Silent {});
    m_socket->ping();
}

void SessionSocket::perform(const action::Send &send)
{
    m_traffic += {0, std::int64_t(send.frame.size()), 0, 1, send.transactions, send.rows};
    if (m_tap)
        m_tap(false, send.frame, false);
    m_socket->sendBinaryMessage(QByteArray::fromRawData(send.frame.data(), qsizetype(send.frame.size())));
}

void SessionSocket::perform(const action::Close &close)
{
    m_snapshots.clear();
    m_socket->close(QWebSocketProtocol::CloseCode(close.code), QString::fromStdString(close.reason));
}

void SessionSocket::perform(const action::LoadState &load)
{
    m_clientId = load.clientId;
    m_services.store.load(
        load.clientId, load.userId, back([](Result<ClientState> state) { return Event(event::StateLoaded {std::move(state)}); }));
}

void SessionSocket::perform(const action::SignInFailed &)
{
    Q_EMIT signInFailed(m_socket->peerAddress().toString());
}

void SessionSocket::perform(const action::Authenticated &authenticated)
{
    m_authentication.stop();
    m_socket->setMaxAllowedIncomingFrameSize(m_limits.frame);
    m_socket->setMaxAllowedIncomingMessageSize(m_limits.frame);
    Q_EMIT this->authenticated(QString::fromStdString(authenticated.clientId));
}

void SessionSocket::perform(const action::ArmExpiry &expiry)
{
    m_expiresAt = expiry.atMs;
    m_expiry.disconnect();
    m_expiry.stop();
    if (!expiry.atMs)
        return;
    // A timer holds 24 days; a later expiry is looked at again.
    const qint64 left = *expiry.atMs - QDateTime::currentMSecsSinceEpoch();
    constexpr qint64 longest = qint64 {24} * 3600 * 1000;
    connect(&m_expiry, &QTimer::timeout, this, [this, expiry, left] {
        if (left > longest)
            perform(expiry);
        else
            feed(event::Expired {});
    });
    m_expiry.start(int(std::clamp(left, qint64 {0}, longest)));
}

void SessionSocket::perform(const action::StartSnapshot &start)
{
    const auto key = start.key;
    m_snapshots[key] = m_services.snapshots.start(start.request, back([key](shapes::SnapshotEvent what) {
        return Event(event::Snapshot {key, std::move(what)});
    }));
}

void SessionSocket::perform(const action::MoreRows &more)
{
    if (const auto found = m_snapshots.find(more.key); found != m_snapshots.end())
        found->second->more();
}

void SessionSocket::perform(const action::CancelSnapshot &cancel)
{
    m_snapshots.erase(cancel.key);
}

void SessionSocket::perform(const action::SubmitWrite &submit)
{
    const auto timestamp = submit.transaction.timestampMs;
    m_services.writes.submit(submit.transaction, back([timestamp](writes::WriteSink::Outcome outcome) {
        return Event(event::WriteDone {timestamp, std::move(outcome)});
    }));
}

void SessionSocket::perform(const action::StoreSubscription &store)
{
    const std::string id = store.subscription.id;
    m_services.store.saveSubscription(m_clientId, store.subscription, back([id](Result<void> saved) {
        // Not stored: the connection ends without an error, so that the client comes again (§9.2).
        return saved ? Event(event::SubscriptionStored {id}) : Event(event::Silent {});
    }));
}

void SessionSocket::perform(const action::ForgetSubscription &forget)
{
    m_services.store.removeSubscription(m_clientId, forget.id);
}

void SessionSocket::perform(const action::ForgetClient &)
{
    m_services.store.forget(m_clientId);
}

void SessionSocket::perform(const action::Ping &ping)
{
    m_socket->ping(QByteArray::number(quint64(ping.key)));
}

void SessionSocket::perform(const action::SaveCheckpoint &save)
{
    m_services.store.saveCheckpoint(m_clientId, save.position, save.caughtUp);
}

void SessionSocket::perform(const action::Again &)
{
    QMetaObject::invokeMethod(
        this, [this] { feed(event::LogAdvanced {}); }, Qt::QueuedConnection);
}

void SessionSocket::perform(const action::Note &note)
{
    Q_EMIT noted(QString::fromStdString(note.text));
}

void SessionSocket::setTap(Tap tap)
{
    m_tap = std::move(tap);
    const auto *live = std::get_if<Session::Live>(&m_session.phase());
    if (!m_tap || !live)
        return;
    for (const std::string &frame : live->producer.relationFrames())
        m_tap(false, frame, true);
    for (const std::string &frame : m_session.clientRelationFrames())
        m_tap(true, frame, true);
}

SessionFigures SessionSocket::figures() const
{
    using State = SessionFigures::State;
    SessionFigures all;
    const Version version = m_session.features().version;
    all.version = std::to_string(version.major) + '.' + std::to_string(version.minor);
    all.clientId = m_clientId;
    all.address = m_socket->peerAddress().toString().toStdString();
    all.since = m_since;
    all.lastMessageAt = m_lastMessageAt;
    all.expiresAt = m_expiresAt;
    all.waitingBytes = m_socket->bytesToWrite();
    all.traffic = m_traffic;
    if (const auto *loading = std::get_if<Session::Loading>(&m_session.phase())) {
        all.state = State::Loading;
        all.userId = loading->identity.userId;
    } else if (const auto *live = std::get_if<Session::Live>(&m_session.phase())) {
        all.producer = live->producer.figures();
        all.state = !all.producer.isStreaming ? State::Idle : m_congested ? State::Paused : State::Replicating;
        all.userId = live->userId;
        all.writesInFlight = live->writesInFlight;
    } else if (std::holds_alternative<Session::Closed>(m_session.phase())) {
        all.state = State::Closed;
    }
    return all;
}

std::vector<SubscriptionFigures> SessionSocket::subscriptions() const
{
    const auto *live = std::get_if<Session::Live>(&m_session.phase());
    return live ? live->producer.subscriptions() : std::vector<SubscriptionFigures> {};
}

} // namespace electric::satellite
