#pragma once

#include "service/pg/connection.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace electric::test {

// A Postgres cluster for one test program: made in a temporary directory, listening on a loopback port of its own and a Unix
// socket, gone with the object. wal_level=logical, no fsync, superuser "postgres" with password "password" (scram). As root it
// runs as the user "postgres". Start it once a program (initTestCase), and a fresh database a test (createDatabase).
class ThrowawayCluster final
{
public:
    // Extra lines for postgresql.conf, for example {"wal_level=replica"}.
    static Result<std::unique_ptr<ThrowawayCluster>> start(const QStringList &settings = {});
    ~ThrowawayCluster();
    Q_DISABLE_COPY_MOVE(ThrowawayCluster)

    // How to reach a database of it as the superuser.
    [[nodiscard]] pg::ConnectionOptions options(const std::string &database = "postgres") const;
    // postgresql://postgres:password@127.0.0.1:PORT/database
    [[nodiscard]] QString url(const QString &database = QStringLiteral("postgres")) const;
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString socketDirectory() const { return m_directory.path(); }

    // A new empty database; the name is unique within the cluster.
    Result<std::string> createDatabase();

    Result<void> stop(bool immediately = false); // as a crash when immediately
    Result<void> restart();

private:
    ThrowawayCluster() = default;
    Result<void> initialise(const QStringList &settings);
    Result<void> run();

    QTemporaryDir m_directory;
    QProcess m_server;
    quint16 m_port = 0;
    int m_databases = 0;
};

// A port on loopback that nobody listened on a moment ago.
quint16 freePort();

} // namespace electric::test
