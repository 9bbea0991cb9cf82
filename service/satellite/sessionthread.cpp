#include "service/satellite/sessionthread.h"

#include <QLoggingCategory>
#include <QUrl>

#include <algorithm>
#include <atomic>

namespace electric::satellite {

Q_LOGGING_CATEGORY(lcSession, "electric.session", QtInfoMsg)

namespace {

constexpr std::chrono::seconds reviewInterval {10};
constexpr std::size_t readBack = 64; // more than may be between their commit records and their ends at a time
constexpr std::chrono::seconds closeTimeout {5}; // for a peer that does not answer

std::int64_t nextNumber() // of a session, one of its own in all threads
{
    static std::atomic<std::int64_t> last = 0;
    return ++last;
}

} // namespace

// Goes through the window transaction by transaction, up to where its interest was last told; from there on only to those that were found
// to concern it.
class SessionThread::Cursor final : public LogCursor, public Interests::Reader
{
public:
    explicit Cursor(SessionThread &thread) : m_thread(thread) { }
    ~Cursor() override
    {
        m_thread.m_interests.remove(*this);
        m_thread.m_following.erase(this);
        m_thread.m_toTell.erase(this);
    }
    Q_DISABLE_COPY_MOVE(Cursor)

    SessionSocket *socket = nullptr; // whose reader it is

    [[nodiscard]] bool holds(Lsn position) const override { return m_thread.m_window.holds(position); }
    [[nodiscard]] Lsn readUpTo() const override { return m_thread.m_window.position(); }
    [[nodiscard]] schema::CataloguePtr catalogue() const override { return m_thread.m_catalogue; }
    [[nodiscard]] std::vector<wire::LoggedTransactionPtr> migrations() const override { return m_thread.m_migrations; }
    void seek(Lsn after) override
    {
        m_next = m_thread.m_window.numberAfter(after);
        m_hasSought = true;
    }
    [[nodiscard]] wire::LoggedTransactionPtr peek() override
    {
        m_next = next();
        while (!m_concerning.empty() && m_concerning.front() < m_next)
            m_concerning.pop_front();
        return m_thread.m_window.at(m_next);
    }
    void advance() override { ++m_next; }
    [[nodiscard]] bool isLost() const override { return m_hasSought && m_thread.m_window.isDropped(next()); }
    [[nodiscard]] std::vector<std::uint64_t> newestRead() const override
    {
        std::vector<std::uint64_t> xids;
        for (std::uint64_t number = next(); number > 0 && xids.size() < readBack; --number) {
            const auto transaction = m_thread.m_window.at(number - 1);
            if (!transaction)
                break;
            xids.push_back(transaction->xid);
        }
        return xids;
    }
    void setInterest(Interest interest) override
    {
        m_thread.m_interests.set(*this, std::move(interest));
        m_knownFrom = m_thread.m_window.endNumber();
        m_concerning.clear(); // found one by one again
    }
    void followPositions(bool follows) override
    {
        if (follows)
            m_thread.m_following.insert(this);
        else
            m_thread.m_following.erase(this);
    }

    void concerns(std::uint64_t number) { m_concerning.push_back(number); }
    [[nodiscard]] bool hasMore() const { return m_hasSought && next() < m_thread.m_window.endNumber(); }

private:
    [[nodiscard]] std::uint64_t next() const
    {
        if (m_next < m_knownFrom)
            return m_next;
        for (const std::uint64_t number : m_concerning)
            if (number >= m_next)
                return number;
        return m_thread.m_window.endNumber();
    }

    SessionThread &m_thread;
    std::uint64_t m_next = 0;
    std::uint64_t m_knownFrom = ~std::uint64_t(0);
    std::deque<std::uint64_t> m_concerning;
    bool m_hasSought = false;
};

class SessionThread::Decoder final : public WriteDecoder
{
public:
    Result<void> relation(std::string_view body, const schema::Catalogue &catalogue) override
    {
        return m_decoder.relation(body, catalogue);
    }
    [[nodiscard]] std::vector<std::string> relationFrames() const override { return m_decoder.relationFrames(); }
    wire::ClientWriteDecoder::Decoded opLog(std::string_view body, const schema::Catalogue &catalogue) override
    {
        return m_decoder.opLog(body, catalogue);
    }

private:
    wire::ClientWriteDecoder m_decoder;
};

struct SessionThread::Seams {
    explicit Seams(SessionThread &thread) : number(nextNumber()), cursor(thread) { }
    const std::int64_t number;
    Cursor cursor;
    Decoder decoder;
};

SessionThread::SessionThread(
    std::string serverId, VerifyToken verify, SessionServices services, SocketLimits limits, wire::LogWindow::Limits window)
    : m_serverId(std::move(serverId)), m_verify(std::move(verify)), m_services(services), m_limits(limits),
      m_attempts(limits.signInFailures), m_window(window), m_catalogue(std::make_shared<schema::Catalogue>())
{
    m_review.setInterval(reviewInterval);
    connect(&m_review, &QTimer::timeout, this, &SessionThread::tellAll);
}

SessionThread::~SessionThread()
{
    while (!m_sockets.empty())
        delete m_sockets.begin()->first; // takes itself out
}

void SessionThread::adopt(std::unique_ptr<QWebSocket> socket)
{
    const QString protocol = socket->subprotocol(); // "electric.0.12", checked by the door
    const auto parts = protocol.split(QLatin1Char('.'));
    const auto features = featuresOf({parts.value(1).toUInt(), parts.value(2).toUInt()});
    if (!features) {
        qCWarning(lcSession) << "a connection with the sub-protocol" << protocol << "came past the door";
        return;
    }
    const QString address = socket->peerAddress().toString();
    // Programs on this machine are not turned away: a reverse proxy hides all its clients behind one address.
    const bool isCounted = !socket->peerAddress().isLoopback();
    if (isCounted && !m_attempts.mayTry(address.toStdString(), auth::AttemptLimiter::Clock::now())) {
        qCInfo(lcSession).noquote() << "turned away" << address << "after too many wrong tokens";
        turnAway(std::move(socket));
        return;
    }
    auto seams = std::make_unique<Seams>(*this);
    Session session(*features, {m_serverId, m_verify, seams->cursor, seams->decoder, m_limits.session});
    auto *const one = new SessionSocket(std::move(socket), std::move(session), m_services, m_limits, this);
    seams->cursor.socket = one;
    m_sockets.emplace(one, std::move(seams));
    ++m_ended.opened;
    connect(one, &SessionSocket::authenticated, this, [this, one](const QString &clientId) { onAuthenticated(one, clientId); });
    connect(one, &SessionSocket::signInFailed, this,
        [this](const QString &from) { m_attempts.failed(from.toStdString(), auth::AttemptLimiter::Clock::now()); });
    connect(one, &SessionSocket::noted, this, [one](const QString &text) {
        qCInfo(lcSession).noquote() << "client" << QString::fromStdString(one->clientId().empty() ? "(unknown)" : one->clientId()) << text;
    });
    connect(one, &SessionSocket::ending, this, [this, one] { m_ended.traffic += one->traffic(); });
    connect(one, &QObject::destroyed, this, [this, one] { forget(one); });
}

// The client takes it for a lost connection, and tries again later and later.
void SessionThread::turnAway(std::unique_ptr<QWebSocket> socket)
{
    QWebSocket *const closing = socket.release();
    closing->setParent(this);
    connect(closing, &QWebSocket::disconnected, closing, &QObject::deleteLater);
    QTimer::singleShot(closeTimeout, closing, &QObject::deleteLater);
    closing->close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("Too many wrong tokens; try again in a minute"));
}

void SessionThread::forget(SessionSocket *socket)
{
    std::erase_if(m_byClient, [socket](const auto &entry) { return entry.second == socket; });
    m_sockets.erase(socket);
}

void SessionThread::onAuthenticated(SessionSocket *socket, const QString &clientId)
{
    SessionSocket *&known = m_byClient[clientId.toStdString()];
    if (known && known != socket)
        QMetaObject::invokeMethod(
            known, [older = known] { older->feed(event::Superseded {}); }, Qt::QueuedConnection);
    known = socket;
    qCInfo(lcSession).noquote() << "client" << clientId << "authenticated";
    Q_EMIT authenticated(clientId);
}

void SessionThread::supersede(const QString &clientId)
{
    const auto found = m_byClient.find(clientId.toStdString());
    if (found != m_byClient.end())
        found->second->feed(event::Superseded {});
}

void SessionThread::openLog(const std::vector<wire::LoggedTransactionPtr> &migrations, const schema::CataloguePtr &catalogue, Lsn start)
{
    m_review.start(); // here, since timers belong to the thread that starts them
    m_window.reset(start);
    setMigrations(migrations, catalogue);
}

void SessionThread::setMigrations(const std::vector<wire::LoggedTransactionPtr> &migrations, const schema::CataloguePtr &catalogue)
{
    m_migrations = migrations;
    m_catalogue = catalogue;
}

void SessionThread::append(const wire::LoggedTransactionPtr &transaction)
{
    const std::uint64_t number = m_window.endNumber();
    m_window.append(transaction);
    for (Interests::Reader *const reader : m_interests.match(*transaction)) {
        auto *const cursor = static_cast<Cursor *>(reader);
        cursor->concerns(number);
        m_toTell.insert(cursor);
    }
    tellSoon();
}

void SessionThread::advance(Lsn position)
{
    m_window.advance(position);
    tellSoon();
}

void SessionThread::tellSoon()
{
    if (std::exchange(m_tellPending, true))
        return;
    QMetaObject::invokeMethod(this, &SessionThread::tellConcerned, Qt::QueuedConnection); // once for all that has come by then
}

void SessionThread::tellConcerned()
{
    m_tellPending = false;
    std::vector<SessionSocket *> concerned;
    m_toTell.insert(m_following.begin(), m_following.end());
    for (const Cursor *const cursor : std::exchange(m_toTell, {}))
        concerned.push_back(cursor->socket);
    tell(concerned);
}

// Those that nothing concerns for long learn how far the log has come, so that they are not taken to be behind.
void SessionThread::tellAll()
{
    std::vector<SessionSocket *> all;
    all.reserve(m_sockets.size());
    for (const auto &[socket, seams] : m_sockets)
        all.push_back(socket);
    tell(all);
}

void SessionThread::tell(const std::vector<SessionSocket *> &sockets)
{
    for (SessionSocket *const socket : sockets)
        if (m_sockets.contains(socket)) // one can be the end of another
            socket->feed(event::LogAdvanced {});
}

std::vector<SessionFigures> SessionThread::figures() const
{
    std::vector<SessionFigures> all;
    all.reserve(m_sockets.size());
    for (const auto &[socket, seams] : m_sockets) {
        SessionFigures one = socket->figures();
        one.number = seams->number;
        const std::uint64_t read = m_window.position().value;
        const std::uint64_t dealtWith = seams->cursor.hasMore() ? one.producer.position.value : read; // or nothing is left for it
        if (one.producer.isStreaming)
            one.lagBytes = read - std::min(read, dealtWith);
        all.push_back(std::move(one));
    }
    return all;
}

SessionThread::Totals SessionThread::totals() const
{
    Totals all = m_ended;
    for (const auto &[socket, seams] : m_sockets)
        all.traffic += socket->traffic();
    return all;
}

SessionSocket *SessionThread::find(std::int64_t number) const
{
    for (const auto &[socket, seams] : m_sockets) {
        if (seams->number == number)
            return socket;
    }
    return nullptr;
}

std::optional<std::vector<SubscriptionFigures>> SessionThread::subscriptions(std::int64_t number) const
{
    const SessionSocket *const socket = find(number);
    return socket ? std::optional(socket->subscriptions()) : std::nullopt;
}

bool SessionThread::dismiss(std::int64_t number)
{
    SessionSocket *const socket = find(number);
    if (socket)
        socket->feed(event::Dismissed {});
    return socket != nullptr;
}

void SessionThread::dismissClient(const std::string &clientId)
{
    if (const auto found = m_byClient.find(clientId); found != m_byClient.end())
        found->second->feed(event::Dismissed {});
}

bool SessionThread::tap(std::int64_t number, SessionSocket::Tap tap)
{
    SessionSocket *const socket = find(number);
    if (socket)
        socket->setTap(std::move(tap));
    return socket != nullptr;
}

void SessionThread::closeAll()
{
    m_review.stop(); // while its thread still runs
    while (!m_sockets.empty())
        delete m_sockets.begin()->first;
}

} // namespace electric::satellite
