#include "service/proxy/proxyserver.h"

#include "service/proxy/proxysession.h"

#include <QFile>
#include <QLoggingCategory>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#include <algorithm>

namespace electric::proxy {

namespace {

Q_LOGGING_CATEGORY(lcProxy, "electric.proxy", QtInfoMsg)

constexpr int freeFailures = 3; // typing errors cost nothing
constexpr int maxDoublings = 6;
constexpr std::chrono::milliseconds firstDelay {250};
constexpr qsizetype maxAddresses = 10'000; // whose failures are remembered

} // namespace

ProxyServer::ProxyServer(ProxyConfig config, QObject *parent)
    : QObject(parent), m_config(std::move(config)), m_verifier(ScramVerifier::derive(m_config.password)),
      m_upstreamPassword(m_config.upstream.password)
{
    m_config.password.clear();
    connect(&m_server, &QTcpServer::newConnection, this, &ProxyServer::onConnection);
}

ProxyServer::~ProxyServer()
{
    m_server.close();
    qDeleteAll(std::exchange(m_sessions, {}));
}

Result<void> ProxyServer::readCertificate()
{
    if (m_config.tlsCertificate.empty())
        return {};
    const auto chain = QSslCertificate::fromPath(QString::fromStdString(m_config.tlsCertificate));
    if (chain.isEmpty())
        return fail(Failure::Kind::Malformed, "there is no certificate in " + m_config.tlsCertificate,
            "PG_PROXY_TLS_CERT names a PEM file with the certificate of the migrations proxy.");
    QFile file(QString::fromStdString(m_config.tlsKey));
    QSslKey key;
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray pem = file.readAll();
        for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec})
            if (key.isNull())
                key = QSslKey(pem, algorithm);
    }
    if (key.isNull())
        return fail(Failure::Kind::Malformed, "there is no RSA or EC key in " + m_config.tlsKey,
            "PG_PROXY_TLS_KEY names a PEM file with the key that belongs to PG_PROXY_TLS_CERT.");
    m_server.tls = QSslConfiguration::defaultConfiguration();
    m_server.tls.setLocalCertificateChain(chain);
    m_server.tls.setPrivateKey(key);
    m_server.tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    return {};
}

void ProxyServer::Listener::incomingConnection(qintptr descriptor)
{
    if (tls.localCertificate().isNull())
        return QTcpServer::incomingConnection(descriptor);
    auto *const socket = new QSslSocket(this);
    socket->setSslConfiguration(tls);
    socket->setSocketDescriptor(descriptor);
    addPendingConnection(socket);
}

Result<void> ProxyServer::listen()
{
    if (auto read = readCertificate(); !read)
        return read;
    const QHostAddress address
        = m_config.address.empty() ? QHostAddress(QHostAddress::Any) : QHostAddress(QString::fromStdString(m_config.address));
    if (!m_server.listen(address, m_config.port))
        return fail(Failure::Kind::Conflict,
            "cannot listen on port " + std::to_string(m_config.port) + " for migrations: " + m_server.errorString().toStdString(),
            "Set PG_PROXY_PORT to a port that is free.");
    qCInfo(lcProxy) << "migrations proxy listens on port" << m_server.serverPort();
    return {};
}

void ProxyServer::close()
{
    m_server.close();
    const QList<ProxySession *> open = m_sessions;
    for (ProxySession *session : open)
        session->refuse({"FATAL", "57P01", "terminating connection: the service stops"});
}

void ProxyServer::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        const QHostAddress address = socket->peerAddress();
        auto *session = new ProxySession(socket, m_config.upstream, m_upstreamPassword, m_verifier, delayFor(address), this);
        m_sessions.append(session);
        connect(session, &ProxySession::finished, this, [this, session] {
            if (m_sessions.removeOne(session))
                session->deleteLater();
        });
        connect(session, &ProxySession::passwordChecked, this, [this, address](bool right) { notePassword(address, right); });
        session->start();
        // Who has not logged in makes room for who may.
        if (m_sessions.size() > m_config.maxSessions)
            unknownGuest()->refuse({"FATAL", "53300", "sorry, too many clients already"});
    }
}

// The one that has been here longest of those that have not logged in; there always is the newest.
ProxySession *ProxyServer::unknownGuest() const
{
    const auto isUnknown = [](const ProxySession *session) { return !session->isLoggedIn(); };
    return *std::find_if(m_sessions.begin(), m_sessions.end(), isUnknown);
}

std::chrono::milliseconds ProxyServer::delayFor(const QHostAddress &address) const
{
    const int failures = m_failures.value(address) - freeFailures;
    return failures < 0 ? std::chrono::milliseconds(0) : firstDelay * (1 << std::min(failures, maxDoublings));
}

void ProxyServer::notePassword(const QHostAddress &address, bool right)
{
    if (right) {
        m_failures.remove(address);
        return;
    }
    qCWarning(lcProxy) << "wrong password for the migrations proxy from" << address.toString();
    if (m_failures.size() >= maxAddresses)
        m_failures.clear();
    ++m_failures[address];
}

std::vector<ProxyFigures> ProxyServer::figures() const
{
    std::vector<ProxyFigures> all;
    for (const ProxySession *session : m_sessions)
        all.push_back(session->figures());
    return all;
}

} // namespace electric::proxy
