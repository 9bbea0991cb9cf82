#include "tests/integration/proxy/proxyfixture.h"

#include <QElapsedTimer>
#include <QProcess>

namespace electric::test {

namespace {

// The smallest thing that takes the calls of the proxy, so that what it sends can be looked at. Not the real
// procedures.
const char *const fakeElectric = R"(
CREATE SCHEMA electric;
CREATE TABLE electric.electrified (schema_name text, table_name text);
CREATE TABLE electric.log (id serial, entry text, xid xid8 DEFAULT pg_current_xact_id());
CREATE PROCEDURE electric.enable(name text) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO electric.electrified SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = name::regclass;
    INSERT INTO electric.log(entry) VALUES ('enable ' || name);
END $$;
CREATE PROCEDURE electric.capture_ddl(query text) LANGUAGE sql AS $$ INSERT INTO electric.log(entry) VALUES ('capture ' || query) $$;
CREATE PROCEDURE electric.assign_migration_version(version text, priority int) LANGUAGE sql
    AS $$ INSERT INTO electric.log(entry) VALUES ('version ' || CASE WHEN priority = 0 THEN 'automatic' ELSE version END || ' ' || priority) $$;
CREATE PROCEDURE electric.alter_shadow_table(schema_name text, table_name text, action text, col text, type text) LANGUAGE sql
    AS $$ INSERT INTO electric.log(entry) VALUES (concat_ws(' ', 'shadow', schema_name, table_name, action, col, type)) $$;
CREATE PROCEDURE electric.unelectrify(schema_name text, table_name text) LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM electric.electrified e WHERE e.schema_name = unelectrify.schema_name AND e.table_name = unelectrify.table_name;
    INSERT INTO electric.log(entry) VALUES (concat_ws(' ', 'disable', schema_name, table_name));
END $$;
CREATE TABLE items (id int PRIMARY KEY, value text);
CREATE TABLE plain (id int PRIMARY KEY, value text);
CREATE INDEX items_old ON items (value);
CALL electric.enable('public.items');
TRUNCATE electric.log;
)";

} // namespace

Result<void> ProxyFixture::startCluster()
{
    auto started = ThrowawayCluster::start();
    if (!started)
        return fail(started.error());
    m_cluster = std::move(*started);
    return {};
}

Result<void> ProxyFixture::open(proxy::ProxyConfig config)
{
    auto made = m_cluster->createDatabase();
    if (!made)
        return fail(made.error());
    m_database = *made;
    auto direct = pg::Connection::open(databaseOptions(), "test");
    if (!direct)
        return fail(direct.error());
    m_direct.emplace(std::move(*direct));
    if (auto filled = m_direct->execute(fakeElectric); !filled)
        return filled;
    return listen(std::move(config));
}

Result<void> ProxyFixture::listen(proxy::ProxyConfig config)
{
    config.address = "127.0.0.1";
    config.port = 0;
    config.password = "secret";
    if (config.upstream.host.empty() || config.upstream.database.empty())
        config.upstream = databaseOptions();
    m_proxy = std::make_unique<proxy::ProxyServer>(std::move(config));
    return m_proxy->listen();
}

void ProxyFixture::close()
{
    m_proxy.reset();
    m_direct.reset();
}

pg::ConnectionOptions ProxyFixture::clientOptions() const
{
    pg::ConnectionOptions options;
    options.host = "127.0.0.1";
    options.port = m_proxy->port();
    options.user = "electric";
    options.password = "secret";
    options.database = "any";
    return options;
}

std::string ProxyFixture::psql(const QStringList &arguments, const QByteArray &input, const QString &sslMode, const QString &password)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), password);
    environment.insert(QStringLiteral("PGSSLMODE"), sslMode);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral("psql"),
        QStringList {QStringLiteral("-X"), QStringLiteral("-A"), QStringLiteral("-t"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"),
            QStringLiteral("-p"), QString::number(m_proxy->port()), QStringLiteral("-U"), QStringLiteral("anybody"), QStringLiteral("-d"),
            QStringLiteral("any")}
            + arguments);
    process.write(input);
    process.closeWriteChannel();
    QElapsedTimer waited;
    waited.start();
    while (process.state() != QProcess::NotRunning && waited.elapsed() < 20'000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    return process.readAll().toStdString();
}

std::string ProxyFixture::log(bool sameTransaction)
{
    auto rows = m_direct->query("SELECT entry, xid FROM electric.log ORDER BY id");
    std::string all;
    for (int i = 0; rows && i < rows->count(); ++i) {
        all += std::string(rows->text(i, 0)) + '\n';
        if (sameTransaction && rows->text(i, 1) != rows->text(0, 1))
            all += "in another transaction\n";
    }
    return all;
}

} // namespace electric::test
