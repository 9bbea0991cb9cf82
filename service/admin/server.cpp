#include "service/admin/server.h"

#include "service/admin/methods.h"
#include "service/admin/peer.h"

#include <QFileInfo>
#include <QLocalSocket>

namespace electric::admin {

namespace {

constexpr int patienceMs = 500;
constexpr qsizetype longestPath = 100; // of a Unix socket, with room for QLocalServer's own

bool isAnswered(const QString &path)
{
    QLocalSocket trial;
    trial.connectToServer(path);
    return trial.waitForConnected(patienceMs);
}

} // namespace

Server::Server(Facts &facts, Database &database, const LogBuffer &log, QObject *parent)
    : QObject(parent), m_methods(std::make_unique<Methods>(facts, database, log))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &Server::onConnection);
}

Server::~Server()
{
    if (m_server.isListening())
        removeDescription(m_service.path);
    m_server.close();
    qDeleteAll(std::exchange(m_peers, {}));
}

Result<void> Server::listen(const RunningService &service)
{
    m_service = service;
    const auto refuse = [&](const QString &why) {
        return fail(Failure::Kind::Conflict, why.toStdString(),
            "Set ELECTRIC_RUNTIME_DIR to another directory, or ELECTRIC_PROFILE to another name.");
    };
    if (service.path.toLocal8Bit().size() > longestPath)
        return refuse(QStringLiteral("the path %1 is too long for a socket").arg(service.path));
    if (auto made = makeRuntimeDirectory(QFileInfo(service.path).path()); !made)
        return refuse(made.error());
    if (QFileInfo::exists(service.path)) {
        if (isAnswered(service.path))
            return refuse(QStringLiteral("another service answers on %1").arg(service.path));
        QLocalServer::removeServer(service.path); // left by one that was killed
    }
    (void)writeDescription(service); // before anybody can find the socket
    if (!m_server.listen(service.path)) {
        removeDescription(service.path);
        return refuse(QStringLiteral("cannot listen on %1: %2").arg(service.path, m_server.errorString()));
    }
    m_methods->setHello({protocolVersion, service.version, service.name, service.pid});
    return {};
}

void Server::onConnection()
{
    while (QLocalSocket *const socket = m_server.nextPendingConnection()) {
        if (m_peers.size() >= mostPeers) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        auto *const peer = new Peer(socket, *m_methods, this);
        m_peers.append(peer);
        connect(peer, &Peer::finished, this, [this, peer] {
            if (m_peers.removeOne(peer))
                peer->deleteLater();
        });
    }
}

} // namespace electric::admin
