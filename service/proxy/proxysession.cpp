#include "service/proxy/proxysession.h"

#include <QDateTime>
#include <QHostAddress>

#include "service/proxy/socketbytes.h"

#include <QSslSocket>

namespace electric::proxy {

namespace {

constexpr std::chrono::seconds loginTime {60};
constexpr qint64 highWater = 1 << 20; // bytes that one side has not taken before the other one has to wait
constexpr std::string_view shadowPrefix = "prisma_migrate_shadow_db"; // spec/proxy.md §1.5

bool offersTls(QTcpSocket *socket)
{
    const auto *const tls = qobject_cast<QSslSocket *>(socket);
    return tls != nullptr && !tls->localCertificate().isNull();
}

qint64 unsent(QTcpSocket *socket)
{
    const auto *const tls = qobject_cast<QSslSocket *>(socket);
    return socket->bytesToWrite() + (tls == nullptr ? 0 : tls->encryptedBytesToWrite());
}

std::int64_t nextNumber()
{
    static std::int64_t last = 0; // sessions are made in one thread
    return ++last;
}

} // namespace

ProxySession::ProxySession(QTcpSocket *client, const pg::ConnectionOptions &upstream, scram::SaltedPassword &upstreamPassword,
    const ScramVerifier &verifier, std::chrono::milliseconds delay, QObject *parent)
    : QObject(parent), m_number(nextNumber()), m_since(QDateTime::currentMSecsSinceEpoch()), m_options(upstream),
      m_upstreamPassword(upstreamPassword), m_client(client), m_login(verifier, offersTls(client)), m_delay(delay)
{
    m_client->setParent(this);
    m_client->setReadBufferSize(highWater);
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_client->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    m_deadline.setSingleShot(true);
}

ProxyFigures ProxySession::figures() const
{
    return {m_number, m_client->peerAddress().toString().toStdString(), m_login.parameter("user"), m_login.parameter("database"),
        m_mode == Conversation::Mode::Transparent, m_since};
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
    sendNow(*m_client, bytes);
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
    m_login.feed(readSome(*m_client));
    onLogin();
}

void ProxySession::onLogin()
{
    const std::string output = m_login.takeOutput();
    switch (m_login.state()) {
    case ClientLogin::State::Waiting: return toClient(output);
    case ClientLogin::State::Encrypting: toClient(output); return encrypt();
    case ClientLogin::State::Cancelling: return cancel();
    case ClientLogin::State::Authenticated:
        toClient(output);
        Q_EMIT passwordChecked(true);
        return connectUpstream();
    case ClientLogin::State::Refused: break;
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

void ProxySession::encrypt()
{
    auto *const socket = qobject_cast<QSslSocket *>(m_client);
    connect(socket, &QSslSocket::encrypted, this, [this] {
        m_login.encrypted();
        onClientReadyRead();
    });
    connect(socket, &QAbstractSocket::errorOccurred, this, [this, socket] {
        if (!socket->isEncrypted()) // a handshake that failed leaves nothing to be told
            finish();
    });
    socket->startServerEncryption();
}

void ProxySession::connectUpstream()
{
    const std::string database = m_login.parameter("database");
    const bool isShadow = database.rfind(shadowPrefix, 0) == 0;
    if (isShadow)
        m_options.database = database;
    const std::string user = m_login.parameter("user");
    if (isShadow || user == "transparent")
        m_mode = Conversation::Mode::Transparent;
    else if (user == "prisma")
        m_mode = Conversation::Mode::Introspection;
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
    Parameters parameters = m_login.parameters();
    if (m_mode == Conversation::Mode::Introspection)
        parameters.emplace_back("default_transaction_read_only", "on");
    m_upstreamLogin.emplace(m_options, m_upstreamPassword, parameters, m_upstream->isProtected());
    m_upstream->write(m_upstreamLogin->takeOutput());
}

void ProxySession::onUpstreamReadyRead()
{
    if (m_finished)
        return;
    if (m_conversation)
        return relay();
    m_upstreamLogin->feed(m_upstream->read());
    m_upstream->write(m_upstreamLogin->takeOutput());
    switch (m_upstreamLogin->state()) {
    case UpstreamLogin::State::Waiting: return;
    case UpstreamLogin::State::Failed: toClient(m_upstreamLogin->forClient()); return finish();
    case UpstreamLogin::State::Ready: break;
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
    if (!m_conversation || m_finished || std::exchange(m_isRelaying, true))
        return;
    for (bool moved = true; moved && !m_finished;) {
        moved = false;
        if (unsent(m_client) < highWater) {
            const std::string_view bytes = m_upstream->read();
            moved = !bytes.empty();
            if (moved)
                m_conversation->fromServer(bytes);
        }
        if (m_conversation->wantsClient() && m_upstream->bytesToWrite() < highWater) {
            const std::string_view bytes = readSome(*m_client);
            moved = moved || !bytes.empty();
            if (!bytes.empty())
                m_conversation->fromClient(bytes);
        }
        flush();
        if (m_conversation->isOver())
            finish();
    }
    m_isRelaying = false;
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
    for (std::string_view last = m_upstream->read(); !last.empty(); last = m_upstream->read())
        m_conversation->fromServer(last);
    m_conversation->serverGone();
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
    if (m_client->state() == QAbstractSocket::UnconnectedState || unsent(m_client) == 0) {
        Q_EMIT finished();
        return;
    }
    // What is left for the client goes out, but not for ever.
    connect(m_client, &QAbstractSocket::disconnected, this, &ProxySession::finished);
    QTimer::singleShot(std::chrono::seconds(5), this, &ProxySession::finished);
}

} // namespace electric::proxy
