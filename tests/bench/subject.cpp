#include "tests/bench/subject.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpSocket>
#include <QThread>

#include <csignal>
#include <unistd.h>

namespace electric::bench {

namespace {

// One GET of /api/status with plain sockets: 200 or not.
bool isReady(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(100))
        return false;
    socket.write("GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    QByteArray answer;
    while (!answer.contains("\r\n") && socket.waitForReadyRead(500))
        answer += socket.readAll();
    return answer.startsWith("HTTP/1.1 200");
}

} // namespace

Result<std::unique_ptr<Subject>> Subject::start(const QString &program)
{
    std::unique_ptr<Subject> subject(new Subject);
    auto cluster = test::ThrowawayCluster::start(
        {QStringLiteral("shared_buffers=256MB"), QStringLiteral("max_wal_size=4GB"), QStringLiteral("max_connections=200")});
    if (!cluster)
        return fail(cluster.error());
    subject->m_cluster = std::move(*cluster);
    auto database = pg::Connection::open(subject->m_cluster->options(), "bench");
    if (!database)
        return fail(database.error());
    subject->m_database.emplace(std::move(*database));
    subject->m_program = program;
    subject->m_httpPort = test::freePort();
    subject->m_proxyPort = test::freePort();
    if (auto up = subject->run(); !up)
        return fail(up.error());
    return subject;
}

Result<void> Subject::restart()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        return fail(Failure::Kind::Timeout, "the service did not end");
    return run();
}

Result<void> Subject::run()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DATABASE_URL"), m_cluster->url());
    environment.insert(QStringLiteral("DATABASE_REQUIRE_SSL"), QStringLiteral("false"));
    environment.insert(QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes"));
    environment.insert(QStringLiteral("AUTH_MODE"), QStringLiteral("insecure"));
    environment.insert(QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("bench"));
    environment.insert(QStringLiteral("PG_PROXY_PORT"), QString::number(m_proxyPort));
    environment.insert(QStringLiteral("HTTP_PORT"), QString::number(m_httpPort));
    environment.insert(QStringLiteral("ELECTRIC_LISTEN_ADDRESS"), QStringLiteral("127.0.0.1"));
    environment.insert(QStringLiteral("ELECTRIC_TELEMETRY"), QStringLiteral("disabled"));
    environment.insert(QStringLiteral("LOG_LEVEL"), QStringLiteral("warning"));
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QElapsedTimer clock;
    clock.start();
    m_process.start(m_program, {QStringLiteral("serve")});
    while (clock.elapsed() < 30'000) {
        if (isReady(m_httpPort)) {
            m_readyMilliseconds = double(clock.nsecsElapsed()) / 1e6;
            return {};
        }
        if (m_process.state() == QProcess::NotRunning && m_process.waitForFinished(0))
            break;
        QThread::msleep(2);
    }
    return fail(Failure::Kind::Timeout, m_program.toStdString() + " did not become ready");
}

Subject::~Subject()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        m_process.kill();
}

QUrl Subject::url() const
{
    return QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(m_httpPort));
}

double Subject::cpuSeconds() const
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(m_process.processId()));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray all = file.readAll();
    const auto fields = all.mid(all.lastIndexOf(')') + 2).split(' '); // from field 3 of proc(5) on
    return double(fields.value(11).toLongLong() + fields.value(12).toLongLong()) / double(sysconf(_SC_CLK_TCK));
}

double Subject::statusMegabytes(const QByteArray &field) const
{
    QFile file(QStringLiteral("/proc/%1/status").arg(m_process.processId()));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith(field))
            return line.mid(field.size()).simplified().split(' ').value(0).toDouble() / 1024;
    }
    return 0;
}

double Subject::residentMegabytes() const
{
    return statusMegabytes("VmRSS:");
}

double Subject::peakMegabytes() const
{
    return statusMegabytes("VmHWM:");
}

void Subject::resetPeak() const
{
    QFile file(QStringLiteral("/proc/%1/clear_refs").arg(m_process.processId()));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

} // namespace electric::bench
