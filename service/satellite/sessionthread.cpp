#include "service/satellite/sessionthread.h"

#include <QLoggingCategory>
#include <QUrl>

#include <algorithm>
#include <atomic>

namespace electric::satellite {

Q_LOGGING_CATEGORY(lcSession, "electric.session", QtInfoMsg)

namespace {

std::int64_t nextNumber() // of a session, one of its own in all threads
{
    static std::atomic<std::int64_t> last = 0;
    return ++last;
}

} // namespace

class SessionThread::Cursor final : public LogCursor
{
public:
    explicit Cursor(const SessionThread &thread) : m_thread(thread) { }

    [[nodiscard]] bool holds(Lsn position) const override { return m_thread.m_window.holds(position); }
    [[nodiscard]] Lsn readUpTo() const override { return m_thread.m_window.position(); }
    [[nodiscard]] schema::CataloguePtr catalogue() const override { return m_thread.m_catalogue; }
    [[nodiscard]] std::vector<wire::LoggedTransactionPtr> migrations() const override { return m_thread.m_migrations; }
    void seek(Lsn after) override
    {
        m_next = m_thread.m_window.numberAfter(after);
        m_hasSought = true;
    }
    [[nodiscard]] wire::LoggedTransactionPtr peek() override { return m_thread.m_window.at(m_next); }
    void advance() override { ++m_next; }
    [[nodiscard]] bool isLost() const override { return m_hasSought && m_thread.m_window.isDropped(m_next); }

private:
    const SessionThread &m_thread;
    std::uint64_t m_next = 0;
    bool m_hasSought = false;
};

class SessionThread::Decoder final : public WriteDecoder
{
public:
    Result<void> relation(std::string_view body, const schema::Catalogue &catalogue) override
    {
        return m_decoder.relation(body, catalogue);
    }
    wire::ClientWriteDecoder::Decoded opLog(std::string_view body, const schema::Catalogue &catalogue) override
    {
        return m_decoder.opLog(body, catalogue);
    }

private:
    wire::ClientWriteDecoder m_decoder;
};

struct SessionThread::Seams {
    explicit Seams(const SessionThread &thread) : number(nextNumber()), cursor(thread) { }
    const std::int64_t number;
    Cursor cursor;
    Decoder decoder;
};

SessionThread::SessionThread(
    std::string serverId, VerifyToken verify, SessionServices services, SocketLimits limits, wire::LogWindow::Limits window)
    : m_serverId(std::move(serverId)), m_verify(std::move(verify)), m_services(services), m_limits(limits), m_window(window),
      m_catalogue(std::make_shared<schema::Catalogue>())
{ }

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
    auto seams = std::make_unique<Seams>(*this);
    Session session(*features, {m_serverId, m_verify, seams->cursor, seams->decoder});
    auto *const one = new SessionSocket(std::move(socket), std::move(session), m_services, m_limits, this);
    m_sockets.emplace(one, std::move(seams));
    ++m_ended.opened;
    connect(one, &SessionSocket::authenticated, this, [this, one](const QString &clientId) { onAuthenticated(one, clientId); });
    connect(one, &SessionSocket::noted, this, [one](const QString &text) {
        qCInfo(lcSession).noquote() << "client" << QString::fromStdString(one->clientId().empty() ? "(unknown)" : one->clientId()) << text;
    });
    connect(one, &SessionSocket::ending, this, [this, one] { m_ended.traffic += one->traffic(); });
    connect(one, &QObject::destroyed, this, [this, one] { forget(one); });
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
    m_window.append(transaction);
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
    QMetaObject::invokeMethod(this, &SessionThread::tellAll, Qt::QueuedConnection); // once for all that has come by then
}

void SessionThread::tellAll()
{
    m_tellPending = false;
    std::vector<SessionSocket *> all;
    all.reserve(m_sockets.size());
    for (const auto &[socket, seams] : m_sockets)
        all.push_back(socket);
    for (SessionSocket *const socket : all) {
        if (m_sockets.contains(socket))
            socket->feed(event::LogAdvanced {});
    }
}

std::vector<SessionFigures> SessionThread::figures() const
{
    std::vector<SessionFigures> all;
    all.reserve(m_sockets.size());
    for (const auto &[socket, seams] : m_sockets) {
        SessionFigures one = socket->figures();
        one.number = seams->number;
        const std::uint64_t read = m_window.position().value;
        const std::uint64_t dealtWith = seams->cursor.peek() ? one.producer.position.value : read; // or nothing is left for it
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
    while (!m_sockets.empty())
        delete m_sockets.begin()->first;
}

} // namespace electric::satellite
