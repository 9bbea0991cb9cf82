#pragma once

#include "service/satellite/session.h"

#include <QObject>
#include <QTimer>
#include <QWebSocket>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace electric::satellite {

// Where client state is kept. Callable from any thread; `done` is called once, on any thread, and must only pass the result on.
// Calls for one client are carried out in order.
class ClientStore
{
public:
    virtual ~ClientStore() = default;
    // Binds the client id to the user when it has none yet; the state says whose it is.
    virtual void load(const std::string &clientId, const std::string &userId, std::function<void(Result<ClientState>)> done) = 0;
    virtual void saveSubscription(const std::string &clientId, StoredSubscription subscription, std::function<void(Result<void>)> done) = 0;
    virtual void removeSubscription(const std::string &clientId, const std::string &subscriptionId) = 0;
    virtual void forget(const std::string &clientId) = 0; // subscriptions and checkpoint
    // As in ClientState. May keep the newest only.
    virtual void saveCheckpoint(const std::string &clientId, Lsn position, Lsn caughtUp) = 0;
};

struct SocketLimits {
    quint64 frameBeforeAuthentication = 64 * 1024;
    quint64 frame = 32 * 1024 * 1024;
    qint64 highWater = 1024 * 1024;
    qint64 lowWater = 256 * 1024;
    std::chrono::milliseconds authentication {10'000};
    std::chrono::milliseconds ping {20'000};
    std::uint64_t signInFailures = 30; // of one address, in a minute
    SessionLimits session {};
};

// What performs a session's actions; outlives its sockets.
struct SessionServices {
    ClientStore &store;
    shapes::SnapshotSource &snapshots;
    writes::WriteSink &writes;
};

// The socket beside a session: turns frames, timers and outcomes into events and actions into calls. Decides nothing. Lives in one
// session thread and deletes itself when the connection has ended.
class SessionSocket : public QObject
{
    Q_OBJECT
public:
    SessionSocket(std::unique_ptr<QWebSocket> socket, Session session, SessionServices services, SocketLimits limits, QObject *parent);
    ~SessionSocket() override;

    void feed(Event event); // in this thread
    [[nodiscard]] std::string clientId() const { return m_clientId; }

    [[nodiscard]] SessionFigures figures() const; // without number and lag
    [[nodiscard]] std::vector<SubscriptionFigures> subscriptions() const;
    [[nodiscard]] const Traffic &traffic() const { return m_traffic; }
    // Sees every frame as it passes; one at a time, none to end it. Must be quick. The relations that were announced before, without
    // which rows cannot be read, are told at once.
    using Tap = std::function<void(bool fromClient, std::string_view frame, bool isEarlier)>;
    void setTap(Tap tap);

Q_SIGNALS:
    void authenticated(const QString &clientId); // an older connection of this client is to be fed event::Superseded
    void signInFailed(const QString &address);
    void noted(const QString &text);
    void ending(); // is being destroyed

private:
    template <typename ToEvent> auto back(ToEvent toEvent); // a callback for other threads that feeds what toEvent makes
    void watchFlow();
    void received(const QByteArray &message);
    void ping();

    void perform(const action::Send &send);
    void perform(const action::Close &close);
    void perform(const action::LoadState &load);
    void perform(const action::SignInFailed &);
    void perform(const action::Authenticated &authenticated);
    void perform(const action::ArmExpiry &expiry);
    void perform(const action::StartSnapshot &start);
    void perform(const action::MoreRows &more);
    void perform(const action::CancelSnapshot &cancel);
    void perform(const action::SubmitWrite &submit);
    void perform(const action::StoreSubscription &store);
    void perform(const action::ForgetSubscription &forget);
    void perform(const action::ForgetClient &forget);
    void perform(const action::Ping &ping);
    void perform(const action::SaveCheckpoint &save);
    void perform(const action::Again &again);
    void perform(const action::Note &note);

    const std::unique_ptr<QWebSocket> m_socket;
    Session m_session;
    const SessionServices m_services;
    const SocketLimits m_limits;
    std::string m_clientId;
    QTimer m_authentication;
    QTimer m_expiry;
    QTimer m_ping;
    const qint64 m_since;
    qint64 m_lastMessageAt = 0;
    std::optional<qint64> m_expiresAt;
    Traffic m_traffic;
    Tap m_tap;
    int m_unanswered = 0;
    bool m_congested = false;
    bool m_feeding = false;
    std::deque<Event> m_pending;
    std::map<std::uint64_t, std::unique_ptr<shapes::SnapshotSource::Handle>> m_snapshots;
};

} // namespace electric::satellite
