#include <QTest>

#include "tests/integration/writes/database.h"

#include <QElapsedTimer>

#include <atomic>
#include <ctime>

namespace electric::writes::test {

namespace {

const char *const tables = "CREATE TABLE items (id int4 PRIMARY KEY, content text, content_b text);"
                           "CREATE TABLE parents (id int4 PRIMARY KEY, content text NOT NULL);"
                           "CREATE TABLE children (id int4 PRIMARY KEY, parent_id int4 REFERENCES parents);"
                           "CREATE TABLE small (id int4 PRIMARY KEY, number int2, flag bool, day date, name varchar);"
                           "CREATE TABLE \"Camel Case\" (\"The Id\" text PRIMARY KEY, \"quote\"\"d\" text)";
constexpr std::int64_t nowMs = 4'102'444'800'000;

} // namespace

class DirectWriterTest : public QObject
{
    Q_OBJECT

    using Step = TransactionWriter::Step;

    std::unique_ptr<electric::test::ThrowawayCluster> m_cluster;
    std::unique_ptr<Database> m_original;
    std::unique_ptr<Database> m_database;
    std::uint32_t m_lsn = 0;

    ClientTransaction transaction(const std::string &client, std::vector<Operation> operations)
    {
        ++m_lsn;
        return {client, "user", lsn(m_lsn), nowMs + m_lsn, std::move(operations)};
    }
    std::shared_ptr<const schema::Table> table(const std::string &name) { return m_database->table(name); }
    std::string tagOf(const std::string &client) const { return client + '@' + std::to_string(nowMs + m_lsn); }

private Q_SLOTS:
    void initTestCase()
    {
        auto cluster = electric::test::ThrowawayCluster::start();
        QVERIFY2(cluster.has_value(), cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);
        m_original = std::make_unique<Database>(*m_cluster, tables, std::vector<std::string> {"items", "parents", "children", "small"});
        m_original->run("CALL electric.electrify('public.\"Camel Case\"')");
        m_original->readTable("Camel Case");
        m_original->disconnect();
    }

    void init() { m_database = std::make_unique<Database>(*m_cluster, m_original->options().database, *m_original); }

    void cleanup() { m_database.reset(); }

    void writesWhatNeedsQuoting()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        const std::string text = "it's a \"quoted\" {brace}, comma\\ and\nline";
        Operation one = insert(table("Camel Case"), "x|y");
        one.row = {};
        one.row.append({changes::Value::Kind::Text, text});
        one.row.append({changes::Value::Kind::Text, "NULL"});
        QCOMPARE(said(submit(writer, transaction("a\"b,c", {one}))), std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM \"Camel Case\""), text + "|NULL");
        QCOMPARE(m_database->value("SELECT (_tag).source_id FROM \"electric\".\"shadow__public__Camel Case\""), std::string("a\"b,c"));
    }

    void movesThePositionWithTheWrite()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        const auto one = transaction("c1", {insert(table("items"), "1|a|b")});
        QCOMPARE(said(submit(writer, one)), std::string("applied"));
        QCOMPARE(said(submit(writer, one)), std::string("duplicate"));
        QCOMPARE(m_database->value("SELECT client_id, lsn FROM electric.acknowledged_client_lsns"), "c1|" + hex(lsn(m_lsn)));
    }

    // A delivery that comes again does not bring back what was deleted since (conflicts.md §8, A5).
    void doesNotResurrectOnRedelivery()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        const auto one = transaction("c1", {insert(table("items"), "1|a|b")});
        const std::string seen = tagOf("c1");
        QCOMPARE(said(submit(writer, one)), std::string("applied"));
        QCOMPARE(said(submit(writer, transaction("c2", {remove(table("items"), "1|a|b", {seen})}))), std::string("applied"));
        QCOMPARE(said(submit(writer, one)), std::string("duplicate"));
        QCOMPARE(m_database->value("SELECT count(*) FROM items"), std::string("0"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("ddl");
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("row");
        QTest::addColumn<QString>("code");
        QTest::newRow("foreign key") << ""
                                     << "children"
                                     << "1|7"
                                     << "23503";
        QTest::newRow("not null") << ""
                                  << "parents"
                                  << "1|NULL"
                                  << "23502";
        QTest::newRow("unique index") << "CREATE UNIQUE INDEX ON items (content); INSERT INTO items VALUES (9, 'a', 'b')"
                                      << "items"
                                      << "1|a|b"
                                      << "23505";
        QTest::newRow("check") << "ALTER TABLE items ADD CHECK (content <> 'a')"
                               << "items"
                               << "1|a|b"
                               << "23514";
        QTest::newRow("type range") << ""
                                    << "small"
                                    << "1|99999|t|2020-01-01|n"
                                    << "22003";
        QTest::newRow("not a date") << ""
                                    << "small"
                                    << "1|1|t|2020-02-31|n"
                                    << "22008";
        QTest::newRow("length") << "ALTER TABLE small ALTER name TYPE varchar(3)"
                                << "small"
                                << "1|1|t|2020-01-01|long"
                                << "22001";
        QTest::newRow("dropped column") << "ALTER TABLE items DROP content_b"
                                        << "items"
                                        << "1|a|b"
                                        << "42703";
        QTest::newRow("dropped table") << "DROP TABLE items"
                                       << "items"
                                       << "1|a|b"
                                       << "42P01";
        QTest::newRow("trigger exception")
            << "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = 'XY001'; END $$;"
               "CREATE TRIGGER no BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION no()"
            << "items"
            << "1|a|b"
            << "XY001";
        QTest::newRow("trigger takes it away") << "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
                                                  "CREATE TRIGGER gone BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION gone()"
                                               << "items"
                                               << "1|a|b"
                                               << "42501";
        QTest::newRow("deferred constraint")
            << "ALTER TABLE children ALTER CONSTRAINT children_parent_id_fkey DEFERRABLE INITIALLY DEFERRED"
            << "children"
            << "1|7"
            << "23503";
    }

    // Recorded with everything, passed over, and no hindrance to what follows.
    void refuses()
    {
        QFETCH(QString, ddl);
        QFETCH(QString, table);
        QFETCH(QString, row);
        QFETCH(QString, code);
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        QCOMPARE(said(submit(writer, transaction("c1", {insert(this->table("items"), "100|before|b")}))), std::string("applied"));
        if (!ddl.isEmpty())
            m_database->run(ddl.toStdString());
        const auto refused = transaction("c1", {insert(this->table(table.toStdString()), row.toStdString(), {"c1@1"})});
        QCOMPARE(said(submit(writer, refused)), "rejected " + code.toStdString());
        QCOMPARE(m_database->value("SELECT client_id, user_id, lsn = '" + hex(lsn(m_lsn))
                     + "', sqlstate, message <> '', created_at > now() - interval '1 minute', operations -> 0 ->> 'operation', "
                       "jsonb_array_length(operations)"
                       " FROM electric.rejected_writes"),
            "c1|user|t|" + code.toStdString() + "|t|t|insert|1");
        QVERIFY(said(submit(writer, refused)) != "applied");
        QCOMPARE(m_database->value("SELECT count(*) FROM electric.rejected_writes"), std::string("1"));
        QCOMPARE(said(submit(writer, transaction("c1", {insert(this->table("Camel Case"), "k|later")}))), std::string("applied"));
    }

    // What a policy of the database's owner refuses is refused to whoever the service writes as. The role is that of a deployment: not a
    // superuser, owner of nothing.
    void recordsWhatRowLevelSecurityRefuses_data()
    {
        QTest::addColumn<bool>("isUpdate");
        QTest::newRow("a new row") << false;
        QTest::newRow("a row that is changed") << true;
    }

    void recordsWhatRowLevelSecurityRefuses()
    {
        QFETCH(bool, isUpdate);
        m_database->run("DO $$ BEGIN CREATE ROLE plain_writer LOGIN PASSWORD 'password'; EXCEPTION WHEN duplicate_object THEN END $$;"
                        "GRANT USAGE ON SCHEMA public, electric TO plain_writer;"
                        "GRANT ALL ON ALL TABLES IN SCHEMA public, electric TO plain_writer;"
                        "GRANT ALL ON ALL SEQUENCES IN SCHEMA electric TO plain_writer;"
                        "INSERT INTO items VALUES (1, 'open', 'b');"
                        "ALTER TABLE items ENABLE ROW LEVEL SECURITY;"
                        "CREATE POLICY seen ON items FOR SELECT USING (true);"
                        "CREATE POLICY added ON items FOR INSERT WITH CHECK (content <> 'secret');"
                        "CREATE POLICY changed ON items FOR UPDATE USING (true) WITH CHECK (content <> 'secret')");
        auto options = m_database->options();
        options.user = "plain_writer";
        DirectWriter writer(1);
        writer.setDatabase(options);
        const auto refused = transaction("c1",
            {isUpdate ? update(table("items"), "1|open|b", "1|secret|b", {}) : insert(table("items"), "2|secret|b"),
                insert(table("items"), "3|fine|b")});
        QCOMPARE(said(submit(writer, refused)), std::string("rejected 42501"));
        QCOMPARE(m_database->value("SELECT client_id, lsn = '" + hex(lsn(m_lsn))
                     + "', sqlstate, message LIKE '%row-level security%', jsonb_array_length(operations) FROM electric.rejected_writes"),
            std::string("c1|t|42501|t|2"));
        QCOMPARE(m_database->value("SELECT * FROM items"), std::string("1|open|b"));
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("items"), "4|later|b")}))), std::string("applied"));
        QCOMPARE(said(submit(writer, transaction("c2", {insert(table("items"), "5|other|b")}))), std::string("applied"));
        QCOMPARE(m_database->value("SELECT id FROM items ORDER BY id"), std::string("1; 4; 5"));
        QCOMPARE(writer.figures().retries, std::uint64_t(0));
    }

    void triesAgainWhatMayPass_data()
    {
        QTest::addColumn<QString>("sqlState");
        QTest::newRow("disk full") << "53100";
        QTest::newRow("out of memory") << "53200";
        QTest::newRow("serialization failure") << "40001";
        QTest::newRow("deadlock") << "40P01";
    }

    // Trouble of the server's, not the write's: with growing pauses, until it goes, and in the client's order. Sequences count on when
    // their transaction is rolled back, so the trigger knows how often it has raised.
    void triesAgainWhatMayPass()
    {
        QFETCH(QString, sqlState);
        constexpr int failures = 5;
        m_database->run("CREATE SEQUENCE troubles; CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        " IF new.content = 'troubled' AND nextval('troubles') <= "
            + std::to_string(failures) + " THEN RAISE 'for a while' USING ERRCODE = '" + sqlState.toStdString()
            + "'; END IF; RETURN new; END $$;"
              "CREATE TRIGGER trouble BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION trouble()");
        DirectWriter writer(1); // so that a pause that held the thread up would show
        writer.setDatabase(m_database->options());
        QElapsedTimer watch;
        watch.start();
        auto troubled = submit(writer, transaction("c1", {insert(table("items"), "1|troubled|b"), insert(table("items"), "2|with it|b")}));
        auto behind = submit(writer, transaction("c1", {insert(table("items"), "3|behind|b")}));
        QCOMPARE(said(submit(writer, transaction("c2", {insert(table("items"), "4|other|b")}))), std::string("applied"));
        QCOMPARE(said(std::move(troubled)), std::string("applied"));
        QVERIFY2(watch.elapsed() >= 10 * ((1 << failures) - 1), "the pauses do not grow");
        QCOMPARE(said(std::move(behind)), std::string("applied"));
        QCOMPARE(writer.figures().retries, std::uint64_t(failures));
        QCOMPARE(m_database->value("SELECT last_value FROM troubles"), std::to_string(failures + 1)); // at once each time, never one by one
        QCOMPARE(m_database->value("SELECT count(*) FROM electric.rejected_writes"), std::string("0"));
        QCOMPARE(m_database->value("SELECT id FROM items ORDER BY id"), std::string("1; 2; 3; 4"));
    }

    // The record of a refusal meets a full disk as well: it is kept until it can be written, and the write is not taken for a good one.
    void recordsARefusalOnceTheDiskHasRoom()
    {
        m_database->run("CREATE SEQUENCE troubles; CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        " IF nextval('troubles') <= 3 THEN RAISE 'for a while' USING ERRCODE = '53100'; END IF; RETURN new; END $$;"
                        "CREATE TRIGGER trouble BEFORE INSERT ON electric.rejected_writes FOR EACH ROW EXECUTE FUNCTION trouble()");
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("children"), "1|7")}))), std::string("rejected 23503"));
        QCOMPARE(m_database->value("SELECT sqlstate FROM electric.rejected_writes"), std::string("23503"));
        QCOMPARE(writer.figures().retries, std::uint64_t(3));
    }

    // The whole transaction is refused, and its rows that are there are written as they are, so that they travel back to the author.
    void echoesWhatIsRefused()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        m_database->run("INSERT INTO items VALUES (1, 'x', 'y')");
        const std::string before = m_database->value("SELECT _tags, _tag_content FROM electric.shadow__public__items WHERE id = 1");
        const std::string place = m_database->value("SELECT ctid FROM items WHERE id = 1");
        const auto refused = transaction(
            "c1", {update(table("items"), "1|x|y", "1|z|y"), insert(table("items"), "2|n|n"), insert(table("children"), "1|7")});
        auto answer = submit(writer, refused);
        QVERIFY(answer.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
        const WriteSink::Outcome outcome = answer.get();
        QCOMPARE(outcome.why.code, std::string("23503"));
        QCOMPARE(outcome.gone.size(), std::size_t(2)); // the author drops them
        for (const Operation &one : outcome.gone)
            QVERIFY(one.kind == Operation::Kind::Delete && one.oldRow == row(one.table->name.name == "items" ? "2|n|n" : "1|7"));
        QCOMPARE(m_database->value("SELECT * FROM items"), std::string("1|x|y"));
        QVERIFY(m_database->value("SELECT ctid FROM items WHERE id = 1") != place);
        QCOMPARE(m_database->value("SELECT _tags, _tag_content FROM electric.shadow__public__items WHERE id = 1"), before);
        QCOMPARE(m_database->value("SELECT id, (_tag).source_id, _resolved FROM electric.shadow__public__items ORDER BY id"),
            std::string("1|c1|t; 2|c1|f"));
        QCOMPARE(m_database->value("SELECT cardinality(_tags) FROM electric.shadow__public__items WHERE id = 2"), std::string("0"));
    }

    void keepsOnlyTheNewestRefusals()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        m_database->run("INSERT INTO electric.rejected_writes (client_id, user_id, lsn, operations, sqlstate, message, created_at)"
                        " SELECT 'old', '', '', '[]', '', '', now() - interval '31 days' FROM generate_series(1, 20)");
        m_database->run("INSERT INTO electric.rejected_writes (client_id, user_id, lsn, operations, sqlstate, message)"
                        " SELECT 'much', '', '', '[]', '', '' FROM generate_series(1, 10005)");
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("children"), "1|7")}))), std::string("rejected 23503"));
        QCOMPARE(m_database->value("SELECT client_id, count(*) FROM electric.rejected_writes GROUP BY 1 ORDER BY 1"),
            std::string("c1|1; much|9999"));
    }

    // What the set-based merge cannot do at once is done in the client's order.
    void fallsBackToTheClientsOrder()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        m_database->run("CREATE UNIQUE INDEX ON items (content)");
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("items"), "1|a|b")}))), std::string("applied"));
        const std::string seen = tagOf("c1");
        QCOMPARE(said(submit(writer, transaction("c1", {remove(table("items"), "1|a|b", {seen}), insert(table("items"), "2|a|c")}))),
            std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM items"), std::string("2|a|c"));
    }

    void leavesColumnsAloneThatAClientDoesNotHave()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        m_database->run("ALTER TABLE items ADD COLUMN later text; ALTER TABLE items ALTER COLUMN later SET DEFAULT 'def';"
                        "CALL electric.alter_shadow_table('public', 'items', 'add', 'later', 'text')");
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("items"), "1|a|b")}))), std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM items"), std::string("1|a|b|def"));
        m_database->readTable("items");
        QCOMPARE(said(submit(writer, transaction("c2", {update(table("items"), "1|a|b|?", "1|a|c|?"), insert(table("items"), "2|a|b|?")}))),
            std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM items ORDER BY id"), std::string("1|a|c|def; 2|a|b|def"));
        QCOMPARE(said(submit(writer,
                     transaction("c2", {remove(table("items"), "1|a|c|?", {"c1@" + std::to_string(nowMs + m_lsn - 1), tagOf("c2")})}))),
            std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM electric.tombstone__public__items"), std::string("1|a|c|def"));
    }

    // What users' triggers write is kept, and tagged with the client's tag.
    void keepsWhatTriggersWrite()
    {
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        m_database->run("CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        " UPDATE parents SET content = content || '+' WHERE id = new.parent_id; RETURN NULL; END $$;"
                        "CREATE TRIGGER counted AFTER INSERT ON children FOR EACH ROW EXECUTE FUNCTION counted();"
                        "INSERT INTO parents VALUES (1, 'p')");
        QCOMPARE(said(submit(writer, transaction("c1", {compensate(table("parents"), "1|NULL"), insert(table("children"), "1|1")}))),
            std::string("applied"));
        QCOMPARE(m_database->value("SELECT content FROM parents"), std::string("p+"));
        QCOMPARE(m_database->value("SELECT (_tag_content).source_id FROM electric.shadow__public__parents"), std::string("c1"));
    }

    void survivesTheLossOfItsConnection_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<bool>("isTerminated");
        for (const bool isTerminated : {true, false}) {
            const char *const how = isTerminated ? "backend killed" : "broken off";
            QTest::addRow("%s before reading", how) << int(Step::Reading) << isTerminated;
            QTest::addRow("%s before writing", how) << int(Step::Writing) << isTerminated;
            QTest::addRow("%s after the commit", how) << int(Step::Committed) << isTerminated;
        }
    }

    // Exactly once, whenever it happens (P1): an insert, the same for a refusal, and what follows.
    void survivesTheLossOfItsConnection()
    {
        QFETCH(int, step);
        QFETCH(bool, isTerminated);
        m_database->run("CREATE TABLE times (id int4); CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        " INSERT INTO times VALUES (new.id); RETURN NULL; END $$;"
                        "CREATE TRIGGER counted AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION counted()");
        std::atomic<int> broken = 0;
        {
            DirectWriter writer(1);
            writer.onStep([&](Step at) {
                if (int(at) != step || ++broken % 2 == 0) // every second time it may pass
                    return true;
                if (!isTerminated)
                    return false;
                auto killer = pg::Connection::open(m_database->options(), "killer");
                auto killed = killer->query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = "
                                            "'electric writer' AND datname = current_database()");
                return killed && killed->count() == 1;
            });
            writer.setDatabase(m_database->options());
            std::vector<std::future<WriteSink::Outcome>> outcomes;
            outcomes.push_back(submit(writer, transaction("c1", {insert(table("items"), "1|a|b"), insert(table("items"), "2|a|b")})));
            outcomes.push_back(submit(writer, transaction("c1", {insert(table("children"), "1|7")})));
            outcomes.push_back(submit(writer, transaction("c1", {update(table("items"), "1|a|b", "1|c|b", {})})));
            for (std::size_t at = 0; at < outcomes.size(); ++at)
                QCOMPARE(QString::fromStdString(said(std::move(outcomes[at]))).startsWith(QLatin1String("rejected")), at == 1);
        }
        QVERIFY(broken > 0);
        QCOMPARE(m_database->value("SELECT * FROM items ORDER BY id"), std::string("1|c|b; 2|a|b"));
        QCOMPARE(m_database->value("SELECT id, count(*) FROM times GROUP BY 1 ORDER BY 1"), std::string("1|1; 2|1"));
        QCOMPARE(m_database->value("SELECT count(*) FROM electric.rejected_writes"), std::string("1"));
    }

    void waitsForPostgresToComeBack()
    {
        DirectWriter writer(2);
        writer.setDatabase(m_database->options());
        QCOMPARE(said(submit(writer, transaction("c1", {insert(table("items"), "1|a|b")}))), std::string("applied"));
        QVERIFY(m_cluster->stop(true));
        auto outcome = submit(writer, transaction("c1", {insert(table("items"), "2|a|b")}));
        QVERIFY(outcome.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
        QVERIFY(m_cluster->restart());
        QCOMPARE(said(std::move(outcome)), std::string("applied"));
    }

    // A lock that somebody holds keeps one client waiting, not the others, and never makes the holder the victim of a deadlock.
    void waitsForALockWithoutKeepingOthersWaiting()
    {
        DirectWriter writer(2);
        writer.setDatabase(m_database->options());
        m_database->run("INSERT INTO items VALUES (1, 'x', 'y')");
        auto holder = pg::Connection::open(m_database->options(), "holder");
        QVERIFY(holder && holder->execute("BEGIN; UPDATE items SET content_b = 'held' WHERE id = 1"));
        auto waiting = submit(writer, transaction("c1", {insert(table("items"), "5|a|b"), update(table("items"), "1|x|y", "1|z|y", {})}));
        auto behind = submit(writer, transaction("c1", {insert(table("items"), "6|a|b")}));
        for (int number = 10; number < 20; ++number)
            QCOMPARE(
                said(submit(writer, transaction("c2", {insert(table("items"), std::to_string(number) + "|a|b")}))), std::string("applied"));
        QVERIFY(waiting.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
        QVERIFY(behind.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
        QVERIFY(holder->execute("INSERT INTO items VALUES (5, 'h', 'h'); COMMIT")); // the other order: a deadlock, were it not given up
        QCOMPARE(said(std::move(waiting)), std::string("applied"));
        QCOMPARE(said(std::move(behind)), std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM items WHERE id IN (1, 5) ORDER BY id"), std::string("1|z|held; 5|a|b"));
    }

    // A row that another session is just inserting, or takes away again.
    void meetsAnInsertThatIsUnderWay_data()
    {
        QTest::addColumn<bool>("isCommitted");
        QTest::newRow("committed") << true;
        QTest::newRow("rolled back") << false;
    }

    void meetsAnInsertThatIsUnderWay()
    {
        QFETCH(bool, isCommitted);
        DirectWriter writer(1);
        writer.setDatabase(m_database->options());
        auto holder = pg::Connection::open(m_database->options(), "holder");
        QVERIFY(holder && holder->execute("BEGIN; INSERT INTO items VALUES (1, 'x', 'y')"));
        auto outcome = submit(writer, transaction("c1", {insert(table("items"), "1|a|?")}));
        QVERIFY(outcome.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
        QVERIFY(holder->execute(isCommitted ? "COMMIT" : "ROLLBACK"));
        QCOMPARE(said(std::move(outcome)), std::string("applied"));
        QCOMPARE(m_database->value("SELECT * FROM items"), std::string(isCommitted ? "1|a|y" : "1|a|-"));
        QCOMPARE(m_database->value("SELECT cardinality(_tags) FROM electric.shadow__public__items"), std::string(isCommitted ? "2" : "1"));
    }

    void stopsAtOnceWhileItWaits()
    {
        auto writer = std::make_unique<DirectWriter>(1);
        writer->setDatabase(m_database->options());
        auto holder = pg::Connection::open(m_database->options(), "holder");
        QVERIFY(holder && holder->execute("BEGIN; LOCK TABLE items"));
        auto outcome = submit(*writer, transaction("c1", {insert(table("items"), "1|a|b")}));
        QTRY_VERIFY(m_database->value(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'electric writer' AND datname = current_database()")
            == "1");
        writer.reset();
        QVERIFY(holder->execute("ROLLBACK"));
        QTRY_COMPARE(m_database->value("SELECT count(*) FROM items"), std::string("0"));
    }

    void measures()
    {
        if (!qEnvironmentVariableIsSet("ELECTRIC_SOAK"))
            QSKIP("ELECTRIC_SOAK is not set");
        DirectWriter writer(4);
        writer.setDatabase(m_database->options());
        QElapsedTimer watch;
        std::clock_t used = 0;
        const auto begin = [&] {
            used = std::clock();
            watch.start();
        };
        const auto rate = [&](const char *what, int count) {
            qInfo().noquote() << "service CPU:" << double(std::clock() - used) * 1e6 / CLOCKS_PER_SEC / count << "us each";
            qInfo().noquote() << what << count << "in" << watch.elapsed()
                              << "ms:" << qRound(count * 1000.0 / double(std::max<qint64>(1, watch.elapsed()))) << "a second";
        };
        const std::string padding(80, 'x');
        for (const int count : {10'000, 100'000}) {
            std::vector<Operation> inserts;
            std::vector<Operation> updates;
            for (int at = 0; at < count; ++at) {
                const std::string id = std::to_string(count + at);
                inserts.push_back(insert(table("items"), id + '|' + padding + "|b"));
                updates.push_back(
                    update(table("items"), id + '|' + padding + "|b", id + "|changed|b", {"c1@" + std::to_string(nowMs + m_lsn + 1)}));
            }
            auto first = transaction("c1", std::move(inserts));
            begin();
            QCOMPARE(said(submit(writer, std::move(first))), std::string("applied"));
            rate("operations, one transaction of inserts:", count);
            begin();
            QCOMPARE(said(submit(writer, transaction("c1", std::move(updates)))), std::string("applied"));
            rate("operations, one transaction of updates:", count);
        }
        for (const int clients : {1, 4}) {
            std::vector<ClientTransaction> all;
            for (int at = 0; at < 2000; ++at)
                all.push_back(transaction("small" + std::to_string(at % clients),
                    {insert(table("items"), std::to_string(1'000'000 * clients + at) + '|' + padding + "|b")}));
            std::vector<std::future<WriteSink::Outcome>> outcomes;
            begin();
            for (ClientTransaction &one : all)
                outcomes.push_back(submit(writer, std::move(one)));
            for (auto &one : outcomes)
                QCOMPARE(said(std::move(one)), std::string("applied"));
            rate(clients == 1 ? "transactions of one insert, one client:" : "transactions of one insert, four clients:", 2000);
        }
    }
};

} // namespace electric::writes::test

QTEST_GUILESS_MAIN(electric::writes::test::DirectWriterTest)
#include "tst_directwriter.moc"
