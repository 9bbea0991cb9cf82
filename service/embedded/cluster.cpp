#include "service/embedded/cluster.h"

#include "service/embedded/storagetrouble.h"
#include "service/pg/connection.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <QThread>
#include <QUrl>

#include <csignal>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace electric::embedded {

namespace {

constexpr int acceptTimeoutMs = 60'000; // recovery after a crash may take its time
constexpr int stopTimeoutMs = 5'000;
constexpr int mostCrashesInARow = 5;
const QString superuser = QStringLiteral("postgres"); // not "electric": "$user" in search_path would lead into our schema
const QString database = QStringLiteral("electric");

// Everything between fork and exec: no memory may be taken here.
void becomeServerUser(QProcess &process, const ClusterHome::ServerUser &user, bool dieWithParent)
{
    const bool change = !user.name.isEmpty();
    const uid_t uid = user.uid;
    const gid_t gid = user.gid;
    process.setChildProcessModifier([change, uid, gid, dieWithParent] {
        if (change && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0))
            _exit(126);
        if (dieWithParent) // after the change of user, which clears it
            prctl(PR_SET_PDEATHSIG, SIGINT); // fast shutdown
        setpgid(0, 0); // a Ctrl-C in the terminal is for the service alone
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr); // the service blocks the signals that it reads from a descriptor
    });
    process.setWorkingDirectory(QStringLiteral("/"));
}

Result<void> runToEnd(const QString &program, const QStringList &arguments, const ClusterHome::ServerUser &user)
{
    QProcess process;
    becomeServerUser(process, user, false);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return fail(Failure::Kind::Internal, program.toStdString() + " failed: " + process.readAll().trimmed().toStdString());
    return {};
}

bool isFree(quint16 port)
{
    QTcpServer probe;
    return port != 0 && probe.listen(QHostAddress::LocalHost, port);
}

} // namespace

Cluster::Cluster(ClusterHome home, QObject *parent) : QObject(parent), m_home(std::move(home)), m_programs(findPrograms())
{
    connect(&m_server, &QProcess::finished, this, &Cluster::onFinished);
}

Cluster::~Cluster()
{
    stop();
}

QString Cluster::findPrograms()
{
    const QString configured = qEnvironmentVariable("ELECTRIC_POSTGRES_BIN");
    if (!configured.isEmpty())
        return configured;
    QStringList candidates;
    const QDir debian(QStringLiteral("/usr/lib/postgresql"));
    QStringList versions = debian.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(versions.begin(), versions.end(), [](const QString &a, const QString &b) { return a.toInt() > b.toInt(); });
    for (const QString &version : versions)
        candidates << debian.filePath(version + QStringLiteral("/bin"));
    candidates << qEnvironmentVariable("PATH").split(QLatin1Char(':')) << QStringLiteral("/usr/pgsql/bin")
               << QStringLiteral("/usr/local/pgsql/bin");
    for (const QString &candidate : candidates) {
        if (QFile::exists(candidate + QStringLiteral("/initdb")) && QFile::exists(candidate + QStringLiteral("/postgres")))
            return candidate;
    }
    return {};
}

Result<void> Cluster::start()
{
    if (m_programs.isEmpty())
        return fail(Failure::Kind::NotFound, "no Postgres server is installed on this computer",
            "Install one (Debian, Ubuntu: apt install postgresql), or set DATABASE_URL to a database of yours.");
    if (!QFile::exists(m_home.dataDirectory() + QStringLiteral("/PG_VERSION"))) {
        if (auto made = initialise(); !made)
            return made;
    }
    if (auto gone = awaitPredecessor(); !gone)
        return gone;
    if (auto chosen = choosePort(); !chosen)
        return chosen;
    return launch();
}

Result<void> Cluster::initialise() const
{
    // initdb says only half, and tidies up so well that it cannot be told afterwards.
    if (auto trouble = storageTrouble(m_home.directory(), roomForNewCluster); trouble)
        return fail(*std::move(trouble));
    // Made under another name first, so that a start that was interrupted leaves nothing that looks complete.
    const QString unfinished = m_home.directory() + QStringLiteral("/postgres.unfinished");
    QDir(unfinished).removeRecursively();
    QDir().mkpath(unfinished);
    const auto &user = m_home.serverUser();
    QTemporaryFile passwords(m_home.socketDirectory() + QStringLiteral("/pwXXXXXX"));
    const bool ready = passwords.open() && passwords.write(m_home.password().toUtf8() + '\n') > 0 && passwords.flush()
        && ::chown(QFile::encodeName(passwords.fileName()).constData(), user.uid, user.gid) == 0
        && ::chown(QFile::encodeName(unfinished).constData(), user.uid, user.gid) == 0;
    if (!ready)
        return fail(storageFailure(QStringLiteral("cannot write into ") + m_home.directory(), m_home.directory(), passwords.errorString()));
    auto made = runToEnd(m_programs + QStringLiteral("/initdb"),
        {QStringLiteral("--pgdata"), unfinished, QStringLiteral("--username"), superuser, QStringLiteral("--pwfile"), passwords.fileName(),
            QStringLiteral("--auth=scram-sha-256"), QStringLiteral("--encoding=UTF8"), QStringLiteral("--no-locale")},
        user);
    if (!made)
        return made;
    if (!QDir().rename(unfinished, m_home.dataDirectory()))
        return fail(Failure::Kind::Conflict, "cannot rename " + unfinished.toStdString());
    return configure();
}

Result<void> Cluster::configure() const
{
    QFile file(m_home.dataDirectory() + QStringLiteral("/postgresql.conf"));
    const QByteArray lines = "\n# Set by electric-service when it made this cluster.\n"
                             "wal_level = logical\n"
                             "listen_addresses = '127.0.0.1'\n"
                             "max_wal_senders = 10\nmax_replication_slots = 10\n"
                             "max_slot_wal_keep_size = 4GB\n" // a stopped service must not fill the disk
                             "unix_socket_directories = '"
        + m_home.socketDirectory().toUtf8().replace('\'', "''") + "'\n";
    if (!file.open(QIODevice::Append) || file.write(lines) != lines.size())
        return fail(Failure::Kind::NotAllowed, "cannot write " + file.fileName().toStdString());
    return {};
}

// A service that was killed leaves its Postgres shutting down. Only that one is waited for: a process with the number that a stale pid
// file tells, but at home elsewhere, is a stranger.
Result<void> Cluster::awaitPredecessor() const
{
    QFile file(m_home.dataDirectory() + QStringLiteral("/postmaster.pid"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto pid = pid_t(file.readLine(32).trimmed().toLongLong());
    const auto isAlive = [&] {
        return pid > 0
            && QFile::symLinkTarget(QStringLiteral("/proc/%1/cwd").arg(pid)) == QFileInfo(m_home.dataDirectory()).canonicalFilePath();
    };
    QElapsedTimer waited;
    waited.start();
    for (bool asked = false; isAlive(); asked = true) {
        if (!asked)
            ::kill(pid, SIGINT);
        if (waited.elapsed() > acceptTimeoutMs)
            return fail(Failure::Kind::Timeout, "the embedded Postgres of before, process " + std::to_string(pid) + ", does not end",
                "Its log is " + m_home.logFile().toStdString() + ".");
        QThread::msleep(20);
    }
    return {};
}

Result<void> Cluster::choosePort()
{
    if (isFree(m_home.port()))
        return {};
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost))
        return fail(Failure::Kind::Unavailable, "no free port on loopback: " + probe.errorString().toStdString());
    return m_home.setPort(probe.serverPort());
}

Result<void> Cluster::launch()
{
    becomeServerUser(m_server, m_home.serverUser(), true);
    QFile log(m_home.logFile());
    if (log.open(QIODevice::Append)) // made by us, so that it is ours to read
        log.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    log.close();
    m_server.setStandardOutputFile(m_home.logFile(), QIODevice::Append);
    m_server.setStandardErrorFile(m_home.logFile(), QIODevice::Append);
    m_server.start(m_programs + QStringLiteral("/postgres"),
        {QStringLiteral("-D"), m_home.dataDirectory(), QStringLiteral("-p"), QString::number(m_home.port())});
    if (!m_server.waitForStarted(10'000))
        return fail(
            Failure::Kind::Internal, "cannot start " + m_programs.toStdString() + "/postgres: " + m_server.errorString().toStdString());
    return waitUntilAccepting();
}

Result<void> Cluster::waitUntilAccepting()
{
    QElapsedTimer waited;
    waited.start();
    auto options = this->options();
    while (waited.elapsed() < acceptTimeoutMs) {
        options.database = "postgres";
        if (auto connection = pg::Connection::open(options, "electric start")) {
            auto exists = connection->query("SELECT 1 FROM pg_database WHERE datname = $1", {database.toStdString()});
            if (exists && exists->count() == 0)
                return connection->execute("CREATE DATABASE " + pg::quoteIdentifier(database.toStdString()));
            return {};
        }
        if (m_server.waitForFinished(20)) { // waits 20 ms as well
            if (auto trouble = storageTrouble(m_home.dataDirectory(), roomToStart); trouble)
                return fail(*std::move(trouble));
            return fail(Failure::Kind::Unavailable, "the embedded Postgres ended right after its start",
                "Its log is " + m_home.logFile().toStdString() + ".");
        }
    }
    return fail(Failure::Kind::Timeout, "the embedded Postgres did not accept connections within a minute",
        "Its log is " + m_home.logFile().toStdString() + ".");
}

void Cluster::stop()
{
    m_stopping = true;
    if (m_server.state() == QProcess::NotRunning)
        return;
    ::kill(pid_t(m_server.processId()), SIGINT);
    if (!m_server.waitForFinished(stopTimeoutMs)) {
        ::kill(pid_t(m_server.processId()), SIGQUIT);
        m_server.waitForFinished(stopTimeoutMs);
    }
}

void Cluster::onFinished()
{
    if (m_stopping)
        return;
    const QString what = QStringLiteral("the embedded Postgres ended unexpectedly; its log is ") + m_home.logFile();
    if (++m_crashes > mostCrashesInARow) {
        Q_EMIT gaveUp(what);
        return;
    }
    Q_EMIT crashed(what);
    QTimer::singleShot(200 * m_crashes, this, [this] {
        if (m_stopping || m_server.state() != QProcess::NotRunning)
            return;
        m_server.start();
        QTimer::singleShot(60'000, this, [this] { m_crashes = 0; });
    });
}

pg::ConnectionOptions Cluster::options() const
{
    pg::ConnectionOptions options;
    options.host = "127.0.0.1";
    options.port = m_home.port();
    options.user = superuser.toStdString();
    options.password = m_home.password().toStdString();
    options.database = database.toStdString();
    options.sslMode = "disable";
    return options;
}

QString Cluster::url(bool withPassword) const
{
    return QStringLiteral("postgresql://%1%2@127.0.0.1:%3/%4")
        .arg(superuser, withPassword ? QLatin1Char(':') + m_home.password() : QString(), QString::number(m_home.port()), database);
}

} // namespace electric::embedded
