#include "service/proxy/messages.h"
#include "tests/integration/proxy/proxyfixture.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <poll.h>
#include <sys/socket.h>

#include <array>

using namespace electric;
using namespace electric::proxy;

namespace {

// Messages as drivers send them, and the types of those that come back, in one word.
std::string bind(std::string_view portal, std::string_view statement)
{
    return message('B', std::string(portal) + '\0' + std::string(statement) + std::string(7, '\0'));
}
std::string describe(char what, std::string_view name)
{
    return message('D', what + std::string(name) + '\0');
}
std::string execute(std::string_view portal)
{
    return message('E', std::string(portal) + std::string(5, '\0'));
}
std::string close(char what, std::string_view name)
{
    return message('C', what + std::string(name) + '\0');
}
std::string endOfGroup()
{
    return message('S');
}
std::string flush()
{
    return message('H');
}

// Sends bytes over a connection that libpq has opened and reads until Postgres says the last word.
class RawClient
{
public:
    explicit RawClient(pg::Connection &connection) : m_socket(PQsocket(connection.handle())) { }

    // What comes until so many ReadyForQuery (or the end), as "1 2 T D C:SELECT 1 Z:I"; without parameter statuses.
    std::string ask(std::string_view bytes, int ready)
    {
        send(bytes);
        std::string seen;
        while (ready > 0) {
            const Message one = readMessage(m_input, maxMessage);
            if (one.kind == Message::Kind::NeedMore) {
                if (!receive())
                    return seen + "end";
                continue;
            }
            if (one.type == 'Z')
                --ready;
            if (one.type != 'S' && one.type != 'N')
                seen += inShort(one) + ' ';
            m_input.erase(0, one.whole.size());
        }
        return seen.substr(0, seen.size() - 1);
    }

private:
    static std::string inShort(const Message &one)
    {
        std::string seen(1, one.type);
        if (one.type == 'C' || one.type == 'Z')
            seen += ':' + std::string(one.body.substr(0, one.body.find('\0')));
        else if (one.type == 'E')
            seen += ':' + std::string(reportField(one.body, 'C'));
        return seen;
    }

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN)
                return;
            bytes.remove_prefix(std::size_t(std::max<ssize_t>(count, 0)));
        }
    }

    bool receive()
    {
        pollfd waited {m_socket, POLLIN, 0};
        if (::poll(&waited, 1, 10'000) <= 0)
            return false;
        std::array<char, 65536> buffer {};
        const ssize_t count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (count > 0)
            m_input.append(buffer.data(), std::size_t(count));
        return count > 0;
    }

    int m_socket;
    std::string m_input;
};

} // namespace

class TestProxyWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto started = m_world.startCluster();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        const auto opened = m_world.open();
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
    }

    void cleanupTestCase() { m_world.close(); }

    // Each conversation is held with Postgres itself too: both must sound the same, save where `instead` says
    // otherwise.
    void conversationsSoundAsWithPostgres_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("ready");
        QTest::addColumn<QByteArray>("instead");
        const auto row = [](const char *name, const std::string &bytes, int ready, const char *instead = "") {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << ready << QByteArray(instead);
        };
        row("psql: several statements", query("SELECT 1; INSERT INTO plain VALUES (1); SELECT 2"), 1);
        row("empty query", query("-- ping"), 1);
        row("two queries at once", query("SELECT 1") + query("SELECT 2"), 2);
        row("JDBC: unnamed, one packet",
            parse("", "BEGIN", {}) + bind("", "") + execute("") + parse("", "SELECT 1", {}) + bind("", "") + describe('P', "") + execute("")
                + endOfGroup() + parse("", "COMMIT", {}) + bind("", "") + execute("") + endOfGroup(),
            2);
        row("JDBC: batch with a failing member",
            parse("S_1", "INSERT INTO plain VALUES (10)", {}) + bind("", "S_1") + execute("") + bind("", "S_1") + execute("")
                + bind("", "S_1") + execute("") + endOfGroup() + query("SELECT 1"),
            2);
        row("JDBC: portals with a row limit",
            query("BEGIN") + parse("S_2", "SELECT generate_series(1, 5)", {}) + bind("C_1", "S_2") + describe('P', "C_1")
                + message('E', std::string("C_1\0\0\0\0\2", 8)) + endOfGroup() + message('E', std::string("C_1\0\0\0\0\0", 8))
                + endOfGroup() + close('P', "C_1") + close('S', "S_2") + endOfGroup() + query("COMMIT"),
            5);
        row("psycopg: one group a statement",
            parse("", "BEGIN", {}) + bind("", "") + describe('P', "") + execute("") + endOfGroup() + parse("", "SELECT 1", {})
                + bind("", "") + describe('P', "") + execute("") + endOfGroup() + parse("", "ROLLBACK", {}) + bind("", "")
                + describe('P', "") + execute("") + endOfGroup(),
            3);
        row("pgx: prepare, describe, then bind with an early error",
            parse("stmtcache_1", "SELECT 1/0", {}) + describe('S', "stmtcache_1") + endOfGroup() + bind("", "stmtcache_1")
                + describe('P', "") + execute("") + endOfGroup() + parse("stmtcache_2", "SELEC", {}) + describe('S', "stmtcache_2")
                + endOfGroup() + close('S', "stmtcache_1") + endOfGroup(),
            4);
        row("Postgrex: flush, then bind",
            parse("ecto_1", "SELECT 1", {}) + describe('S', "ecto_1") + flush() + bind("", "ecto_1") + execute("") + close('S', "ecto_1")
                + endOfGroup(),
            1);
        row("a name given twice keeps its first meaning",
            parse("twice", "SELECT 1", {}) + endOfGroup() + parse("twice", "ALTER TABLE items ADD COLUMN never text", {}) + endOfGroup()
                + bind("", "twice") + execute("") + endOfGroup() + close('S', "twice") + endOfGroup(),
            4);
        row("a name given again in a group that fails",
            parse("again", "SELECT 1", {}) + endOfGroup() + close('S', "again") + parse("again", "SELEC", {}) + endOfGroup()
                + bind("", "again") + execute("") + endOfGroup(),
            3);
        row("function call", message('F', std::string("\0\0\5\x3a\0\0\0\0\0\0", 10)) + query("SELECT 1"), 2);
        row("COPY in",
            query("COPY plain FROM STDIN") + message('d', "20\ta\n") + message('d', "21\tb\n") + message('c') + query("SELECT 1"), 2);
        row("COPY in, given up", query("COPY plain FROM STDIN") + message('f', std::string("no\0", 3)) + query("SELECT 1"), 2);
        row("COPY in that breaks a rule",
            query("COPY plain FROM STDIN") + message('d', "30\ta\n30\tb\n") + message('c') + query("SELECT 1"), 2);
        row("COPY in that never begins", query("COPY nowhere FROM STDIN") + message('d', "1\n") + message('c') + query("SELECT 1"), 2);
        row("COPY in, extended, with an early sync",
            parse("", "COPY plain FROM STDIN", {}) + bind("", "") + execute("") + endOfGroup() + message('d', "40\ta\n") + message('c')
                + endOfGroup() + query("SELECT 1"),
            2);
        row("COPY in, extended, all at once",
            parse("", "COPY plain FROM STDIN", {}) + bind("", "") + execute("") + message('d', "41\ta\n") + message('c') + endOfGroup()
                + query("SELECT 1"),
            2);
        row("COPY in, interrupted by a query",
            query("COPY plain FROM STDIN") + message('d', "50\ta\n") + query("SELECT 1") + query("SELECT 2"), 2);
        row("COPY out", query("COPY (SELECT generate_series(1, 3)) TO STDOUT") + query("SELECT 1"), 2);
        row("savepoints and a failed transaction",
            query("BEGIN") + query("SAVEPOINT a") + query("SELECT 1/0") + query("SELECT 1") + query("ROLLBACK TO a") + query("RELEASE a")
                + query("SELECT 1/0") + query("COMMIT"),
            8);
        row("chained transactions", query("BEGIN") + query("COMMIT AND CHAIN") + query("ROLLBACK AND NO CHAIN"), 3);
        row("parameters told", query("SET application_name = 'x'") + query("LISTEN x; NOTIFY x"), 2);
        row("several statements in a Parse", parse("", "SELECT 1; ALTER TABLE items ADD a int", {}) + endOfGroup(), 1);
        row("a migration among others, at once", query("SELECT 1") + query("ALTER TABLE items ADD COLUMN a1 text") + query("SELECT 2"), 3);
        row("a migration in one transaction and message", query("BEGIN; ALTER TABLE items ADD COLUMN a2 text; COMMIT"), 1);
        row("a migration by psycopg",
            parse("", "BEGIN", {}) + bind("", "") + describe('P', "") + execute("") + endOfGroup()
                + parse("", "ALTER TABLE items ADD COLUMN a3 text", {}) + bind("", "") + describe('P', "") + execute("") + endOfGroup()
                + parse("", "COMMIT", {}) + bind("", "") + describe('P', "") + execute("") + endOfGroup(),
            3);
        row("a migration by Postgrex",
            parse("ecto_2", "ALTER TABLE items ADD COLUMN a4 text", {}) + describe('S', "ecto_2") + flush() + bind("", "ecto_2")
                + execute("") + close('S', "ecto_2") + endOfGroup(),
            1);
        row("a migration executed twice",
            parse("m", "ALTER TABLE items ADD COLUMN IF NOT EXISTS a5 text", {}) + bind("", "m") + execute("") + endOfGroup()
                + bind("", "m") + execute("") + endOfGroup(),
            2);
        row("several in one group, the second refused",
            parse("", "SELECT 1", {}) + bind("", "") + execute("") + parse("", "DROP TABLE items", {}) + bind("", "") + execute("")
                + endOfGroup(),
            1, "1 2 D C:SELECT 1 1 2 E:EX004 Z:I");
        row("refused at Parse, then a sync",
            parse("", "ELECTRIC JUNK", {}) + describe('S', "") + flush() + endOfGroup() + query("SELECT 1"), 2,
            "E:42601 Z:I T D C:SELECT 1 Z:I");
        row("refused while idle", query("DROP TABLE items") + query("SELECT 1"), 2, "E:EX004 Z:I T D C:SELECT 1 Z:I");
        row("ENABLE in one group",
            parse("", "ALTER TABLE plain ENABLE ELECTRIC", {}) + bind("", "") + describe('P', "") + execute("") + endOfGroup(), 1,
            "1 2 n C:ELECTRIC ENABLE Z:I");
        row("DISABLE", query("ALTER TABLE plain DISABLE ELECTRIC") + query("SELECT 1"), 2, "C:ELECTRIC DISABLE Z:I T D C:SELECT 1 Z:I");
        row("unknown message", message('?'), 1, "E:08P01 end");
    }
    void conversationsSoundAsWithPostgres()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, ready);
        QFETCH(QByteArray, instead);
        const auto held
            = [bytes = bytes.toStdString(), ready](pg::Connection &connection) { return RawClient(connection).ask(bytes, ready); };
        std::string expected = instead.toStdString();
        if (expected.empty()) {
            auto restored = m_world.direct().execute("DROP TABLE plain; CREATE TABLE plain (id int PRIMARY KEY, value text);"
                                                     "DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, value text)");
            QVERIFY(restored);
            auto connection = pg::Connection::open(m_world.databaseOptions(), "test client");
            QVERIFY(connection);
            expected = held(*connection);
        }
        auto restored = m_world.direct().execute("DROP TABLE plain; CREATE TABLE plain (id int PRIMARY KEY, value text);"
                                                 "DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, value text)");
        QVERIFY(restored);
        QCOMPARE(m_world.through(held), expected);
    }

    void longMessagesArePassedOnWithoutBeingKept()
    {
        const std::string big(64'000'000, 'x');
        const std::string size = m_world.through([&big](pg::Connection &connection) {
            auto rows = connection.query("SELECT length($1), $1", {big});
            return rows ? std::string(rows->text(0, 0)) + (rows->text(0, 1) == big ? " same" : " other") : rows.error().detail;
        });
        QCOMPARE(size, std::string("64000000 same"));
    }

    void slowReadersHoldPostgresBack()
    {
        const std::string seen = m_world.through([](pg::Connection &connection) {
            PGconn *const handle = connection.handle();
            PQsendQuery(handle, "SELECT repeat('x', 100000) FROM generate_series(1, 2000)"); // 200 MB that nobody reads yet
            PQflush(handle);
            pollfd readable {PQsocket(handle), POLLIN, 0};
            ::poll(&readable, 1, 10'000);
            return std::string(connection.isUsable() ? "usable" : "lost");
        });
        QCOMPARE(seen, std::string("usable"));
        QTRY_COMPARE(m_world.proxy().sessions(), 0);
    }

    void theEndOfTheDatabaseIsTold()
    {
        auto result = std::async(std::launch::async, [options = m_world.clientOptions()] {
            auto connection = pg::Connection::open(options, "to be ended");
            auto ended = connection->query("SELECT pg_terminate_backend(pg_backend_pid())");
            return ended ? std::string() : ended.error().detail;
        });
        const std::string told = test::ProxyFixture::awaited(result);
        QVERIFY2(told.find("terminating connection due to administrator command") != std::string::npos, told.c_str());
        QTRY_COMPARE(m_world.proxy().sessions(), 0);
    }

    void prismaSeesElectrifiedTablesOnly_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("output");
        QTest::newRow("version") << "SELECT version() ~ '^PostgreSQL'"
                                 << "t\n";
        QTest::newRow("settings") << "SET search_path = public"
                                  << "SET\n";
        QTest::newRow("tables") << "SELECT c.relname AS table_name, n.nspname AS namespace FROM pg_class c JOIN "
                                   "pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
                                << "items|public\n";
        QTest::newRow("columns, in order")
            << "SELECT n.nspname AS namespace, info.table_name, info.column_name FROM information_schema.columns info "
               "JOIN pg_namespace n ON n.nspname = info.table_schema ORDER BY info.column_name DESC -- all"
            << "public|items|value\npublic|items|id\n";
        QTest::newRow("enums") << "SELECT t.typname AS name, e.enumlabel AS value, n.nspname AS namespace FROM pg_enum "
                                  "e JOIN pg_type t ON t.oid = e.enumtypid "
                                  "JOIN pg_namespace n ON n.oid = t.typnamespace ORDER BY e.enumsortorder"
                               << "";
        QTest::newRow("schemas") << "SELECT nspname AS namespace_name FROM pg_namespace"
                                 << "public\n";
        QTest::newRow("views") << "SELECT viewname AS view_name, definition AS view_sql, schemaname AS namespace FROM pg_views"
                               << "";
        QTest::newRow("anything else")
            << "SELECT * FROM plain"
            << "ERROR:  this is no introspection query that the migrations proxy knows\n"
               "HINT:  The user prisma sees electrified tables only; connect as another user for anything else.\n";
        QTest::newRow("writes") << "DELETE FROM items"
                                << "ERROR:  only introspection is possible as the user prisma\n"
                                   "HINT:  The user prisma sees electrified tables only; connect as another user for anything else.\n";
    }
    void prismaSeesElectrifiedTablesOnly()
    {
        QFETCH(QString, sql);
        QTEST(QString::fromStdString(m_world.psql({QStringLiteral("-U"), QStringLiteral("prisma"), QStringLiteral("-c"), sql})), "output");
    }

    void prismaAsksWithParameters()
    {
        auto result = std::async(std::launch::async, [options = m_world.clientOptions()]() mutable {
            options.user = "prisma";
            auto connection = pg::Connection::open(options, "prisma");
            auto rows = connection->query("SELECT n.nspname AS namespace, c.relname AS table_name FROM pg_class c JOIN pg_namespace n "
                                          "ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1::name[]) AND c.relkind = 'r'",
                {std::string("{public,pg_catalog}")});
            return rows ? std::to_string(rows->count()) + ' ' + std::string(rows->text(0, 1)) : rows.error().detail;
        });
        QCOMPARE(test::ProxyFixture::awaited(result), std::string("1 items"));
    }

    void tlsIsOfferedWithACertificate()
    {
        QTemporaryDir directory;
        const QString certificate = directory.filePath(QStringLiteral("cert.pem"));
        const QString key = directory.filePath(QStringLiteral("key.pem"));
        QCOMPARE(QProcess::execute(QStringLiteral("openssl"),
                     {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("ec"),
                         QStringLiteral("-pkeyopt"), QStringLiteral("ec_paramgen_curve:P-256"), QStringLiteral("-nodes"),
                         QStringLiteral("-keyout"), key, QStringLiteral("-out"), certificate, QStringLiteral("-subj"),
                         QStringLiteral("/CN=127.0.0.1"), QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1")}),
            0);
        ProxyConfig config;
        config.tlsCertificate = certificate.toStdString();
        config.tlsKey = key.toStdString();
        QVERIFY(m_world.listen(config));
        const QString verified = QStringLiteral("host=127.0.0.1 user=anybody dbname=any sslmode=verify-full sslrootcert=%1 port=%2")
                                     .arg(certificate)
                                     .arg(m_world.proxy().port());
        QCOMPARE(m_world.psql({QStringLiteral("-d"), verified, QStringLiteral("-c"), QStringLiteral("SELECT repeat('x', 3)")}),
            std::string("xxx\n"));
        QCOMPARE(m_world.psql({QStringLiteral("-c"), QStringLiteral("SELECT 1")}, {}, QStringLiteral("disable")), std::string("1\n"));

        config.tlsKey = certificate.toStdString();
        const auto refused = m_world.listen(config);
        QVERIFY(!refused && refused.error().detail.find("there is no RSA or EC key in") == 0);
        QVERIFY(m_world.listen({}));
    }

private:
    test::ProxyFixture m_world;
};

QTEST_GUILESS_MAIN(TestProxyWire)
#include "tst_proxywire.moc"
