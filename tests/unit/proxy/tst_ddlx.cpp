#include "service/proxy/altertable.h"
#include "service/proxy/ddlx.h"
#include "service/proxy/statements.h"

#include <QTest>

using namespace electric::proxy;

class TestDdlx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The golden examples of spec/proxy.md §8.1, positions counted from 1 as Postgres does.
    void statementsAreReadOrRefused_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("outcome"); // the call, the tag of what is not supported, or the word that is wrong
        const auto row
            = [](const char *sql, const char *outcome) { QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(outcome); };
        row("ALTER TABLE items ENABLE ELECTRIC", "CALL electric.enable('\"public\".\"items\"')");
        row("alter table Public.\"Items\" enable electric;", "CALL electric.enable('\"public\".\"Items\"')");
        row("ELECTRIC ENABLE items;", "CALL electric.enable('\"public\".\"items\"')");
        row("ALTER TABLE items DISABLE ELECTRIC", "CALL electric.unelectrify('public', 'items')");
        row("ELECTRIC DISABLE app.items;", "CALL electric.unelectrify('app', 'items')");
        row("ALTER TABLE items /* ; */ ENABLE -- ;\n ELECTRIC -- c", "CALL electric.enable('\"public\".\"items\"')");
        row("ALTER TABLE items ENABLE ELECTRIC -- c\n;", "CALL electric.enable('\"public\".\"items\"')");
        row("ALTER TABLE items ENABLE /* c */ ELECTRIC;", "CALL electric.enable('\"public\".\"items\"')");
        row("ALTER TABLE \"a\"\"b'c\" ENABLE ELECTRIC", "CALL electric.enable('\"public\".\"a\"\"b''c\"')");
        row("ALTER TABLE \"read\" ENABLE ELECTRIC;", "CALL electric.enable('\"public\".\"read\"')");
        row("ALTER TABLE \"Köln\" ENABLE ELECTRIC", "CALL electric.enable('\"public\".\"Köln\"')");
        row("ALTER TABLE Köln ENABLE ELECTRIC;", "CALL electric.enable('\"public\".\"köln\"')");
        row("ALTER TABLE ONLY items ENABLE ELECTRIC;", "near items at 18");
        row("ALTER TABLE IF EXISTS items ENABLE ELECTRIC;", "near IF at 13");
        row("ALTER TABLE a.b.c ENABLE ELECTRIC;", "near . at 16");
        row("ALTER TABLE ENABLE ELECTRIC;", "near ENABLE at 13");
        row("ALTER TABLE items ENABLE ELECTRIC foo;", "near foo at 35");
        row("ALTER TABLE read ENABLE ELECTRIC;", "near read at 13");
        row("ALTER TABLE 'items' ENABLE ELECTRIC;", "near 'items' at 13");
        row("ELECTRIC GRANT ALL ON items TO 'admin';", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL PRIVILEGES ON items TO 'admin';", "near PRIVILEGES at 20");
        row("ELECTRIC GRANT SELECT, INSERT ON items TO 'admin';", "near , at 22");
        row("ELECTRIC GRANT READ (a, \"B\") ON s.items TO 'projects:admin';", "ELECTRIC GRANT");
        row("ELECTRIC GRANT READ () ON items TO 'a';", "near ) at 22");
        row("ELECTRIC GRANT WRITE ON items TO 'projects:house:admin' USING issue_id/project_id;", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL ON items TO 'admin' USING;", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL ON items TO 'admin' USING a/;", "ELECTRIC GRANT");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (name = 'Paul');", "ELECTRIC GRANT");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (f(a,b) = 'it''s');", "ELECTRIC GRANT");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (f() <> g(h(a)));", "ELECTRIC GRANT");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (a AND (b OR c));", "ELECTRIC GRANT");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (age > 10);", "near 10 at 56");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (w > 1.5);", "near 1.5 at 54");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (new.a = auth.user_id);", "near . at 53");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (a IS NULL);", "near NULL at 55");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (NOT a);", "near NOT at 50");
        row("ELECTRIC GRANT UPDATE ON items TO 'admin' CHECK (a = b) USING p;", "near USING at 57");
        row("ELECTRIC GRANT ALL ON TABLE items TO 'admin';", "near TABLE at 23");
        row("ELECTRIC GRANT ALL ON items TO admin;", "near admin at 32");
        row("ELECTRIC GRANT ALL ON items TO AUTHENTICATED;", "near AUTHENTICATED at 32");
        row("ELECTRIC GRANT ALL ON items TO (projects, 'admin');", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL ON items TO projects:'admin';", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL ON items TO (NULL, 'admin');", "ELECTRIC GRANT");
        row("ELECTRIC GRANT ALL ON items TO (projects, members.role);", "near members at 43");
        row("ELECTRIC GRANT ALL ON items TO 'projects:';", "near 'projects:' at 32");
        row("ELECTRIC GRANT ALL ON items TO '';", "near '' at 32");
        row("ELECTRIC GRANT JUNK ON items TO 'a'", "near JUNK at 16");
        row("ELECTRIC\nGRANT\nJUNK ON items TO 'a';", "near JUNK at 16");
        row("ELECTRIC REVOKE UPDATE (status, name) ON truths FROM 'projects:house.admin';", "ELECTRIC REVOKE");
        row("ELECTRIC REVOKE ALL ON items TO 'admin';", "near TO at 30");
        row("ELECTRIC REVOKE ALL ON items FROM 'admin' USING p;", "near USING at 43");
        row("ELECTRIC ASSIGN 'admin' TO admin_users.user_id;", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN 'admin' TO user_id;", "near  at 35");
        row("ELECTRIC ASSIGN (projects, members.role) TO members.user_id;", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN projects:members.role TO members.user_id;", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN (NULL, roles.role) TO public.roles.user_id;", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN 'x' TO t.u IF (role = 'reader');", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN 'x' TO t.u IF can_read;", "near can_read at 31");
        row("ELECTRIC ASSIGN 'x' TO t.u USING p IF (a);", "near USING at 28");
        row("ELECTRIC ASSIGN other.role TO t.u;", "near other at 17");
        row("ELECTRIC ASSIGN role TO t.u;", "near role at 17");
        row("ELECTRIC ASSIGN (projects, 'other:a') TO t.u;", "ELECTRIC ASSIGN");
        row("ELECTRIC ASSIGN 'projects:' TO t.u;", "near 'projects:' at 17");
        row("ELECTRIC UNASSIGN 'record.reader' FROM t.u;", "ELECTRIC UNASSIGN");
        row("ELECTRIC UNASSIGN 'record.reader' FROM t.u IF (x);", "near IF at 44");
        row("ELECTRIC SQLITE $tag$a$b;$tag$;", "ELECTRIC SQLITE");
        row("ELECTRIC SQLITE 'a;b';", "ELECTRIC SQLITE");
        row("ELECTRIC SQLITE foo;", "near foo at 17");
        row("ELECTRIC UNDO 'x';", "near UNDO at 10");
        row("ELECTRIC;", "near  at 9");
    }
    void statementsAreReadOrRefused()
    {
        QFETCH(QString, sql);
        const auto statements = readStatements(sql.toStdString());
        QCOMPARE(statements.size(), std::size_t(1));
        const Statement &one = statements[0];
        QString seen = QString::fromStdString(one.call);
        if (one.objection)
            seen = one.objection->code == "42601"
                ? QStringLiteral("near %1 at %2").arg(QString::fromStdString(one.objection->subject)).arg(one.position)
                : QString::fromStdString(one.objection->subject);
        QTEST(seen, "outcome");
        QCOMPARE(one.kind == Statement::Kind::Refused, one.objection.has_value());
    }

    void positionsCountWhatStandsBeforeTheStatement()
    {
        const auto statements = readStatements("SELECT 'ü;'; -- ü\nELECTRIC JUNK;");
        QCOMPARE(statements.size(), std::size_t(2));
        QCOMPARE(statements[1].position, std::size_t(28));
    }

    void rulesBeyondTheGrammarAreTold()
    {
        const auto statements = readStatements("ELECTRIC ASSIGN other.role TO t.u");
        const Refusal refusal = refusalOf(*statements.at(0).objection, {});
        QCOMPARE(QString::fromStdString(refusal.detail), QStringLiteral("the role's column is not in the table of the user's column"));
    }

    void conditionsMayNotBeDeepWithoutEnd()
    {
        const std::string deep = "ELECTRIC GRANT ALL ON t TO 'a' CHECK (" + std::string(100'000, '(');
        QVERIFY(readDdlx(deep)->malformed);
    }
};

QTEST_APPLESS_MAIN(TestDdlx)
#include "tst_ddlx.moc"
