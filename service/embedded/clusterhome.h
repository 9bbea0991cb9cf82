#pragma once

#include "shared/base/result.h"

#include <QLockFile>
#include <QString>

#include <memory>
#include <sys/types.h>

namespace electric::embedded {

// What outlives one run of the embedded cluster: where it lies, its port and its generated passwords. Kept in a file that only
// its owner can read. One process at a time may hold a home.
class ClusterHome
{
public:
    // ~/.local/share/electric, or /var/lib/electric for root, whose home an unprivileged server could not enter.
    static QString defaultDirectory();

    // Makes the directory on first use, takes its lock, reads or makes the passwords. Fails with Conflict when another process
    // holds it and says which.
    static Result<ClusterHome> open(const QString &directory);

    [[nodiscard]] QString directory() const { return m_directory; }
    [[nodiscard]] QString dataDirectory() const { return m_directory + QStringLiteral("/postgres"); }
    [[nodiscard]] QString socketDirectory() const { return m_directory + QStringLiteral("/run"); }
    [[nodiscard]] QString logFile() const { return m_directory + QStringLiteral("/postgres.log"); }
    [[nodiscard]] QString password() const { return m_password; }
    [[nodiscard]] QString proxyPassword() const { return m_proxyPassword; }
    [[nodiscard]] quint16 port() const { return m_port; }

    // Remembers another port for the next runs.
    Result<void> setPort(quint16 port);

    // Whom the server runs as: ourselves, or the user "postgres" when we are root.
    struct ServerUser {
        uid_t uid = 0;
        gid_t gid = 0;
        QString name; // empty: ourselves
    };
    [[nodiscard]] const ServerUser &serverUser() const { return m_serverUser; }

private:
    ClusterHome() = default;
    Result<void> makeDirectories();
    Result<void> readOrMakeState();
    Result<void> writeState() const;

    QString m_directory;
    QString m_password;
    QString m_proxyPassword;
    quint16 m_port = 0;
    ServerUser m_serverUser;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace electric::embedded
