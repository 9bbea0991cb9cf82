#include "tests/support/throwawaycluster.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QThread>

#include <csignal>
#include <unistd.h>

namespace electric::test {

namespace {

QString binaryDirectory()
{
    const QString configured = qEnvironmentVariable("ELECTRIC_TEST_PG_BIN");
    if (!configured.isEmpty())
        return configured;
    QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList all = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &version : all) {
        const QString candidate = versions.filePath(version) + QStringLiteral("/bin");
        if (QFile::exists(candidate + QStringLiteral("/initdb")))
            return candidate;
    }
    return {};
}

// initdb and postgres refuse to run as root.
void asUnprivileged(QString &program, QStringList &arguments)
{
    if (geteuid() != 0)
        return;
    arguments
        = QStringList {QStringLiteral("--reuid=postgres"), QStringLiteral("--regid=postgres"), QStringLiteral("--init-groups"), program}
        + arguments;
    program = QStringLiteral("setpriv");
}

Result<void> runToEnd(QString program, QStringList arguments)
{
    asUnprivileged(program, arguments);
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        return fail(Failure::Kind::Internal, program.toStdString() + " failed: " + process.readAll().toStdString());
    return {};
}

bool write(const QString &path, const QByteArray &content, QIODevice::OpenMode mode)
{
    QFile file(path);
    return file.open(mode) && file.write(content) == content.size();
}

} // namespace

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

Result<std::unique_ptr<ThrowawayCluster>> ThrowawayCluster::start(const QStringList &settings)
{
    std::unique_ptr<ThrowawayCluster> cluster(new ThrowawayCluster);
    if (auto made = cluster->initialise(settings); !made)
        return fail(made.error());
    if (auto up = cluster->run(); !up)
        return fail(up.error());
    return cluster;
}

Result<void> ThrowawayCluster::initialise(const QStringList &settings)
{
    if (binaryDirectory().isEmpty())
        return fail(Failure::Kind::NotFound, "no Postgres server is installed; apt-get install postgresql");
    if (geteuid() == 0) {
        if (auto owned = runToEnd(QStringLiteral("true"), {}); !owned)
            return owned;
        QProcess::execute(QStringLiteral("chown"), {QStringLiteral("postgres:"), m_directory.path()});
    }
    const QString passwords = m_directory.filePath(QStringLiteral("password"));
    if (!write(passwords, "password\n", QIODevice::WriteOnly))
        return fail(Failure::Kind::Internal, "cannot write into " + m_directory.path().toStdString());
    QFile::setPermissions(passwords, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
    const QString data = m_directory.filePath(QStringLiteral("data"));
    auto made = runToEnd(binaryDirectory() + QStringLiteral("/initdb"),
        {QStringLiteral("-D"), data, QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("--auth=scram-sha-256"),
            QStringLiteral("--pwfile"), passwords, QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8"),
            QStringLiteral("--no-sync")});
    if (!made)
        return made;
    // Commits stay synchronous: others reach the replication stream with the WAL writer's next round only, up to 200 ms later.
    QStringList lines {QStringLiteral("wal_level=logical"), QStringLiteral("fsync=off"), QStringLiteral("full_page_writes=off"),
        QStringLiteral("max_connections=60"), QStringLiteral("max_wal_senders=20"), QStringLiteral("max_replication_slots=20"),
        QStringLiteral("listen_addresses='127.0.0.1'"), QStringLiteral("unix_socket_directories='%1'").arg(m_directory.path()),
        QStringLiteral("shared_buffers=64MB"), QStringLiteral("logging_collector=off"), QStringLiteral("log_min_messages=fatal")};
    lines += settings;
    if (!write(data + QStringLiteral("/postgresql.auto.conf"), lines.join(QLatin1Char('\n')).toUtf8() + '\n', QIODevice::Append))
        return fail(Failure::Kind::Internal, "cannot configure the cluster");
    return {};
}

Result<void> ThrowawayCluster::run()
{
    if (m_port == 0)
        m_port = freePort();
    QString program = binaryDirectory() + QStringLiteral("/postgres");
    QStringList arguments {
        QStringLiteral("-D"), m_directory.filePath(QStringLiteral("data")), QStringLiteral("-p"), QString::number(m_port)};
    asUnprivileged(program, arguments);
    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_server.setStandardOutputFile(QProcess::nullDevice());
    m_server.start(program, arguments);
    QElapsedTimer waited;
    waited.start();
    while (waited.elapsed() < 30'000) {
        if (m_server.state() == QProcess::NotRunning && !m_server.waitForStarted(1000))
            return fail(Failure::Kind::Internal, "postgres does not start");
        if (pg::Connection::open(options(), "test"))
            return {};
        QThread::msleep(20);
    }
    return fail(Failure::Kind::Timeout, "postgres does not come up");
}

ThrowawayCluster::~ThrowawayCluster()
{
    (void)stop(true);
}

Result<void> ThrowawayCluster::stop(bool immediately)
{
    if (m_server.state() == QProcess::NotRunning)
        return {};
    ::kill(pid_t(m_server.processId()), immediately ? SIGQUIT : SIGINT);
    if (!m_server.waitForFinished(20'000)) {
        m_server.kill();
        m_server.waitForFinished();
    }
    return {};
}

Result<void> ThrowawayCluster::restart()
{
    if (auto stopped = stop(); !stopped)
        return stopped;
    return run();
}

pg::ConnectionOptions ThrowawayCluster::options(const std::string &database) const
{
    pg::ConnectionOptions options;
    options.host = "127.0.0.1";
    options.port = m_port;
    options.user = "postgres";
    options.password = "password";
    options.database = database;
    options.sslMode = "disable";
    return options;
}

QString ThrowawayCluster::url(const QString &database) const
{
    return QStringLiteral("postgresql://postgres:password@127.0.0.1:%1/%2").arg(m_port).arg(database);
}

Result<std::string> ThrowawayCluster::createDatabase()
{
    auto connection = pg::Connection::open(options(), "test");
    if (!connection)
        return fail(connection.error());
    const std::string name = "test_" + std::to_string(++m_databases);
    if (auto made = connection->execute("CREATE DATABASE " + name); !made)
        return fail(made.error());
    return name;
}

} // namespace electric::test
