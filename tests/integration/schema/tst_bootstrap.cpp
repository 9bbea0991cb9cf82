#include "service/schema/bootstrap.h"
#include "tests/support/throwawaycluster.h"

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
