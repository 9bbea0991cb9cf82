#include "tests/integration/proxy/proxyfixture.h"

#include <QRegularExpression>
#include <QTest>

using namespace electric;

// The table of spec/proxy.md §2.4 to §2.6: each kind of statement, on a table that is electrified and one that is not,
// in and out of a transaction, in both protocols.
class TestProxyStatements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("extended");
        QTest::addColumn<bool>("inTransaction");
        QTest::newRow("simple") << false << false;
        QTest::newRow("simple, in a transaction") << false << true;
        QTest::newRow("extended") << true << false;
        QTest::newRow("extended, in a transaction") << true << true;
    }

    void initTestCase()
    {
        const auto started = m_world.startCluster();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        const auto opened = m_world.open();
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
    }

    void cleanupTestCase() { m_world.close(); }

    // `T` in the statement stands for the table. `outcome` is that on an electrified table: "passes", "is captured" or
    // the code of the refusal; on any other table each of them passes.
    void everyStatement_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("outcome");
        const auto row
            = [](const char *sql, const char *outcome) { QTest::newRow(sql) << QString::fromLatin1(sql) << QString::fromLatin1(outcome); };
        const char *const passes = "passes";
        const char *const captured = "is captured";
        row("SELECT * FROM T", passes);
        row("WITH x AS (INSERT INTO T VALUES (1, 'drop') RETURNING id) SELECT * FROM x", passes);
        row("TRUNCATE T", passes);
        row("CREATE TABLE T_new (id int)", passes);
        row("CREATE VIEW T_view AS SELECT * FROM T", passes);
        row("CREATE INDEX T_new_index ON T (value)", captured);
        row("CREATE INDEX IF NOT EXISTS T_index ON T (value)", passes);
        row("CREATE UNIQUE INDEX ON T (value)", captured);
        row("DROP INDEX T_index", captured);
        row("DROP INDEX IF EXISTS T_nowhere", passes);
        row("ALTER INDEX T_index RENAME TO T_other", captured);
        row("ALTER TABLE T ADD COLUMN a text", captured);
        row("ALTER TABLE public.T ADD a int NULL, ADD b timestamptz", captured);
        row("ALTER TABLE T ADD COLUMN IF NOT EXISTS value text", passes);
        row("ALTER TABLE T ADD COLUMN a varchar(10)", "EX005");
        row("ALTER TABLE T ADD COLUMN a int DEFAULT 1", "EX006");
        row("ALTER TABLE T ADD COLUMN a int CHECK (a > 0)", "EX011");
        row("ALTER TABLE T ADD COLUMN a int, OWNER TO CURRENT_USER", captured);
        row("ALTER TABLE T ALTER value SET STORAGE external", passes);
        row("ALTER TABLE T SET (fillfactor = 70)", passes);
        row("ALTER TABLE T ALTER value SET NOT NULL", "EX007");
        row("ALTER TABLE T ADD CONSTRAINT c CHECK (id > 0)", "EX007");
        row("ALTER TABLE T ENABLE ROW LEVEL SECURITY", "EX007");
        row("ALTER TABLE T ALTER value TYPE varchar", "EX009");
        row("ALTER TABLE T DROP COLUMN value", "EX010");
        row("ALTER TABLE T RENAME TO T_other", "EX002");
        row("ALTER TABLE T RENAME value TO content", "EX008");
        row("ALTER TABLE T RENAME CONSTRAINT T_pkey TO T_other", "EX012");
        row("ALTER TABLE T SET SCHEMA electric", "EX003");
        row("DROP TABLE T", "EX004");
        row("DROP TABLE T CASCADE", "EX004");
        row("DROP TABLE IF EXISTS nowhere, T", "EX004");
        row("DO $$ BEGIN CREATE TYPE T_type AS ENUM ('drop'); EXCEPTION WHEN duplicate_object THEN NULL; END $$", passes);
        row("DO $$ BEGIN ALTER TABLE T DROP COLUMN value; END $$", "EX007");
        row("DO $$ BEGIN EXECUTE 'drop table ' || 'T'; END $$", "EX007");
        row("COMMENT ON TABLE T IS 'drop'", passes);
        row("/* DROP TABLE T */ LOCK TABLE T -- in a transaction only", passes);
    }
    void everyStatement()
    {
        QFETCH_GLOBAL(bool, inTransaction);
        QFETCH(QString, sql);
        QFETCH(QString, outcome);
        if (sql.contains(QLatin1String("LOCK")) && !inTransaction)
            return; // an error of Postgres' own
        QCOMPARE(outcomeOf(sql, false), QStringLiteral("passes"));
        QCOMPARE(outcomeOf(sql, true), outcome);
    }

private:
    struct Seen {
        std::string code;
        PGTransactionStatusType status = PQTRANS_UNKNOWN;
        std::string end; // what COMMIT came to
    };

    // One statement in one go, as drivers send it.
    static std::string run(PGconn *handle, const std::string &sql, bool extended)
    {
        pg::ResultHandle result(
            extended ? PQexecParams(handle, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) : PQexec(handle, sql.c_str()));
        const char *const code = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        return code == nullptr ? PQcmdStatus(result.get()) : code;
    }

    QString outcomeOf(const QString &statement, bool electrified)
    {
        QFETCH_GLOBAL(bool, extended);
        QFETCH_GLOBAL(bool, inTransaction);
        const std::string table = "t" + std::to_string(++m_tables);
        static const QRegularExpression placeholder(QStringLiteral("\\bT(?=\\b|_)"));
        const std::string sql = QString(statement).replace(placeholder, QString::fromStdString(table)).toStdString();
        auto made = m_world.direct().execute("TRUNCATE electric.log; CREATE TABLE " + table
            + " (id int PRIMARY KEY, value text); CREATE INDEX " + table + "_index ON " + table + " (value);"
            + (electrified ? "INSERT INTO electric.electrified VALUES ('public', '" + table + "')" : ""));
        if (!made)
            return QString::fromStdString(made.error().detail);
        const Seen seen = m_world.through([=](pg::Connection &connection) {
            PGconn *const handle = connection.handle();
            if (inTransaction)
                run(handle, "BEGIN", extended);
            Seen all;
            all.code = run(handle, sql, extended);
            all.status = PQtransactionStatus(handle);
            if (inTransaction)
                all.end = run(handle, "COMMIT", extended);
            return all;
        });
        return verdict(seen, inTransaction);
    }

    QString verdict(const Seen &seen, bool inTransaction)
    {
        const bool failed = seen.code.size() == 5 && seen.code.find_first_of("0123456789") != std::string::npos;
        const std::string log = m_world.log();
        if (inTransaction && (seen.status != (failed ? PQTRANS_INERROR : PQTRANS_INTRANS) || seen.end != (failed ? "ROLLBACK" : "COMMIT")))
            return QStringLiteral("leaves the transaction in another state: ") + QString::fromStdString(seen.code + seen.end);
        if (!inTransaction && seen.status != PQTRANS_IDLE)
            return QStringLiteral("leaves a transaction open");
        if (failed)
            return log.empty() ? QString::fromStdString(seen.code) : QStringLiteral("is captured though refused");
        if (log.empty())
            return QStringLiteral("passes");
        return log.find("another transaction") == std::string::npos && log.rfind("version automatic 0\ncapture ", 0) == 0
            ? QStringLiteral("is captured")
            : QString::fromStdString(log);
    }

    test::ProxyFixture m_world;
    int m_tables = 0;
};

QTEST_GUILESS_MAIN(TestProxyStatements)
#include "tst_proxystatements.moc"
