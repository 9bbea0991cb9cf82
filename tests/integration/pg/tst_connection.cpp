#include "service/pg/connection.h"
#include "tests/support/throwawaycluster.h"

#include <QTest>

using namespace electric;

class TestConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
    }

    void queriesWithParametersGiveText()
    {
        auto connection = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(connection);
        auto rows = connection->query("SELECT $1::int + 1, $2::text, '2024-01-01 12:00+02'::timestamptz", {"41", std::nullopt});
        QVERIFY(rows);
        QCOMPARE(std::string(rows->text(0, 0)), std::string("42"));
        QVERIFY(rows->isNull(0, 1));
        QCOMPARE(std::string(rows->text(0, 2)), std::string("2024-01-01 10:00:00+00"));
    }

    void failuresCarryTheSqlState()
    {
        auto connection = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(connection);
        auto rows = connection->query("SELECT * FROM nowhere");
        QVERIFY(!rows);
        QCOMPARE(rows.error().code, std::string("42P01"));
        QVERIFY(rows.error().kind == Failure::Kind::NotFound);
        QVERIFY(connection->query("SELECT 1"));
    }

    void wrongPasswordIsUnavailableWithPostgresText()
    {
        auto options = m_cluster->options();
        options.password = "wrong";
        auto connection = pg::Connection::open(options, "test");
        QVERIFY(!connection);
        QVERIFY(connection.error().detail.find("password authentication failed") != std::string::npos);
    }

    void copyOutHandsOverEachLine()
    {
        auto connection = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(connection);
        std::vector<std::string> lines;
        auto copied = connection->copyOut("COPY (SELECT i, NULL FROM generate_series(1, 3) i) TO STDOUT", [&](std::string_view line) {
            lines.emplace_back(line);
            return true;
        });
        QVERIFY(copied);
        QCOMPARE(lines, (std::vector<std::string> {"1\t\\N", "2\t\\N", "3\t\\N"}));
    }

    void copyOutCanBeStoppedAndTheConnectionStaysUsable()
    {
        auto connection = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(connection);
        int lines = 0;
        QVERIFY(connection->copyOut("COPY (SELECT generate_series(1, 5000000)) TO STDOUT", [&](std::string_view) { return ++lines < 10; }));
        QCOMPARE(lines, 10);
        QVERIFY(connection->query("SELECT 1"));
    }

private:
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
