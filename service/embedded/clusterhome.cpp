#include "service/embedded/clusterhome.h"

#include "service/embedded/storagetrouble.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QStandardPaths>

#include <cerrno>
#include <cstring>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace electric::embedded {

namespace {

QString generatedPassword()
{
    static constexpr char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"; // none that look alike, none to escape
    QString password;
    for (int at = 0; at < 24; ++at)
        password += QLatin1Char(alphabet[QRandomGenerator::system()->bounded(int(sizeof alphabet) - 1)]);
    return password;
}

Result<ClusterHome::ServerUser> chooseServerUser()
{
    if (geteuid() != 0)
        return ClusterHome::ServerUser {geteuid(), getegid(), {}};
    const passwd *const entry = getpwnam("postgres");
    if (!entry)
        return fail(Failure::Kind::NotFound, "Postgres refuses to run as root, and there is no user \"postgres\" to run it as",
            "Start electric-service as an ordinary user, or install the package postgresql.");
    return ClusterHome::ServerUser {entry->pw_uid, entry->pw_gid, QStringLiteral("postgres")};
}

} // namespace

QString ClusterHome::defaultDirectory()
{
    if (geteuid() == 0)
        return QStringLiteral("/var/lib/electric");
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/electric");
}

Result<ClusterHome> ClusterHome::open(const QString &directory)
{
    ClusterHome home;
    home.m_directory = QDir(directory).absolutePath();
    auto user = chooseServerUser();
    if (!user)
        return fail(std::move(user).error());
    home.m_serverUser = *user;
    if (auto made = home.makeDirectories(); !made)
        return fail(std::move(made).error());
    home.m_lock = std::make_unique<QLockFile>(home.m_directory + QStringLiteral("/lock"));
    home.m_lock->setStaleLockTime(0); // only a dead holder makes it stale
    if (!home.m_lock->tryLock(0)) {
        if (home.m_lock->error() != QLockFile::LockFailedError)
            return fail(storageFailure(QStringLiteral("cannot make the lock file %1/lock").arg(home.m_directory), home.m_directory, {}));
        qint64 pid = 0;
        QString host;
        QString program;
        home.m_lock->getLockInfo(&pid, &host, &program);
        return fail(Failure::Kind::Conflict,
            "the embedded Postgres in " + home.m_directory.toStdString() + " is in use by process " + std::to_string(pid) + " ("
                + program.toStdString() + ")",
            "Stop that process, or give another directory with --data-dir.");
    }
    if (auto state = home.readOrMakeState(); !state)
        return fail(std::move(state).error());
    return home;
}

Result<void> ClusterHome::makeDirectories()
{
    if (!QDir().mkpath(m_directory) || !QDir().mkpath(socketDirectory()))
        return fail(storageFailure(QStringLiteral("cannot make the directory ") + m_directory, m_directory, {}));
    // The server's user must be able to pass through, nobody else has any business there.
    const QByteArray own = QFile::encodeName(m_directory);
    const QByteArray sockets = QFile::encodeName(socketDirectory());
    if (::chmod(own.constData(), m_serverUser.name.isEmpty() ? 0700 : 0711) != 0
        || ::chown(sockets.constData(), m_serverUser.uid, m_serverUser.gid) != 0 || ::chmod(sockets.constData(), 0700) != 0)
        return fail(storageFailure(
            QStringLiteral("cannot set the permissions of ") + m_directory, m_directory, QString::fromLocal8Bit(std::strerror(errno))));
    return {};
}

Result<void> ClusterHome::readOrMakeState()
{
    QFile file(m_directory + QStringLiteral("/embedded.json"));
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly))
            return fail(Failure::Kind::NotAllowed, "cannot read " + file.fileName().toStdString());
        const QJsonObject state = QJsonDocument::fromJson(file.readAll()).object();
        m_password = state.value(QLatin1String("password")).toString();
        m_proxyPassword = state.value(QLatin1String("proxyPassword")).toString();
        m_port = quint16(state.value(QLatin1String("port")).toInt());
        if (m_password.isEmpty() || m_proxyPassword.isEmpty())
            return fail(Failure::Kind::Malformed, file.fileName().toStdString() + " is damaged: it lacks the passwords",
                "Restore it, or move the directory away to start with an empty database.");
        return {};
    }
    m_password = generatedPassword();
    m_proxyPassword = generatedPassword();
    return writeState();
}

Result<void> ClusterHome::writeState() const
{
    QSaveFile file(m_directory + QStringLiteral("/embedded.json"));
    const QJsonObject state {
        {QStringLiteral("password"), m_password}, {QStringLiteral("proxyPassword"), m_proxyPassword}, {QStringLiteral("port"), m_port}};
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(QJsonDocument(state).toJson()) > 0 && file.commit();
    if (!written)
        return fail(storageFailure(QStringLiteral("cannot write ") + file.fileName(), m_directory, file.errorString()));
    return {};
}

Result<void> ClusterHome::setPort(quint16 port)
{
    m_port = port;
    return writeState();
}

} // namespace electric::embedded
