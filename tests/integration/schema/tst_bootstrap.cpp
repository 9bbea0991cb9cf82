#include "service/schema/bootstrap.h"
#include "service/schema/schemastore.h"
#include "service/schema/slot.h"
#include "tests/support/throwawaycluster.h"

#include <QRegularExpression>
#include <QTest>
#include <QThread>

using namespace electric;

class TestBootstrap : public QObject
{
    Q_OBJECT

private:
    pg::Connection open(const std::string &database)
    {
        auto connection = pg::Connection::open(m_cluster->options(database), "test");
        if (!connection)
            qFatal("%s", connection.error().detail.c_str());
        return std::move(*connection);
    }

    std::string database()
    {
        auto name = m_cluster->createDatabase();
        if (!name)
            qFatal("%s", name.error().detail.c_str());
        return *name;
    }

    static QString one(pg::Connection &connection, const std::string &sql)
    {
        auto rows = connection.query(sql);
        return rows && rows->count() == 1 ? QString::fromUtf8(rows->text(0, 0).data()) : QStringLiteral("no single row");
    }

    // Every object of the schema with its version: what a repeated start must leave alone.
    static QString fingerprint(pg::Connection &connection)
    {
        return one(connection,
            "SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (SELECT oid || ':' || xmin::text AS line FROM pg_proc"
            " WHERE pronamespace = 'electric'::regnamespace UNION ALL SELECT oid || ':' || xmin::text FROM pg_class"
            " WHERE relnamespace = 'electric'::regnamespace UNION ALL SELECT oid || ':' || xmin::text FROM pg_trigger) "
            "AS lines");
    }

    std::unique_ptr<test::ThrowawayCluster> m_cluster;

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
    }

    void secondStartChangesNothing()
    {
        auto connection = open(database());
        auto first = schema::bootstrap(connection);
        QVERIFY2(first, first ? "" : first.error().detail.c_str());
        QVERIFY(connection.execute("CREATE TABLE items (id uuid PRIMARY KEY, content text); CALL electric.electrify('items')"));
        const QString before = fingerprint(connection);
        auto second = schema::bootstrap(connection);
        QVERIFY(second);
        QCOMPARE(fingerprint(connection), before);
        QCOMPARE(second->clusterId, first->clusterId);
        QCOMPARE(second->writeSecret, first->writeSecret);
        QCOMPARE(second->slotName, first->slotName);
        QCOMPARE(one(connection, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"), QStringLiteral("1"));
    }

    void newScriptIsRunOverTheOld()
    {
        auto connection = open(database());
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE items (id uuid PRIMARY KEY, content text); CALL electric.electrify('items');"
                                   " UPDATE electric.service_state SET value = 'of an older version' WHERE name = 'sql_hash'"));
        const QString secret = one(connection, "SELECT value FROM electric.service_state WHERE name = 'write_secret'");
        auto again = schema::bootstrap(connection);
        QVERIFY2(again, again ? "" : again.error().detail.c_str());
        QCOMPARE(QString::fromStdString(again->writeSecret), secret);
        QVERIFY(connection.execute("INSERT INTO items VALUES ('00000000-0000-0000-0000-000000000001', 'x')"));
        QCOMPARE(one(connection, "SELECT count(*) FROM electric.shadow__public__items"), QStringLiteral("1"));
    }

    void startsAtTheSameTimeAgree()
    {
        const std::string name = database();
        auto one = open(name);
        auto other = open(name);
        QVERIFY(one.execute("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('electric bootstrap', 0))"));
        Result<schema::Bootstrapped> result = fail(Failure::Kind::Internal, "did not run");
        std::unique_ptr<QThread> thread(QThread::create([&] { result = schema::bootstrap(other); }));
        thread->start();
        QTRY_COMPARE(TestBootstrap::one(one, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"), QStringLiteral("1"));
        QVERIFY(one.execute("COMMIT"));
        QVERIFY(thread->wait(20'000));
        QVERIFY2(result, result ? "" : result.error().detail.c_str());
        QVERIFY(schema::bootstrap(one));
    }

    void publicationLosingATableIsRepaired()
    {
        auto connection = open(database());
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE items (id uuid PRIMARY KEY); CALL electric.electrify('items');"
                                   " ALTER PUBLICATION electric_publication DROP TABLE items"));
        QVERIFY(schema::bootstrap(connection));
        QCOMPARE(one(connection,
                     "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables WHERE pubname = "
                     "'electric_publication'"),
            QStringLiteral("ddl_commands items shadow__public__items"));
    }

    void droppedPublicationIsMadeAgain()
    {
        auto connection = open(database());
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE items (id uuid PRIMARY KEY); CALL electric.electrify('items'); DROP "
                                   "PUBLICATION electric_publication"));
        QVERIFY(schema::bootstrap(connection));
        QCOMPARE(one(connection, "SELECT count(*) FROM pg_publication_tables WHERE pubname = 'electric_publication'"), QStringLiteral("3"));
    }

    void lostSlotIsMadeAnewAndMigrationsAreNot()
    {
        auto cluster = test::ThrowawayCluster::start(
            {QStringLiteral("max_slot_wal_keep_size=1MB"), QStringLiteral("min_wal_size=32MB"), QStringLiteral("max_wal_size=48MB")});
        QVERIFY(cluster);
        auto connection = pg::Connection::open((*cluster)->options(), "test").value();
        auto first = schema::bootstrap(connection);
        QVERIFY(first);
        QVERIFY(first->slotIsNew);
        QVERIFY(connection.execute("CREATE TABLE known (id uuid PRIMARY KEY); CALL electric.electrify('known')"));
        auto history = schema::adoptMissedMigrations(connection, *schema::loadHistory(connection), first->slotStart);
        QVERIFY(history);
        QVERIFY(connection.execute("CREATE TABLE missed (id uuid PRIMARY KEY); CALL electric.electrify('missed')"));
        for (int segment = 0; segment < 5; ++segment) {
            QVERIFY(connection.query("SELECT pg_switch_wal()"));
            QVERIFY(connection.execute("UPDATE electric.transaction_marker SET content = '1' WHERE id = 'magic write'; CHECKPOINT"));
        }
        QCOMPARE(one(connection, "SELECT state FROM electric.replication_health"), QStringLiteral("lost"));

        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("Postgres gave it up")));
        auto second = schema::bootstrap(connection);
        QVERIFY2(second, second ? "" : second.error().detail.c_str());
        QVERIFY(second->slotIsNew);
        QVERIFY(second->slotStart > first->slotStart);
        QCOMPARE(one(connection, "SELECT state FROM electric.replication_health"), QStringLiteral("ready"));
        history = schema::loadHistory(connection);
        QVERIFY(!(*history)->catalogue()->table({"public", "missed"}));
        history = schema::adoptMissedMigrations(connection, *history, second->slotStart);
        QVERIFY(history);
        QVERIFY((*history)->catalogue()->table({"public", "known"}));
        QVERIFY((*history)->catalogue()->table({"public", "missed"})->oid != 0);
        QCOMPARE((*history)->migrations().back()->position, second->slotStart);
        QCOMPARE((*schema::loadHistory(connection))->migrations().size(), std::size_t(2));
        QVERIFY(!schema::bootstrap(connection)->slotIsNew);
    }

    void slotOfAnotherDatabaseIsNotTaken()
    {
        auto connection = open(database());
        auto elsewhere = open("postgres");
        const std::string name = schema::slotNameFor(PQdb(connection.handle()));
        QVERIFY(elsewhere.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {name}));
        auto refused = schema::bootstrap(connection);
        QVERIFY(!refused);
        QVERIFY(QString::fromStdString(refused.error().detail).contains(QStringLiteral("belongs to another database")));
        QVERIFY(elsewhere.query("SELECT pg_drop_replication_slot($1)", {name}));
    }

    void roleNamedElectricIsWarnedAbout()
    {
        const std::string name = database();
        QVERIFY(open(name).execute("CREATE ROLE electric SUPERUSER LOGIN PASSWORD 'electric'"));
        auto options = m_cluster->options(name);
        options.user = "electric";
        options.password = "electric";
        auto connection = pg::Connection::open(options, "test").value();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("ALTER ROLE electric SET search_path = public")));
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE public.items (id uuid PRIMARY KEY); CALL electric.electrify('items')"));
        QVERIFY(connection.execute("INSERT INTO public.items VALUES ('00000000-0000-0000-0000-000000000001')"));
    }

    void droppedTableIsForgotten()
    {
        auto connection = open(database());
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE items (id uuid PRIMARY KEY); CALL electric.electrify('items'); DROP TABLE items"));
        QVERIFY(schema::bootstrap(connection));
        QCOMPARE(one(connection, "SELECT count(*) FROM electric.electrified"), QStringLiteral("0"));
        QCOMPARE(one(connection, "SELECT coalesce(to_regclass('electric.shadow__public__items')::text, 'gone')"), QStringLiteral("gone"));
        auto history = schema::adoptMissedMigrations(connection, *schema::loadHistory(connection), Lsn {1});
        QVERIFY(history);
        QVERIFY(!(*history)->catalogue()->table({"public", "items"}));
    }

    void triggersThatSomebodyTookOffAreMadeAgain()
    {
        auto connection = open(database());
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("CREATE TABLE items (id int4 PRIMARY KEY); CALL electric.electrify('items');"
                                   " ALTER TABLE items DISABLE TRIGGER ALL"));
        QVERIFY(schema::bootstrap(connection));
        QVERIFY(connection.execute("INSERT INTO items VALUES (1)"));
        QCOMPARE(one(connection, "SELECT count(*) FROM electric.shadow__public__items"), QStringLiteral("1"));
    }

    // Workers of other subscriptions fire no triggers for statements.
    void rowsThatASubscriptionAppliesAreTagged()
    {
        const std::string there = database();
        const std::string here = database();
        auto source = open(there);
        auto target = open(here);
        QVERIFY(schema::bootstrap(target));
        const std::string table = "CREATE TABLE items (id int4 PRIMARY KEY, a text, b text)";
        QVERIFY(source.execute(table + "; CREATE PUBLICATION others FOR TABLE items"));
        QVERIFY(source.query("SELECT pg_create_logical_replication_slot('others', 'pgoutput')"));
        QVERIFY(target.execute(table + "; CALL electric.electrify('items')"));
        QVERIFY(target.execute("CREATE SUBSCRIPTION others CONNECTION 'host=127.0.0.1 port=" + std::to_string(m_cluster->port())
            + " user=postgres password=password dbname=" + there + "' PUBLICATION others WITH (create_slot = false, copy_data = false)"));
        QVERIFY(source.execute("INSERT INTO items VALUES (1, 'x', 'y'), (2, 'x', 'y'), (3, 'x', 'y')"));
        QTRY_COMPARE(one(target, "SELECT count(*) FROM electric.shadow__public__items WHERE cardinality(_tags) = 1"), QStringLiteral("3"));
        QVERIFY(target.execute(
            "UPDATE electric.shadow__public__items SET _tags = '{}', _tag_a = '(2001-01-01Z,c1)', _tag_b = '(2001-01-01Z,c1)'"));
        QVERIFY(
            source.execute("UPDATE items SET a = 'z' WHERE id = 1; DELETE FROM items WHERE id = 2; UPDATE items SET id = 4 WHERE id = 3"));
        QTRY_COMPARE(one(target,
                         "SELECT string_agg(id || ' ' || cardinality(_tags) || ' ' || ((_tag_a).source_id IS NULL) || ' ' || "
                         "((_tag_b).source_id IS NULL), ', '"
                         " ORDER BY id) FROM electric.shadow__public__items"),
            QStringLiteral("1 1 true false, 2 0 false false, 3 0 false false, 4 1 true true"));
        QCOMPARE(one(target, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM electric.tombstone__public__items"), QStringLiteral("2 3"));
        QVERIFY(target.execute(
            "ALTER SUBSCRIPTION others DISABLE; ALTER SUBSCRIPTION others SET (slot_name = NONE); DROP SUBSCRIPTION others"));
    }

    void roleWithoutReplicationIsToldSo()
    {
        const std::string name = database();
        auto admin = open(name);
        QVERIFY(admin.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'"));
        auto options = m_cluster->options(name);
        options.user = "plain";
        options.password = "plain";
        auto connection = pg::Connection::open(options, "test");
        QVERIFY(connection);
        auto refused = schema::bootstrap(*connection);
        QVERIFY(!refused);
        QCOMPARE(QString::fromStdString(refused.error().hint), QStringLiteral("Run ALTER ROLE \"plain\" REPLICATION."));
    }

    void slotNameIsMadeFromTheDatabase_data()
    {
        QTest::addColumn<QString>("database");
        QTest::addColumn<QString>("slot");
        QTest::newRow("plain") << "app"
                               << "electric_replication_out_app";
        QTest::newRow("capitals and signs") << "My-App.2"
                                            << "electric_replication_out_my_app_2";
        QTest::newRow("underscores around") << "__x__"
                                            << "electric_replication_out_x";
        QTest::newRow("long") << QStringLiteral("a").repeated(60)
                              << QStringLiteral("electric_replication_out_") + QStringLiteral("a").repeated(38);
    }

    void slotNameIsMadeFromTheDatabase()
    {
        QFETCH(QString, database);
        QTEST(QString::fromStdString(schema::slotNameFor(database.toStdString())), "slot");
    }
};

QTEST_GUILESS_MAIN(TestBootstrap)
#include "tst_bootstrap.moc"
