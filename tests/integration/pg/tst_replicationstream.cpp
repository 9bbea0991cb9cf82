#include <QTest>

#include "service/pg/replicationstream.h"
#include "tests/support/throwawaycluster.h"

#include <QElapsedTimer>

#include <thread>

using namespace electric;
using pg::ReplicationStream;

namespace {

constexpr std::chrono::milliseconds patience {100};
constexpr qint64 mostWaiting = 15000;

std::string words(const Failure &failure)
{
    return failure.detail + ' ' + failure.hint;
}

} // namespace

class TestReplicationStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
    }

    void init()
    {
        m_interrupt.lower();
        m_options = m_cluster->options(*m_cluster->createDatabase());
        m_slot = "slot_" + m_options.database;
        run("CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t");
    }

    void cleanup()
    {
        run("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
        run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
    }

    void handsOverWhatIsCommittedAfterTheStart()
    {
        run("INSERT INTO t VALUES (1)");
        auto stream = open();
        QVERIFY2(stream, stream ? "" : words(stream.error()).c_str());
        run("INSERT INTO t VALUES (2)");
        QCOMPARE(kinds(*stream), std::string("BRIC"));
    }

    void handsOverAgainWhatWasNotConfirmed()
    {
        {
            auto stream = open();
            QVERIFY(stream);
            run("INSERT INTO t VALUES (1)");
            QCOMPARE(kinds(*stream), std::string("BRIC"));
        }
        auto again = openWhenFree();
        QVERIFY(again);
        QCOMPARE(kinds(*again), std::string("BRIC"));
    }

    void doesNotHandOverAgainWhatWasConfirmed()
    {
        {
            auto stream = open();
            QVERIFY(stream);
            run("INSERT INTO t VALUES (1)");
            QCOMPARE(kinds(*stream), std::string("BRIC"));
            confirmUpTo(*stream, *Lsn::fromHex(ask("SELECT pg_current_wal_flush_lsn()")));
        }
        auto again = openWhenFree();
        QVERIFY(again);
        run("INSERT INTO t VALUES (2), (3)");
        QCOMPARE(kinds(*again), std::string("BRIIC"));
    }

    // What concerns nobody lets Postgres forget its log as well.
    void positionsAdvanceWhileNothingOfInterestCommits()
    {
        auto stream = open();
        QVERIFY(stream);
        run("CREATE TABLE other AS SELECT generate_series(1, 10)");
        const Lsn written = *Lsn::fromHex(ask("SELECT pg_current_wal_flush_lsn()"));
        Lsn reached;
        QElapsedTimer waited;
        waited.start();
        while (reached < written && waited.elapsed() < mostWaiting) {
            const auto event = stream->next(patience);
            QVERIFY(event);
            if (const auto *const position = std::get_if<ReplicationStream::Position>(&*event))
                reached = position->upTo;
        }
        QVERIFY(reached >= written);
        confirmUpTo(*stream, reached);
    }

    void anInterruptEndsTheWaitingAtOnce()
    {
        auto stream = open();
        QVERIFY(stream);
        std::thread other([this] { m_interrupt.raise(); });
        QElapsedTimer waited;
        waited.start();
        while (waited.elapsed() < mostWaiting) {
            const auto event = stream->next(std::chrono::hours(1));
            QVERIFY(event);
            if (std::holds_alternative<ReplicationStream::Nothing>(*event))
                break;
        }
        other.join();
        QVERIFY(waited.elapsed() < mostWaiting);
    }

    void anInterruptEndsTheMakingOfASlotThatWaitsForATransaction()
    {
        auto busy = pg::Connection::open(m_options, "test");
        QVERIFY(busy && busy->execute("BEGIN; INSERT INTO t VALUES (1)"));
        m_interrupt.raise();
        const auto stream = open();
        QVERIFY(!stream);
        QVERIFY(stream.error().kind == Failure::Kind::Unavailable);
    }

    void aSlotInUseIsToldAndCanBeHadLater()
    {
        {
            auto first = open();
            QVERIFY(first);
            const auto second = open();
            QVERIFY(!second);
            QCOMPARE(second.error().code, std::string("55006"));
            QVERIFY2(words(second.error()).find("Another instance") != std::string::npos, words(second.error()).c_str());
        }
        QVERIFY(openWhenFree());
    }

    void aServerThatStopsIsUnavailableAndTheStreamGoesOnAfterwards()
    {
        auto stream = open();
        QVERIFY(stream);
        run("INSERT INTO t VALUES (1)");
        QCOMPARE(kinds(*stream), std::string("BRIC")); // not confirmed: a server that stops would wait for it
        std::optional<Failure> failure;
        std::thread reader([&] { failure = failureOf(*stream); });
        const auto restarted = m_cluster->restart();
        reader.join();
        QVERIFY2(restarted, restarted ? "" : restarted.error().detail.c_str());
        QVERIFY(failure && failure->kind == Failure::Kind::Unavailable);
        auto again = openWhenFree();
        QVERIFY(again);
        QCOMPARE(kinds(*again), std::string("BRIC"));
    }

    void aConnectionThatIsTerminatedIsUnavailable()
    {
        auto stream = open();
        QVERIFY(stream);
        run("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + m_slot + "'");
        const auto failure = failureOf(*stream);
        QVERIFY(failure && failure->kind == Failure::Kind::Unavailable && !failure->detail.empty());
    }

    void troubleAtTheStartSaysWhatToDo_data()
    {
        QTest::addColumn<QString>("prepare");
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("no publication") << QStringLiteral("DROP PUBLICATION p") << QByteArray()
                                        << QByteArray("publication p does not exist");
        QTest::newRow("slot of another plugin") << QStringLiteral("SELECT pg_create_logical_replication_slot('SLOT', 'test_decoding')")
                                                << QByteArray() << QByteArray("another plugin");
        QTest::newRow("no REPLICATION right") << QStringLiteral("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN PASSWORD 'password'")
                                              << QByteArray("user") << QByteArray("ALTER ROLE");
        QTest::newRow("wrong password") << QString() << QByteArray("password") << QByteArray("password authentication failed");
        QTest::newRow("nobody listens") << QString() << QByteArray("port") << QByteArray("refused");
        QTest::newRow("host without an address") << QString() << QByteArray("host") << QByteArray("nowhere.invalid");
        QTest::newRow("TLS demanded of a server without") << QString() << QByteArray("tls") << QByteArray("does not support SSL");
        QTest::newRow("no such database") << QString() << QByteArray("database") << QByteArray("does not exist");
    }
    void troubleAtTheStartSaysWhatToDo()
    {
        QFETCH(QString, prepare);
        QFETCH(QByteArray, change);
        if (!prepare.isEmpty())
            run(prepare.replace(QStringLiteral("SLOT"), QString::fromStdString(m_slot)).toStdString());
        auto options = m_options;
        if (change == "user")
            options.user = "plain";
        else if (change == "password")
            options.password = "secret-guess";
        else if (change == "port")
            options.port = test::freePort();
        else if (change == "host")
            options.host = "nowhere.invalid";
        else if (change == "tls")
            options.sslMode = "require";
        else if (change == "database")
            options.database = "nowhere";
        const auto stream = ReplicationStream::open(options, m_slot, "p", m_interrupt);
        QVERIFY(!stream);
        QFETCH(QByteArray, expected);
        QVERIFY2(words(stream.error()).find(expected.toStdString()) != std::string::npos, words(stream.error()).c_str());
        QVERIFY(words(stream.error()).find("secret-guess") == std::string::npos);
    }

    void aServerWithoutLogicalLogIsTold()
    {
        auto other = test::ThrowawayCluster::start({QStringLiteral("wal_level=replica")});
        QVERIFY2(other, other ? "" : other.error().detail.c_str());
        const auto stream = ReplicationStream::open((*other)->options(), "slot", "p", m_interrupt);
        QVERIFY(!stream);
        QVERIFY2(words(stream.error()).find("Set wal_level = logical") != std::string::npos, words(stream.error()).c_str());
    }

private:
    Result<ReplicationStream> open() { return ReplicationStream::open(m_options, m_slot, "p", m_interrupt); }

    // Postgres notices a moment later that a connection has gone.
    Result<ReplicationStream> openWhenFree()
    {
        QElapsedTimer waited;
        waited.start();
        for (;;) {
            auto stream = open();
            if (stream || waited.elapsed() > mostWaiting)
                return stream;
        }
    }

    // The kinds of the messages up to the first commit.
    static std::string kinds(ReplicationStream &stream)
    {
        std::string all;
        QElapsedTimer waited;
        waited.start();
        while (!all.ends_with('C') && waited.elapsed() < mostWaiting) {
            const auto event = stream.next(patience);
            if (!event)
                return all + ' ' + words(event.error());
            if (const auto *const data = std::get_if<ReplicationStream::Data>(&*event))
                all += data->message.front();
        }
        return all;
    }

    static std::optional<Failure> failureOf(ReplicationStream &stream)
    {
        QElapsedTimer waited;
        waited.start();
        while (waited.elapsed() < mostWaiting) {
            if (const auto event = stream.next(patience); !event)
                return event.error();
        }
        return std::nullopt;
    }

    void confirmUpTo(ReplicationStream &stream, Lsn position)
    {
        stream.confirm(position);
        auto connection = pg::Connection::open(m_options, "test");
        QVERIFY(connection);
        QElapsedTimer waited;
        waited.start();
        std::optional<Lsn> confirmed;
        while ((!confirmed || *confirmed < position) && waited.elapsed() < mostWaiting) {
            QVERIFY(stream.next(patience));
            confirmed = pg::confirmedPosition(*connection, m_slot).value_or(std::nullopt);
        }
        QVERIFY(confirmed && *confirmed >= position);
    }

    std::string ask(const std::string &sql)
    {
        auto connection = pg::Connection::open(m_options, "test");
        auto rows = connection ? connection->query(sql) : Result<pg::Rows>(fail(connection.error()));
        return rows ? std::string(rows->text(0, 0)) : rows.error().detail;
    }
    void run(const std::string &sql)
    {
        auto connection = pg::Connection::open(m_options, "test");
        QVERIFY2(connection, connection ? "" : connection.error().detail.c_str());
        const auto done = connection->execute(sql);
        QVERIFY2(done, done ? "" : done.error().detail.c_str());
    }

    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    pg::Interrupt m_interrupt;
    pg::ConnectionOptions m_options;
    std::string m_slot;
};

QTEST_GUILESS_MAIN(TestReplicationStream)
#include "tst_replicationstream.moc"
