#include "console/shell/singleinstance.h"

#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>

namespace electric::console {

namespace {

constexpr int patienceMs = 500;

} // namespace

SingleInstance::SingleInstance(const QString &name, QObject *parent)
    : QObject(parent), m_path(QDir(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation)).filePath(name))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::answer);
}

bool SingleInstance::claim()
{
    QLocalSocket other;
    other.connectToServer(m_path);
    if (other.waitForConnected(patienceMs)) {
        other.disconnectFromServer(); // to have come is the message
        return false;
    }
    QLocalServer::removeServer(m_path); // left by one that crashed
    (void)m_server.listen(m_path); // when even that fails, two consoles are better than none
    return true;
}

void SingleInstance::answer()
{
    while (QLocalSocket *visitor = m_server.nextPendingConnection()) {
        connect(visitor, &QLocalSocket::disconnected, visitor, &QObject::deleteLater);
        Q_EMIT wanted();
    }
}

} // namespace electric::console
