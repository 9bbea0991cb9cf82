#include "service/proxy/altertable.h"
#include "service/proxy/ddlx.h"
#include "service/proxy/statements.h"

#include <QTest>

using namespace electric;
using namespace electric::proxy;

class TestStatements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everydayStatementsAreNotEvenParsed_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("concerns");
        QTest::newRow("select") << "SELECT created_at, dropped_by, electrical FROM items" << false;
        QTest::newRow("insert") << "INSERT INTO items VALUES ('a', 1)" << false;
        QTest::newRow("commit") << "COMMIT" << false;
        QTest::newRow("alter") << "/* x */ aLtEr TABLE t ADD c int" << true;
        QTest::newRow("drop at the very end") << "select 1; drop" << true;
        QTest::newRow("electric procedure") << "CALL electric.electrify('t')" << true;
        QTest::newRow("index") << "CREATE UNIQUE INDEX ON t (a)" << true;
        QTest::newRow("framework") << "INSERT INTO _prisma_migrations (a) VALUES (1)" << true;
    }
    void everydayStatementsAreNotEvenParsed()
    {
        QFETCH(QString, sql);
        QTEST(mayConcern(sql.toStdString()), "concerns");
    }

    void changesOfElectrifiedTablesAreJudged_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("verdict"); // code and subject, or the additions
        const auto row
            = [](const char *sql, const char *verdict) { QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(verdict); };
        row("ALTER TABLE t ADD a text, ADD COLUMN b integer NOT NULL", "a text, b int4, ");
        row("ALTER TABLE t ADD a double precision NULL", "a float8, ");
        row("ALTER TABLE t ADD a varchar(255)", "EX005 varchar(255)");
        row("ALTER TABLE t ADD a int[]", "EX005 int4[]");
        row("ALTER TABLE t ADD a numeric(10,2)", "EX005 numeric(10, 2)");
        row("ALTER TABLE t ADD a serial", "EX005 serial");
        row("ALTER TABLE t ADD a colour", "EX005 colour");
        row("ALTER TABLE t ADD a int DEFAULT NULL", "EX006 a");
        row("ALTER TABLE t ADD a int CHECK (a > 1)", "EX011 CHECK");
        row("ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY", "EX011 GENERATED");
        row("ALTER TABLE t ADD a int PRIMARY KEY", "EX011 PRIMARY KEY");
        row("ALTER TABLE t ADD a int UNIQUE", "EX011 UNIQUE");
        row("ALTER TABLE t ADD a int REFERENCES u", "EX011 FOREIGN KEY");
        row("ALTER TABLE t ADD a text, DROP COLUMN b", "EX010 b");
        row("ALTER TABLE t ALTER a TYPE text", "EX009 a");
        row("ALTER TABLE t ALTER a SET NOT NULL", "EX007 a");
        row("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)", "EX007 c");
        row("ALTER TABLE t ENABLE ROW LEVEL SECURITY", "EX007 ");
        row("ALTER TABLE t DISABLE TRIGGER ALL", "EX007 ");
        row("ALTER TABLE t DISABLE TRIGGER x", "");
        row("ALTER TABLE t OWNER TO x", "");
        row("ALTER TABLE t ALTER a SET STATISTICS 10", "");
        row("ALTER TABLE t SET (fillfactor = 70)", "");
        row("ALTER TABLE t RENAME TO u", "EX002 ");
        row("ALTER TABLE t RENAME a TO b", "EX008 a");
        row("ALTER TABLE t RENAME CONSTRAINT a TO b", "EX012 a");
        row("ALTER TRIGGER x ON t RENAME TO y", "EX003 ");
        row("ALTER TABLE t SET SCHEMA other", "EX003 ");
        row("DROP TABLE t CASCADE", "EX004 ");
        row("CREATE UNIQUE INDEX i ON t (a)", "");
    }
    void changesOfElectrifiedTablesAreJudged()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        QCOMPARE(statements[0].tables, std::vector<std::string> {"\"t\""});
        std::string verdict;
        if (statements[0].objection)
            verdict = statements[0].objection->code + ' ' + statements[0].objection->subject;
        else
            for (const auto &addition : statements[0].additions)
                verdict += addition.column + ' ' + addition.type + ", ";
        QTEST(QString::fromStdString(verdict), "verdict");
    }

    void kindsAreTold_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("kind");
        using Kind = Statement::Kind;
        const auto row = [](const char *sql, Kind kind) { QTest::newRow(sql) << QString::fromUtf8(sql) << int(kind); };
        row("DO $$ BEGIN ALTER TABLE t DROP COLUMN a; END $$", Kind::Opaque);
        row("DO $$ BEGIN DROP TABLE t; COMMIT; END $$", Kind::Other); // ends its own transactions
        row("DROP SCHEMA s CASCADE", Kind::Opaque);
        row("DROP SCHEMA s", Kind::Other);
        row("DROP TYPE s CASCADE", Kind::Opaque);
        row("DROP OWNED BY x", Kind::Opaque);
        row("DROP TABLE t", Kind::DropTable);
        row("DROP INDEX i", Kind::DropIndex);
        row("ALTER INDEX i RENAME TO j", Kind::DropIndex);
        row("ALTER SCHEMA s RENAME TO r", Kind::Opaque);
        row("ALTER TYPE s RENAME TO r", Kind::Opaque);
        row("ALTER TYPE s SET SCHEMA r", Kind::Opaque);
        row("ALTER TYPE s ADD VALUE 'x'", Kind::Other);
        row("ALTER VIEW v ALTER COLUMN a SET DEFAULT 1", Kind::Other);
        row("ALTER ROLE x SUPERUSER", Kind::Other);
        row("ALTER TABLE t ADD a int", Kind::AlterTable);
        row("/* c */ CREATE INDEX CONCURRENTLY i ON t (a) -- c", Kind::CreateIndex);
        row("CREATE TABLE \"index\" (a int)", Kind::Other);
        row("WITH x AS (SELECT 'drop') INSERT INTO t SELECT * FROM x", Kind::Other);
        row("CALL electric.electrify('t')", Kind::Enable);
        row("CALL electric.migration_version('1')", Kind::Other);
        row("ALTER TABLE t ENABLE ELECTRIC", Kind::Enable);
        row("ELECTRIC DISABLE t", Kind::Disable);
        row("ELECTRIC GRANT ALL ON t TO 'a'", Kind::Refused);
        row("START TRANSACTION", Kind::Begin);
        row("PREPARE TRANSACTION 'drop'", Kind::Other);
    }
    void kindsAreTold()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        QTEST(int(statements[0].kind), "kind");
    }

    void everyRefusalSaysWhatToDo()
    {
        for (const char *code :
            {"42601", "EX001", "EX002", "EX003", "EX004", "EX005", "EX006", "EX007", "EX008", "EX009", "EX010", "EX011", "EX012"}) {
            const Refusal refusal = refusalOf({code, "x"}, "\"public\".\"t\"");
            QVERIFY2(!refusal.message.empty() && !refusal.hint.empty(), code);
        }
    }

    void textsAreSplitWhereStatementsEnd()
    {
        const auto statements = readStatements("SELECT ';'; -- ;\nALTER TABLE a ENABLE ELECTRIC;\n\nDROP TABLE s.\"B\", c; ;");
        QCOMPARE(statements.size(), std::size_t(3));
        QCOMPARE(statements[0].text, std::string("SELECT ';'"));
        QVERIFY(statements[1].kind == Statement::Kind::Enable);
        QCOMPARE(statements[2].text, std::string("DROP TABLE s.\"B\", c"));
        QCOMPARE(statements[2].tables, (std::vector<std::string> {"\"s\".\"B\"", "\"c\""}));
        QCOMPARE(statements[2].characters, std::size_t(49));
    }

    void versionsOfFrameworksAreFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("version");
        const auto row
            = [](const char *sql, const char *version) { QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(version); };
        row("INSERT INTO public.schema_migrations (version, inserted_at) VALUES ($1, $2)", "$1 Ecto");
        row("INSERT INTO \"schema_migrations\" (\"version\") VALUES ('20240101') RETURNING version", "20240101 ActiveRecord, dbmate");
        row("INSERT INTO \"public\".\"schema_migrations\" (version, dirty) VALUES (20240101120000, true)", "20240101120000 golang-migrate");
        row("INSERT INTO schema_migrations (filename) VALUES ('20240101_a.rb')", "20240101 Sequel");
        row("INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name) VALUES ($1,$2,$3,$4)", "$4 Prisma");
        row("INSERT INTO _prisma_migrations (id, migration_name) VALUES ('x', '20230915175206_init')", "20230915175206 Prisma");
        row("INSERT INTO atdatabases_migrations_applied (index, name) VALUES ($2, $1)", "$2 @databases");
        row("INSERT INTO \"atlas_schema_revisions\".\"atlas_schema_revisions\" (\"version\", \"type\") VALUES ($1, $2)", "$1 Atlas");
        row("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)", "$1 Diesel");
        row("insert into \"drizzle\".\"__drizzle_migrations\" (\"hash\", \"created_at\") values('x', '1700000000000')",
            "1700000000000 Drizzle");
        row("INSERT INTO \"__EFMigrationsHistory\" (\"MigrationId\", \"ProductVersion\") VALUES ('20240101_Init', '8')",
            "20240101 EF Core");
        row("INSERT INTO \"public\".\"flyway_schema_history\" (\"installed_rank\", \"version\") VALUES ($1, $2)", "$2 Flyway");
        row("INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)", "$1 Goose");
        row("insert into \"knex_migrations\" (\"batch\", \"migration_time\", \"name\") values ($1, $2, $3)", "$3 Knex");
        row("insert into \"kysely_migration\" (\"name\", \"timestamp\") values ($1, $2)", "$1 Kysely");
        row("insert into \"migrations\" (\"migration\", \"batch\") values ('2024_01_01_000000_a', 1)", "2024_01_01_000000_a Laravel");
        row("insert into \"mikro_orm_migrations\" (\"name\") values ('Migration20240101')", "Migration20240101 MikroORM");
        row("INSERT INTO \"public\".\"pgmigrations\" (name, run_on) VALUES ('1700000000000_a', NOW())", "1700000000000 node-pg-migrate");
        row("INSERT INTO phinxlog (version, migration_name) VALUES ('20240101', 'a')", "20240101 Phinx");
        row("INSERT INTO refinery_schema_history (version, name) VALUES (3, 'a')", "3 Refinery");
        row("INSERT INTO \"SequelizeMeta\" (\"name\") VALUES ($1) RETURNING \"name\"", "$1 Sequelize, Umzug");
        row("INSERT INTO _sqlx_migrations ( version, description ) VALUES ( $1, $2 )", "$1 SQLx");
        row("INSERT INTO \"migrations\"(\"timestamp\", \"name\") VALUES ($1, $2)", "$1 TypeORM");
        // Not unique, or not in order: an automatic version it is.
        row("INSERT INTO \"django_migrations\" (\"app\", \"name\", \"applied\") VALUES ('a', '0001_initial', now())", "");
        row("INSERT INTO alembic_version (version_num) VALUES ('1a2b')", "");
        QTest::newRow("without the column") << "INSERT INTO schema_migrations (dirty) VALUES (true)"
                                            << "";
        QTest::newRow("other table") << "INSERT INTO migrations_of_birds (version) VALUES ('1')"
                                     << "";
        QTest::newRow("other schema") << "INSERT INTO s.schema_migrations (version) VALUES ('1')"
                                      << "";
        QTest::newRow("null") << "INSERT INTO schema_migrations (version) VALUES (NULL)"
                              << "";
    }
    void versionsOfFrameworksAreFound()
    {
        QFETCH(QString, sql);
        const Statement one = readStatements(sql.toStdString()).at(0);
        const std::string seen = one.version ? *one.version
            : one.versionParameter > 0       ? '$' + std::to_string(one.versionParameter)
                                             : std::string();
        QCOMPARE(one.kind == Statement::Kind::FrameworkInsert, !seen.empty());
        QCOMPARE(mayConcern(sql.toStdString()) || seen.empty(), true);
        const std::string name = one.framework == nullptr ? std::string() : ' ' + std::string(one.framework->name);
        QTEST(QString::fromStdString(seen + name), "version");
    }
};

QTEST_APPLESS_MAIN(TestStatements)
#include "tst_statements.moc"
