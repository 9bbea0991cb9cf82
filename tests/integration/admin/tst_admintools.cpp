#include <QTest>

#include "shared/admin/client.h"
#include "shared/admin/json.h"
#include "tests/gui/pages/runningservice.h"

#include <QFileInfo>
#include <QSignalSpy>

using namespace electric;
using namespace electric::admin;

namespace {

constexpr int patienceMs = 15'000;

// Projects have tasks, which have comments; tasks belong to users, or to all.
constexpr auto tables = "CREATE TABLE public.projects (id int8 PRIMARY KEY, name text);"
                        "CREATE TABLE public.tasks (id int8 PRIMARY KEY, title text, project int8 REFERENCES public.projects,"
                        " electric_user_id text);"
                        "CREATE TABLE public.comments (id int8 PRIMARY KEY, body text, task int8 REFERENCES public.tasks)";
constexpr auto rows = "INSERT INTO public.projects VALUES (1, 'one'), (2, 'two');"
                      "INSERT INTO public.tasks VALUES (1, 'mine', 1, 'me'), (2, 'yours', 1, 'you'), (3, 'of all', 2, NULL);"
                      "INSERT INTO public.comments VALUES (1, 'on mine', 1), (2, 'on yours', 2), (3, 'on that of all', 3)";

QString columnsOf(const ForeignKey &key)
{
    return key.columns.join(QLatin1Char(',')) + QStringLiteral(" → ") + key.schema + QLatin1Char('.') + key.table;
}

} // namespace

// Trying out shapes, and taking Electric out of the database, on a service that runs.
class TestAdminTools : public QObject
{
    Q_OBJECT

    test::RunningService m_service;
    Client m_client;

    Outcome ask(const QString &method, const QJsonObject &params = {})
    {
        std::optional<Outcome> answer;
        m_client.call(method, params, [&answer](const Outcome &outcome) { answer = outcome; });
        (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, patienceMs);
        return answer.value_or(tl::unexpected(Error {Error::TimedOut, QStringLiteral("not answered")}));
    }
    ShapePreview preview(const char *table, const char *where = "", const char *user = "", const QJsonArray &include = {})
    {
        const Outcome outcome = ask(QStringLiteral("shape.preview"),
            {{QStringLiteral("table"), QString::fromLatin1(table)}, {QStringLiteral("where"), QString::fromUtf8(where)},
                {QStringLiteral("user"), QString::fromLatin1(user)}, {QStringLiteral("include"), include}});
        if (!outcome)
            QTest::qFail(qPrintable(outcome.error().message), __FILE__, __LINE__);
        return fromJson<ShapePreview>(outcome.value_or(QJsonObject {}));
    }
    static QJsonObject relation(const char *table, const char *column, const QJsonArray &include = {})
    {
        return {{QStringLiteral("table"), QString::fromLatin1(table)},
            {QStringLiteral("foreignKey"), QJsonArray {QString::fromLatin1(column)}}, {QStringLiteral("include"), include}};
    }
    static QStringList counts(const ShapePreview &found)
    {
        QStringList all;
        for (const PreviewedTable &table : found.tables)
            all << table.name + QLatin1Char(' ') + QString::number(table.rows);
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_service.prepare());
        QVERIFY(m_service.execute(tables));
        QVERIFY(m_service.execute(rows));
        QVERIFY(m_service.start());
        QSignalSpy connected(&m_client, &Client::connected);
        m_client.connectTo(m_service.socketPath());
        QVERIFY(connected.wait());
        QTRY_COMPARE_WITH_TIMEOUT(
            fromJson<Status>(ask(QStringLiteral("status")).value_or(QJsonObject {})).state, QStringLiteral("ready"), patienceMs);
        for (const char *const table : {"items", "projects", "tasks", "comments"})
            QVERIFY(ask(QStringLiteral("table.electrify"), {{QStringLiteral("table"), QString::fromLatin1(table)}}));
        QTRY_COMPARE_WITH_TIMEOUT(preview("comments").error, QString(), patienceMs); // the service has read of it
    }

    void tablesTellTheirForeignKeys()
    {
        const Outcome outcome = ask(QStringLiteral("tables"));
        QVERIFY(outcome);
        QStringList found;
        for (const auto &table : listFrom<Table>(outcome->value(QLatin1String("tables"))))
            for (const ForeignKey &key : table.foreignKeys)
                found << table.name + QLatin1Char('.') + columnsOf(key);
        QCOMPARE(found, (QStringList {QStringLiteral("comments.task → public.tasks"), QStringLiteral("tasks.project → public.projects")}));
    }

    void aUserSeesTheirOwnRows()
    {
        QCOMPARE(counts(preview("tasks", "", "me")), (QStringList {QStringLiteral("tasks 2"), QStringLiteral("projects 2")}));
        QCOMPARE(counts(preview("tasks")).value(0), QStringLiteral("tasks 1")); // of nobody
    }

    void aConditionTakesWhatItsRowsPointAt()
    {
        const ShapePreview found = preview("tasks", "this.title = 'mine'", "me");
        QCOMPARE(counts(found), (QStringList {QStringLiteral("tasks 1"), QStringLiteral("projects 1")}));
        QCOMPARE(found.tables[0].columns.value(1), QStringLiteral("title"));
        QCOMPARE(found.tables[0].sample.value(0).value(QLatin1String("title")).toString(), QStringLiteral("mine"));
        QCOMPARE(found.rows, 2);
        QCOMPARE(found.bytes, found.tables[0].bytes + found.tables[1].bytes);
    }

    void whatIsIncludedIsFollowed()
    {
        const QJsonArray include {relation("tasks", "project", {relation("comments", "task")})};
        QCOMPARE(counts(preview("projects", "this.id = 1", "you", include)),
            (QStringList {QStringLiteral("projects 1"), QStringLiteral("comments 1"), QStringLiteral("tasks 1")}));
    }

    void anErrorIsTold_data()
    {
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("error");
        QTest::addColumn<int>("position");
        QTest::newRow("column") << "this.id = 1 AND this.nothing = 1"
                                << "unknown reference this.nothing" << 17;
        QTest::newRow("syntax") << "this.id = "
                                << "syntax error" << 11;
        QTest::newRow("syntax after letters") << QStringLiteral("this.title = 'übergrößen' this") << "syntax error" << 27;
        QTest::newRow("type after letters") << QStringLiteral("this.title = 'ü' AND this.id = 'x'") << "invalid syntax for type int8" << 32;
        QTest::newRow("two statements") << "true; DROP TABLE tasks"
                                        << "statement split" << 1;
    }
    void anErrorIsTold()
    {
        QFETCH(QString, where);
        QFETCH(QString, error);
        const ShapePreview found = preview("tasks", where.toUtf8().constData());
        QVERIFY2(found.error.contains(error), qPrintable(found.error));
        QCOMPARE(found.errorTable, QStringLiteral("public.tasks"));
        QTEST(found.position, "position");
        QVERIFY(found.tables.isEmpty());
    }

    void whatDoesNotExistIsTold()
    {
        const ShapePreview unknown = preview("plain");
        QVERIFY2(unknown.error.contains(QStringLiteral("Unknown table plain")) && !unknown.remedy.isEmpty(), qPrintable(unknown.error));
        QVERIFY(preview("tasks", "", "", {relation("comments", "nothing")}).error.contains(QStringLiteral("does not exist")));
        QVERIFY(!ask(QStringLiteral("shape.preview"),
            {{QStringLiteral("table"), QStringLiteral("tasks")},
                {QStringLiteral("include"), QJsonArray {QJsonObject {{QStringLiteral("tabel"), QStringLiteral("comments")}}}}}));
    }

    void aPreviewThatMustWaitEnds()
    {
        QVERIFY(m_service.execute("BEGIN; LOCK TABLE public.tasks IN ACCESS EXCLUSIVE MODE"));
        const ShapePreview found = preview("tasks");
        QVERIFY(m_service.execute("ROLLBACK"));
        QVERIFY2(found.error.contains(QStringLiteral("lock")) && found.tables.isEmpty(), qPrintable(found.error));
        QCOMPARE(preview("tasks").error, QString());
    }

    void anotherDatabaseIsNotTouched()
    {
        const Outcome outcome = ask(QStringLiteral("uninstall"), {{QStringLiteral("database"), QStringLiteral("production")}});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, int(Error::InvalidParams));
        QVERIFY(outcome.error().message.contains(QStringLiteral("Nothing was changed")));
        QCOMPARE(fromJson<Status>(*ask(QStringLiteral("status"))).state, QStringLiteral("ready"));
    }

    void whatCannotBeRemovedNowEndsNothing()
    {
        QVERIFY(m_service.execute("BEGIN; LOCK TABLE public.tasks IN ACCESS SHARE MODE"));
        const QString database = m_service.value("SELECT current_database()");
        const Outcome outcome = ask(QStringLiteral("uninstall"), {{QStringLiteral("database"), database}});
        QVERIFY(m_service.execute("ROLLBACK"));
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, int(Error::Busy));
        QVERIFY(!outcome.error().remedy.isEmpty());
        QVERIFY(!m_service.hasEnded());
        QCOMPARE(m_service.value("SELECT count(*) FROM pg_replication_slots WHERE active"), QStringLiteral("1"));
    }

    void electricIsRemoved()
    {
        const auto app = m_service.connectApp(); // is in nobody's way
        const Outcome shown = ask(QStringLiteral("uninstall.sql"));
        QVERIFY(shown);
        const auto plan = fromJson<Removal>(*shown);
        QCOMPARE(plan.database, m_service.value("SELECT current_database()"));
        for (const char *const part : {"pg_drop_replication_slot", "DROP PUBLICATION", "DROP SCHEMA electric CASCADE", "REPLICA IDENTITY"})
            QVERIFY2(plan.sql.contains(QString::fromLatin1(part)), qPrintable(plan.sql));

        const Outcome removed = ask(QStringLiteral("uninstall"), {{QStringLiteral("database"), plan.database}});
        QVERIFY2(removed, removed ? "" : qPrintable(removed.error().message));
        QCOMPARE(fromJson<Removal>(*removed).sql, plan.sql); // what was shown was run
        QTRY_VERIFY_WITH_TIMEOUT(m_service.hasEnded(), patienceMs);
        QCOMPARE(m_service.exitStatus(), 0);
        QVERIFY(!QFileInfo::exists(m_service.socketPath()));
    }

    void nothingOfItRemains_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("count");
        QTest::newRow("schema") << "SELECT count(*) FROM pg_namespace WHERE nspname ~ 'electric'"
                                << "0";
        QTest::newRow("slots") << "SELECT count(*) FROM pg_replication_slots"
                               << "0";
        QTest::newRow("publication") << "SELECT count(*) FROM pg_publication"
                                     << "0";
        QTest::newRow("subscription") << "SELECT count(*) FROM pg_subscription"
                                      << "0";
        QTest::newRow("triggers") << "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
                                  << "0";
        QTest::newRow("event triggers") << "SELECT count(*) FROM pg_event_trigger"
                                        << "0";
        QTest::newRow("functions") << "SELECT count(*) FROM pg_proc WHERE proname ~ 'electric'"
                                   << "0";
        QTest::newRow("replica identity")
            << "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relreplident <> 'd'"
            << "0";
        QTest::newRow("tables") << "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
                                << "5";
        QTest::newRow("rows") << "SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM tasks) + (SELECT count(*) FROM comments)"
                              << "8";
    }
    void nothingOfItRemains()
    {
        QFETCH(QString, query);
        QTEST(m_service.value(query.toUtf8().constData()), "count");
    }
};

QTEST_GUILESS_MAIN(TestAdminTools)
#include "tst_admintools.moc"
