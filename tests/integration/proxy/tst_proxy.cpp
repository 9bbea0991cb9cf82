#include "tests/integration/proxy/proxyfixture.h"

#include <QTest>

using namespace electric;

class TestProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto started = m_world.startCluster();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
    }

    void init()
    {
        const auto opened = m_world.open();
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
    }

    void cleanup() { m_world.close(); }

    void psqlSeesPostgres_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("output");
        QTest::newRow("rows") << "SELECT generate_series(1, 3)"
                              << "1\n2\n3\n";
        QTest::newRow("several statements") << "SELECT 1; SELECT 2"
                                            << "1\n2\n";
        QTest::newRow("nothing at all") << ""
                                        << "";
        QTest::newRow("only a comment") << "-- ping"
                                        << "";
        QTest::newRow("DO block") << "DO $$ BEGIN PERFORM 1; END $$"
                                  << "DO\n";
        QTest::newRow("START TRANSACTION keeps its options")
            << "START TRANSACTION ISOLATION LEVEL SERIALIZABLE; SHOW transaction_isolation; ROLLBACK"
            << "START TRANSACTION\nserializable\nROLLBACK\n";
        QTest::newRow("syntax error") << "SELEC 1"
                                      << "ERROR:  syntax error at or near \"SELEC\"\nLINE 1: SELEC 1\n        ^\n";
        QTest::newRow("the database is the service's") << "SELECT current_database() <> 'any', current_user"
                                                       << "t|postgres\n";
        QTest::newRow("COPY out") << "COPY (SELECT 1, 2) TO STDOUT"
                                  << "1\t2\n";
        QTest::newRow("DDL on a plain table") << "ALTER TABLE plain DROP COLUMN value"
                                              << "ALTER TABLE\n";
        QTest::newRow("an error in the middle undoes all")
            << "INSERT INTO plain VALUES (9); ALTER TABLE plain ADD x int; SELECT 1/0; SELECT 5"
            << "INSERT 0 1\nALTER TABLE\nERROR:  division by zero\n";
        QTest::newRow("error positions fit the whole text") << "ALTER TABLE plain ADD x int; SELECT nowhere"
                                                            << "ALTER TABLE\nERROR:  column \"nowhere\" does not exist\n"
                                                               "LINE 1: ALTER TABLE plain ADD x int; SELECT nowhere\n"
                                                               "                                            ^\n";
        QTest::newRow("concurrent index") << "CREATE INDEX CONCURRENTLY ON plain (value)"
                                          << "CREATE INDEX\n";
        QTest::newRow("ENABLE of what is not there")
            << "ALTER TABLE nowhere ENABLE ELECTRIC"
            << "ERROR:  relation \"public.nowhere\" does not exist\n"
               "CONTEXT:  SQL statement \"INSERT INTO electric.electrified SELECT n.nspname, c.relname FROM pg_class c "
               "JOIN pg_namespace n ON n.oid = c.relnamespace\n        WHERE c.oid = name::regclass\"\n"
               "PL/pgSQL function electric.enable(text) line 3 at SQL statement\n";
    }
    void psqlSeesPostgres()
    {
        QFETCH(QString, sql);
        QTEST(QString::fromStdString(m_world.psql({QStringLiteral("-c"), sql})), "output");
    }

    void copyInWorks()
    {
        QCOMPARE(
            m_world.psql({}, "COPY plain FROM STDIN;\n1\tone\n2\ttwo\n\\.\nSELECT count(*) FROM plain;\n"), std::string("COPY 2\n2\n"));
    }

    void describingATableWorks()
    {
        QVERIFY(m_world.command(QStringLiteral("\\d items")).find("id|integer||not null") != std::string::npos);
    }

    void startupParametersReachPostgres()
    {
        const std::string name = m_world.through([](pg::Connection &connection) {
            return std::string(connection.query("SELECT current_setting('application_name')")->text(0, 0));
        });
        QCOMPARE(name, std::string("test client"));
    }

    void wrongPasswordIsTold()
    {
        const std::string output
            = m_world.psql({QStringLiteral("-c"), QStringLiteral("SELECT 1")}, {}, QStringLiteral("prefer"), QStringLiteral("wrong"));
        QVERIFY2(output.find("FATAL:  password authentication failed for user \"anybody\"") != std::string::npos, output.c_str());
    }

    void tlsIsNotOffered()
    {
        const std::string output = m_world.psql({QStringLiteral("-c"), QStringLiteral("SELECT 1")}, {}, QStringLiteral("require"));
        QVERIFY2(output.find("server does not support SSL") != std::string::npos, output.c_str());
    }

    void unreachableDatabaseIsTold()
    {
        auto options = m_world.databaseOptions();
        options.port = test::freePort();
        proxy::ProxyConfig config;
        config.upstream = options;
        QVERIFY(m_world.listen(config));
        QVERIFY(m_world.command(QStringLiteral("SELECT 1")).find("cannot be reached") != std::string::npos);
    }

    void cancelReachesPostgres()
    {
        const std::string code = m_world.through([](pg::Connection &connection) {
            PQsendQuery(connection.handle(), "SELECT pg_sleep(30)");
            PQflush(connection.handle());
            PGcancel *cancel = PQgetCancel(connection.handle());
            char error[256];
            PQcancel(cancel, error, sizeof error);
            PQfreeCancel(cancel);
            pg::ResultHandle result(PQgetResult(connection.handle()));
            return std::string(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE));
        });
        QCOMPARE(code, std::string("57014"));
    }

    void pipelinesKeepTheirOrder()
    {
        const std::string seen = m_world.through([](pg::Connection &connection) {
            PGconn *handle = connection.handle();
            PQenterPipelineMode(handle);
            for (int i = 0; i < 20; ++i) {
                const std::string sql = i == 7 ? "ALTER TABLE items ADD COLUMN c text"
                    : i == 13                  ? "DROP TABLE items"
                                               : "SELECT " + std::to_string(i);
                PQsendQueryParams(handle, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
                PQpipelineSync(handle);
            }
            std::string all;
            for (int syncs = 0; syncs < 20;) {
                pg::ResultHandle result(PQgetResult(handle));
                if (!result)
                    continue;
                const auto status = PQresultStatus(result.get());
                if (status == PGRES_PIPELINE_SYNC)
                    ++syncs;
                else if (status == PGRES_TUPLES_OK)
                    all += std::string(PQgetvalue(result.get(), 0, 0)) + ' ';
                else if (status == PGRES_COMMAND_OK)
                    all += std::string(PQcmdStatus(result.get())) + ' ';
                else
                    all += std::string(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE)) + ' ';
            }
            return all;
        });
        QCOMPARE(seen, std::string("0 1 2 3 4 5 6 ALTER TABLE 8 9 10 11 12 EX004 14 15 16 17 18 19 "));
        QCOMPARE(m_world.log(),
            std::string("version automatic 0\ncapture ALTER TABLE items ADD COLUMN c text\nshadow public items add c text\n"));
    }

    void migrationsAreRecorded_data()
    {
        const QString version = QStringLiteral("version automatic 0\n");
        const QString shadow = QStringLiteral("shadow public items add c int4\n");
        const QString add = QStringLiteral("capture ALTER TABLE items ADD COLUMN c int\n");
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("tags");
        QTest::addColumn<QString>("expected");
        QTest::newRow("ADD COLUMN") << "ALTER TABLE items ADD COLUMN c int"
                                    << "ALTER TABLE\n"
                                    << version + add + shadow;
        QTest::newRow("in a transaction") << "BEGIN; ALTER TABLE items ADD COLUMN c int; COMMIT"
                                          << "BEGIN\nALTER TABLE\nCOMMIT\n"
                                          << version + add + shadow;
        QTest::newRow("rolled back") << "BEGIN; ALTER TABLE items ADD COLUMN c int; ROLLBACK"
                                     << "BEGIN\nALTER TABLE\nROLLBACK\n"
                                     << "";
        QTest::newRow("made, enabled and altered in one")
            << "CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ELECTRIC; ALTER TABLE t ADD a text"
            << "CREATE TABLE\nELECTRIC ENABLE\nALTER TABLE\n"
            << version + QStringLiteral("enable \"public\".\"t\"\n") + version
                + QStringLiteral("capture ALTER TABLE t ADD a text\nshadow public t add a text\n");
        QTest::newRow("umlauts before it") << QString::fromUtf8(
            "SELECT 'ü;' WHERE false; -- ;\n alter table Public.\"plain\" enable electric;")
                                           << "ELECTRIC ENABLE\n"
                                           << version + QStringLiteral("enable \"public\".\"plain\"\n");
        QTest::newRow("create index") << "CREATE INDEX i ON items (value)"
                                      << "CREATE INDEX\n"
                                      << version + QStringLiteral("capture CREATE INDEX i ON items (value)\n");
        QTest::newRow("create index concurrently") << "CREATE INDEX CONCURRENTLY i ON items (value)"
                                                   << "CREATE INDEX\n"
                                                   << version + QStringLiteral("capture CREATE INDEX CONCURRENTLY i ON items (value)\n");
        QTest::newRow("drop index") << "DROP INDEX items_old"
                                    << "DROP INDEX\n"
                                    << version + QStringLiteral("capture DROP INDEX items_old\n");
        QTest::newRow("column that exists") << "ALTER TABLE items ADD COLUMN IF NOT EXISTS value text"
                                            << "ALTER TABLE\n"
                                            << "";
        QTest::newRow("a framework's version, before")
            << "BEGIN; CREATE TABLE schema_migrations (version text); INSERT INTO schema_migrations (version) "
               "VALUES ('2024'); ALTER TABLE items ADD COLUMN c int; COMMIT"
            << "BEGIN\nCREATE TABLE\nINSERT 0 1\nALTER TABLE\nCOMMIT\n"
            << QStringLiteral("version 2024 4\n") + add + shadow;
        QTest::newRow("a framework's version, after")
            << "CREATE TABLE schema_migrations (version int); BEGIN; ALTER TABLE items ADD COLUMN c int; "
               "INSERT INTO schema_migrations (version) VALUES (2024); COMMIT"
            << "CREATE TABLE\nBEGIN\nALTER TABLE\nINSERT 0 1\nCOMMIT\n"
            << version + add + shadow + QStringLiteral("version 2024 4\n");
    }
    void migrationsAreRecorded()
    {
        QFETCH(QString, sql);
        const std::string output = m_world.psql({QStringLiteral("-c"), sql});
        QString tags;
        for (const QString &line : QString::fromStdString(output).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            if (!line.startsWith(QLatin1String("NOTICE:")) && !line.startsWith(QLatin1String("DETAIL:")))
                tags += line + QLatin1Char('\n');
        QTEST(tags, "tags");
        QTEST(QString::fromStdString(m_world.log(!sql.contains(QLatin1String("CONCURRENTLY")))), "expected");
    }

    void refusalsAreTold_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("code");
        QTest::newRow("drop table") << "DROP TABLE items"
                                    << "EX004";
        QTest::newRow("drop one of several") << "DROP TABLE plain, items"
                                             << "EX004";
        QTest::newRow("rename table") << "ALTER TABLE items RENAME TO other"
                                      << "EX002";
        QTest::newRow("drop column") << "ALTER TABLE items DROP COLUMN value"
                                     << "EX010";
        QTest::newRow("by search path") << "ALTER TABLE public.items ALTER value TYPE varchar"
                                        << "EX009";
        QTest::newRow("grant") << "ELECTRIC GRANT ALL ON items TO 'admin'"
                               << "EX001";
        QTest::newRow("junk") << "ELECTRIC JUNK"
                              << "42601";
        QTest::newRow("failing recording") << "ALTER TABLE items ADD COLUMN \"a\" text; DROP PROCEDURE "
                                              "electric.capture_ddl; ALTER TABLE items ADD b text"
                                           << "42883";
    }
    void refusalsAreTold()
    {
        QFETCH(QString, sql);
        const std::string text = sql.toStdString();
        const auto seen = m_world.through([text](pg::Connection &connection) {
            std::string all;
            const auto run = [&](const std::string &one) {
                pg::ResultHandle result(PQexec(connection.handle(), one.c_str()));
                const char *code = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
                all += std::string(code == nullptr ? "ok" : code) + std::to_string(int(PQtransactionStatus(connection.handle()))) + ' ';
            };
            run(text);
            run("BEGIN");
            run(text);
            run("SELECT 1");
            run("ROLLBACK");
            return all;
        });
        QFETCH(QString, code);
        const std::string expected = code.toStdString();
        QCOMPARE(seen, expected + "0 ok2 " + expected + "3 25P023 ok0 ");
        QCOMPARE(m_world.log(), std::string());
    }

    void extendedProtocolEnables()
    {
        const std::string tag = m_world.through([](pg::Connection &connection) {
            PGconn *handle = connection.handle();
            pg::ResultHandle prepared(PQprepare(handle, "s", "ALTER TABLE plain ENABLE ELECTRIC", 0, nullptr));
            pg::ResultHandle result(PQexecPrepared(handle, "s", 0, nullptr, nullptr, nullptr, 0));
            return std::string(PQcmdStatus(result.get())) + PQerrorMessage(handle) + std::to_string(PQtransactionStatus(handle));
        });
        QCOMPARE(tag, std::string("ELECTRIC ENABLE0"));
        QCOMPARE(m_world.log(), std::string("version automatic 0\nenable \"public\".\"plain\"\n"));
    }

    void largeResultsStream()
    {
        const long long bytes = m_world.through([](pg::Connection &connection) {
            long long all = 0;
            auto copied = connection.copyOut(
                "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 50000)) TO STDOUT", [&](std::string_view line) {
                    all += static_cast<long long>(line.size());
                    return true;
                });
            return copied ? all : -1;
        });
        QCOMPARE(bytes, 50'000'000LL);
    }

    void shadowDatabasesAndTransparentUsersAreLeftAlone()
    {
        auto made = m_world.direct().execute("CREATE DATABASE prisma_migrate_shadow_db_" + m_world.database());
        QVERIFY(made);
        const QString shadow = QStringLiteral("prisma_migrate_shadow_db_") + QString::fromStdString(m_world.database());
        QCOMPARE(m_world.psql({QStringLiteral("-d"), shadow, QStringLiteral("-c"),
                     QStringLiteral("CREATE TABLE items (id int); SELECT current_database()")}),
            std::string("CREATE TABLE\n") + shadow.toStdString() + '\n');
        const std::string seen = m_world.psql({QStringLiteral("-U"), QStringLiteral("transparent"), QStringLiteral("-c"),
            QStringLiteral("ALTER TABLE items DROP COLUMN value")});
        QCOMPARE(seen, std::string("ALTER TABLE\n"));
        QCOMPARE(m_world.log(), std::string());
    }

    void unixSocketsReachPostgresToo()
    {
        auto options = m_world.databaseOptions();
        options.host = m_world.cluster().socketDirectory().toStdString();
        proxy::ProxyConfig config;
        config.upstream = options;
        QVERIFY(m_world.listen(config));
        QCOMPARE(m_world.command(QStringLiteral("SELECT 7")), std::string("7\n"));
    }

    void sessionsEndWithTheirClients()
    {
        m_world.through([](pg::Connection &connection) { return bool(connection.query("SELECT 1")); });
        QTRY_COMPARE(m_world.proxy().sessions(), 0);
    }

private:
    test::ProxyFixture m_world;
};

QTEST_GUILESS_MAIN(TestProxy)
#include "tst_proxy.moc"
