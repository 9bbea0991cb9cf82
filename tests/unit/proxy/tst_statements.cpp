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

    void ddlxIsRead_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("call"); // or the word that is wrong
        QTest::newRow("alter table") << "ALTER TABLE items ENABLE ELECTRIC"
                                     << "CALL electric.enable('\"public\".\"items\"')";
        QTest::newRow("any case") << "alter table Public.\"Items\" enable electric;"
                                  << "CALL electric.enable('\"public\".\"Items\"')";
        QTest::newRow("electric enable") << "ELECTRIC ENABLE app.items;"
                                         << "CALL electric.enable('\"app\".\"items\"')";
        QTest::newRow("comments") << "ALTER TABLE items /* ; */ ENABLE -- ;\n ELECTRIC -- c"
                                  << "CALL electric.enable('\"public\".\"items\"')";
        QTest::newRow("quotes") << "ALTER TABLE \"a\"\"b'c\" ENABLE ELECTRIC"
                                << "CALL electric.enable('\"public\".\"a\"\"b''c\"')";
        QTest::newRow("umlauts") << QString::fromUtf8("ALTER TABLE \"Köln\" ENABLE ELECTRIC")
                                 << QString::fromUtf8("CALL electric.enable('\"public\".\"Köln\"')");
        QTest::newRow("only") << "ALTER TABLE ONLY items ENABLE ELECTRIC"
                              << "near ONLY at 13";
        QTest::newRow("if exists") << "ALTER TABLE IF EXISTS items ENABLE ELECTRIC"
                                   << "near IF at 13";
        QTest::newRow("three parts") << "ALTER TABLE a.b.c ENABLE ELECTRIC"
                                     << "near . at 16";
        QTest::newRow("no table") << "ALTER TABLE ENABLE ELECTRIC"
                                  << "near ENABLE at 13";
        QTest::newRow("something behind") << "ALTER TABLE items ENABLE ELECTRIC foo"
                                          << "near foo at 35";
        QTest::newRow("string") << "ALTER TABLE 'items' ENABLE ELECTRIC"
                                << "near ' at 13";
        QTest::newRow("electric alone") << "ELECTRIC"
                                        << "near  at 9";
        QTest::newRow("unknown") << "ELECTRIC UNDO 'x'"
                                 << "near UNDO at 10";
    }
    void ddlxIsRead()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        const Statement &one = statements[0];
        QString seen = QString::fromStdString(one.call);
        if (one.kind == Statement::Kind::Refused)
            seen
                = QStringLiteral("near %1 at %2").arg(QString::fromStdString(one.objection->subject)).arg(one.position);
        QTEST(seen, "call");
    }

    void otherCommandsAreKnownButRefused_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("tag");
        QTest::newRow("disable") << "ALTER TABLE items DISABLE ELECTRIC"
                                 << "ELECTRIC DISABLE";
        QTest::newRow("grant") << "ELECTRIC GRANT ALL ON items TO 'admin'"
                               << "ELECTRIC GRANT";
        QTest::newRow("revoke") << "ELECTRIC REVOKE ALL ON items FROM 'admin'"
                                << "ELECTRIC REVOKE";
        QTest::newRow("assign") << "ELECTRIC ASSIGN 'admin' TO t.u"
                                << "ELECTRIC ASSIGN";
        QTest::newRow("unassign") << "ELECTRIC UNASSIGN 'admin' FROM t.u"
                                  << "ELECTRIC UNASSIGN";
        QTest::newRow("sqlite") << "ELECTRIC SQLITE $x$a;b$x$"
                                << "ELECTRIC SQLITE";
    }
    void otherCommandsAreKnownButRefused()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        QVERIFY(statements[0].kind == Statement::Kind::Refused);
        QCOMPARE(statements[0].objection->code, std::string("EX001"));
        QTEST(QString::fromStdString(statements[0].objection->subject), "tag");
    }

    void changesOfElectrifiedTablesAreJudged_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("verdict"); // code and subject, or the additions
        const auto row = [](const char *sql, const char *verdict) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(verdict);
        };
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
    }
    void changesOfElectrifiedTablesAreJudged()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        QCOMPARE(statements[0].tables, std::vector<std::string>{"\"t\""});
        std::string verdict;
        if (statements[0].objection)
            verdict = statements[0].objection->code + ' ' + statements[0].objection->subject;
        else
            for (const auto &addition : statements[0].additions)
                verdict += addition.column + ' ' + addition.type + ", ";
        QTEST(QString::fromStdString(verdict), "verdict");
    }

    void everyRefusalSaysWhatToDo()
    {
        for (const char *code : {"42601", "EX001", "EX002", "EX003", "EX004", "EX005", "EX006", "EX007", "EX008",
                 "EX009", "EX010", "EX011", "EX012"}) {
            const Refusal refusal = refusalOf({code, "x"}, "\"public\".\"t\"");
            QVERIFY2(!refusal.message.empty() && !refusal.hint.empty(), code);
        }
    }

    void textsAreSplitWhereStatementsEnd()
    {
        const auto statements
            = readStatements("SELECT ';'; -- ;\nALTER TABLE a ENABLE ELECTRIC;\n\nDROP TABLE s.\"B\", c; ;");
        QCOMPARE(statements.size(), std::size_t(3));
        QCOMPARE(statements[0].text, std::string("SELECT ';'"));
        QVERIFY(statements[1].kind == Statement::Kind::Enable);
        QCOMPARE(statements[2].text, std::string("DROP TABLE s.\"B\", c"));
        QCOMPARE(statements[2].tables, (std::vector<std::string>{"\"s\".\"B\"", "\"c\""}));
        QCOMPARE(statements[2].characters, std::size_t(49));
    }

    void versionsOfFrameworksAreFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("version");
        QTest::newRow("Ecto") << "INSERT INTO public.schema_migrations (version, inserted_at) VALUES ($1, $2)"
                              << "$1";
        QTest::newRow("ActiveRecord")
            << "INSERT INTO \"schema_migrations\" (\"version\") VALUES ('20240101') RETURNING version"
            << "20240101";
        QTest::newRow("a number") << "INSERT INTO schema_migrations (version) VALUES (20240101120000)"
                                  << "20240101120000";
        QTest::newRow("Prisma")
            << "INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name) VALUES ($1,$2,$3,$4)"
            << "$4";
        QTest::newRow("Prisma, constant")
            << "INSERT INTO _prisma_migrations (id, migration_name) VALUES ('x', '20230915175206_init')"
            << "20230915175206";
        QTest::newRow("@databases") << "INSERT INTO atdatabases_migrations_applied (index, name) VALUES ($2, $1)"
                                    << "$2";
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
        QTEST(QString::fromStdString(seen), "version");
        QCOMPARE(one.kind == Statement::Kind::FrameworkInsert, !seen.empty());
    }
};

QTEST_APPLESS_MAIN(TestStatements)
#include "tst_statements.moc"
