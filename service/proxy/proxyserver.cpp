#include "service/proxy/proxyserver.h"

#include "service/proxy/proxysession.h"

#include <QLoggingCategory>
#include <QTcpSocket>

#include <algorithm>

namespace electric::proxy
{

namespace
{

Q_LOGGING_CATEGORY(lcProxy, "electric.proxy", QtInfoMsg)

constexpr int freeFailures = 3; // typing errors cost nothing
constexpr int maxDoublings = 6;
constexpr std::chrono::milliseconds firstDelay{250};
constexpr qsizetype maxAddresses = 10'000; // whose failures are remembered

} // namespace

ProxyServer::ProxyServer(ProxyConfig config, QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
    , m_verifier(ScramVerifier::derive(m_config.password))
{
    m_config.password.clear();
    connect(&m_server, &QTcpServer::newConnection, this, &ProxyServer::onConnection);
}

ProxyServer::~ProxyServer()
{
    m_server.close();
    qDeleteAll(std::exchange(m_sessions, {}));
}

Result<void> ProxyServer::listen()
{
    const QHostAddress address = m_config.address.empty() ? QHostAddress(QHostAddress::Any)
                                                          : QHostAddress(QString::fromStdString(m_config.address));
    if (!m_server.listen(address, m_config.port))
        return fail(Failure::Kind::Conflict,
            "cannot listen on port " + std::to_string(m_config.port)
                + " for migrations: " + m_server.errorString().toStdString(),
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
        auto *session = new ProxySession(socket, m_config.upstream, m_verifier, delayFor(address), this);
        m_sessions.append(session);
        connect(session, &ProxySession::finished, this, [this, session] {
            if (m_sessions.removeOne(session))
                session->deleteLater();
        });
        connect(session, &ProxySession::passwordChecked, this,
            [this, address](bool right) { notePassword(address, right); });
        if (m_sessions.size() > m_config.maxSessions)
            session->refuse({"FATAL", "53300", "sorry, too many clients already"});
        else
            session->start();
    }
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

} // namespace electric::proxy
