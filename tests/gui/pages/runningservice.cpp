#include "tests/gui/pages/runningservice.h"

#include <QFileInfo>
#include <QTest>

namespace electric::test {

namespace {

constexpr int patienceMs = 15'000;
const std::string token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ.";

} // namespace

RunningService::~RunningService()
{
    stop();
}

bool RunningService::prepare()
{
    auto cluster = ThrowawayCluster::start();
    if (!cluster)
        return false;
    m_cluster = std::move(*cluster);
    auto sql = pg::Connection::open(m_cluster->options(), "test");
    if (!sql)
        return false;
    m_sql.emplace(std::move(*sql));
    return execute("CREATE TABLE public.items (id uuid PRIMARY KEY, content text); CREATE TABLE public.plain (a int)");
}

bool RunningService::start()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QList<std::pair<const char *, QString>> settings {{"DATABASE_URL", m_cluster->url()},
        {"DATABASE_REQUIRE_SSL", QStringLiteral("false")}, {"HTTP_PORT", QString::number(m_port)},
        {"PG_PROXY_PORT", QString::number(freePort())}, {"PG_PROXY_PASSWORD", QStringLiteral("proxy-secret")},
        {"AUTH_MODE", QStringLiteral("insecure")}, {"ELECTRIC_WRITE_TO_PG_MODE", QStringLiteral("direct_writes")},
        {"ELECTRIC_LISTEN_ADDRESS", QStringLiteral("127.0.0.1")}, {"ELECTRIC_RUNTIME_DIR", m_runtime.path()}};
    for (const auto &[name, value] : settings)
        environment.insert(QString::fromLatin1(name), value);
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QStringLiteral(SERVICE_PROGRAM), {QStringLiteral("serve")});
    return QTest::qWaitFor([this] { return QFileInfo::exists(socketPath()); }, patienceMs);
}

void RunningService::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(patienceMs))
        m_process.kill();
}

QString RunningService::socketPath() const
{
    return m_runtime.filePath(QStringLiteral("http-%1.sock").arg(m_port));
}

bool RunningService::execute(const char *sql)
{
    return m_sql && m_sql->execute(sql).has_value();
}

QString RunningService::value(const char *sql)
{
    const auto rows = m_sql ? m_sql->query(sql) : fail(Failure::Kind::Unavailable, "no database");
    if (!rows || rows->count() == 0)
        return rows ? QString() : QString::fromStdString(rows.error().detail);
    const auto text = rows->text(0, 0);
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::unique_ptr<bench::SatelliteClient> RunningService::connectApp() const
{
    auto app = std::make_unique<bench::SatelliteClient>(QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(m_port)), token);
    app->open();
    (void)QTest::qWaitFor([&app] { return app->isReady() && app->knowsTable("items"); }, patienceMs);
    return app;
}

} // namespace electric::test
