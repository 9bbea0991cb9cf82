#include "service/proxy/proxysession.h"

namespace electric::proxy
{

namespace
{

constexpr std::chrono::seconds loginTime{60};
constexpr qint64 highWater = 1 << 20; // bytes that one side has not taken before the other one has to wait
constexpr qint64 chunk = 64 * 1024;
constexpr std::string_view shadowPrefix = "prisma_migrate_shadow_db"; // spec/proxy.md §1.5

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

ProxySession::ProxySession(QTcpSocket *client, const pg::ConnectionOptions &upstream, const ScramVerifier &verifier,
    std::chrono::milliseconds delay, QObject *parent)
    : QObject(parent)
    , m_options(upstream)
    , m_client(client)
    , m_login(verifier)
    , m_delay(delay)
{
    m_client->setParent(this);
    m_client->setReadBufferSize(highWater);
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_client->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    m_deadline.setSingleShot(true);
}

void ProxySession::start()
{
    connect(m_client, &QIODevice::readyRead, this, &ProxySession::onClientReadyRead);
    connect(m_client, &QIODevice::bytesWritten, this, &ProxySession::relay);
    connect(m_client, &QAbstractSocket::disconnected, this, &ProxySession::finish);
    connect(&m_deadline, &QTimer::timeout, this, [this] { refuse({"FATAL", "08P01", "login took too long"}); });
    m_deadline.start(loginTime);
    onClientReadyRead();
}

void ProxySession::toClient(const std::string &bytes)
{
    if (!bytes.empty())
        m_client->write(bytes.data(), qint64(bytes.size()));
}

void ProxySession::refuse(const Report &report)
{
    toClient(errorResponse(report));
    finish();
}

void ProxySession::onClientReadyRead()
{
    if (m_finished)
        return;
    if (m_conversation)
        return relay();
    if (m_login.state() != ClientLogin::State::Waiting)
        return; // waits for the database; the bytes wait in the socket
    m_login.feed(viewOf(m_client->read(chunk)));
    onLogin();
}

void ProxySession::onLogin()
{
    const std::string output = m_login.takeOutput();
    switch (m_login.state()) {
    case ClientLogin::State::Waiting:
        return toClient(output);
    case ClientLogin::State::Cancelling:
        return cancel();
    case ClientLogin::State::Authenticated:
        toClient(output);
        Q_EMIT passwordChecked(true);
        return connectUpstream();
    case ClientLogin::State::Refused:
        break;
    }
    m_deadline.stop();
    if (!m_login.wrongPassword()) {
        toClient(output);
        return finish();
    }
    Q_EMIT passwordChecked(false);
    QTimer::singleShot(m_delay, this, [this, output] {
        toClient(output);
        finish();
    });
}

void ProxySession::connectUpstream()
{
    const std::string database = m_login.parameter("database");
    const bool isShadow = database.rfind(shadowPrefix, 0) == 0;
    if (isShadow)
        m_options.database = database;
    if (isShadow || m_login.parameter("user") == "transparent")
        m_mode = Conversation::Mode::Transparent;
    m_upstream = new UpstreamLink(m_options, this);
    connect(m_upstream, &UpstreamLink::opened, this, &ProxySession::onUpstreamOpened);
    connect(m_upstream, &UpstreamLink::failed, this, [this](const QString &why) {
        refuse({"FATAL", "08006", "the database behind the proxy cannot be reached: " + why.toStdString()});
    });
    connect(m_upstream, &UpstreamLink::readyRead, this, &ProxySession::onUpstreamReadyRead);
    connect(m_upstream, &UpstreamLink::bytesWritten, this, &ProxySession::relay);
    connect(m_upstream, &UpstreamLink::closed, this, &ProxySession::onUpstreamClosed);
    m_upstream->open();
}

void ProxySession::onUpstreamOpened()
{
    m_upstreamLogin.emplace(m_options, m_login.parameters(), m_upstream->isProtected());
    m_upstream->write(m_upstreamLogin->takeOutput());
}

void ProxySession::onUpstreamReadyRead()
{
    if (m_finished)
        return;
    if (m_conversation)
        return relay();
    m_upstreamLogin->feed(viewOf(m_upstream->read(chunk)));
    m_upstream->write(m_upstreamLogin->takeOutput());
    switch (m_upstreamLogin->state()) {
    case UpstreamLogin::State::Waiting:
        return;
    case UpstreamLogin::State::Failed:
        toClient(m_upstreamLogin->forClient());
        return finish();
    case UpstreamLogin::State::Ready:
        break;
    }
    m_deadline.stop();
    toClient(message('R', uint32Bytes(0)) + m_upstreamLogin->forClient());
    m_conversation = std::make_unique<Conversation>(m_mode);
    m_conversation->fromServer(m_upstreamLogin->takeRest());
    m_conversation->fromClient(m_login.takeRest());
    relay();
}

// Moves what can be moved, both ways, as long as the receiving side takes it.
void ProxySession::relay()
{
    if (!m_conversation || m_finished)
        return;
    for (bool moved = true; moved;) {
        moved = false;
        if (m_client->bytesToWrite() < highWater) {
            const QByteArray bytes = m_upstream->read(chunk);
            if (!bytes.isEmpty())
                m_conversation->fromServer(viewOf(bytes));
            moved = !bytes.isEmpty();
        }
        if (m_conversation->wantsClient() && m_upstream->bytesToWrite() < highWater) {
            const QByteArray bytes = m_client->read(chunk);
            if (!bytes.isEmpty())
                m_conversation->fromClient(viewOf(bytes));
            moved = moved || !bytes.isEmpty();
        }
        flush();
        if (m_conversation->isOver())
            return finish();
    }
}

void ProxySession::flush()
{
    toClient(m_conversation->takeForClient());
    m_upstream->write(m_conversation->takeForServer());
}

void ProxySession::onUpstreamClosed()
{
    if (m_finished)
        return;
    if (!m_conversation)
        return refuse({"FATAL", "08006", "the database behind the proxy closed the connection"});
    for (QByteArray last = m_upstream->read(chunk); !last.isEmpty(); last = m_upstream->read(chunk))
        m_conversation->fromServer(viewOf(last));
    toClient(m_conversation->takeForClient());
    finish();
}

void ProxySession::cancel()
{
    m_upstream = new UpstreamLink(m_options, this);
    connect(m_upstream, &UpstreamLink::opened, this, [this] { m_upstream->write(cancelRequest(m_login.cancelKey())); });
    connect(m_upstream, &UpstreamLink::failed, this, &ProxySession::finish);
    connect(m_upstream, &UpstreamLink::closed, this, &ProxySession::finish); // Postgres closes once the signal is sent
    m_upstream->open();
}

void ProxySession::finish()
{
    if (std::exchange(m_finished, true))
        return;
    m_deadline.stop();
    if (m_upstream != nullptr)
        m_upstream->close();
    m_client->disconnectFromHost();
    if (m_client->state() == QAbstractSocket::UnconnectedState || m_client->bytesToWrite() == 0) {
        Q_EMIT finished();
        return;
    }
    // What is left for the client goes out, but not for ever.
    connect(m_client, &QAbstractSocket::disconnected, this, &ProxySession::finished);
    QTimer::singleShot(std::chrono::seconds(5), this, &ProxySession::finished);
}

} // namespace electric::proxy
