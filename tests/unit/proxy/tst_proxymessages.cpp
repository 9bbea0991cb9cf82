#include "service/proxy/clientlogin.h"
#include "service/proxy/messages.h"
#include "service/proxy/upstreamlogin.h"

#include <QTest>

using namespace electric;
using namespace electric::proxy;

namespace {

std::string startup(std::uint32_t version, const Parameters &parameters)
{
    std::string bytes = startupMessage(parameters);
    return bytes.replace(4, 4, uint32Bytes(version));
}

} // namespace

class TestProxyMessages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startupPacketsAreTold_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *name, const std::string &bytes, StartupPacket::Kind kind) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << int(kind);
        };
        const std::string good = startupMessage({{"user", "a"}, {"database", "b"}});
        row("good", good, StartupPacket::Kind::Startup);
        row("all but its last byte", good.substr(0, good.size() - 1), StartupPacket::Kind::NeedMore);
        row("TLS", tlsRequest(), StartupPacket::Kind::Tls);
        row("GSS", uint32Bytes(8) + uint32Bytes(80877104), StartupPacket::Kind::Gss);
        row("cancel", cancelRequest("12345678"), StartupPacket::Kind::Cancel);
        row("cancel without a key", cancelRequest(""), StartupPacket::Kind::Malformed);
        row("too long", uint32Bytes(20'000), StartupPacket::Kind::Malformed);
        row("too short", uint32Bytes(4), StartupPacket::Kind::Malformed);
        row("TLS ClientHello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), StartupPacket::Kind::Malformed);
        row("HTTP", "GET / HTTP/1.1\r\n", StartupPacket::Kind::Malformed);
        row("parameters without an end", uint32Bytes(9) + uint32Bytes(3U << 16U) + 'a', StartupPacket::Kind::Malformed);
    }
    void startupPacketsAreTold()
    {
        QFETCH(QByteArray, bytes);
        QTEST(int(readStartupPacket(bytes.toStdString()).kind), "kind");
    }

    void messagesComeWhole()
    {
        const std::string bytes = query("SELECT 1");
        for (std::size_t i = 0; i < bytes.size(); ++i)
            QVERIFY(readMessage(std::string_view(bytes).substr(0, i), maxMessage).kind == Message::Kind::NeedMore);
        const Message whole = readMessage(bytes, maxMessage);
        QVERIFY(whole.kind == Message::Kind::Complete);
        QCOMPARE(std::string(whole.body), std::string("SELECT 1") + '\0');
        QVERIFY(readMessage(bytes, 10).kind == Message::Kind::Malformed);
        QVERIFY(readMessage(std::string("Q\0\0\0\3", 5), maxMessage).kind == Message::Kind::Malformed);
    }

    void positionsAreShifted()
    {
        const std::string error = errorResponse({"ERROR", "42703", "no such column", {}, {}, {}, {}, 9});
        const std::string shifted = withShiftedPosition(std::string_view(error).substr(headerSize), 100);
        QCOMPARE(std::string(reportField(std::string_view(shifted).substr(headerSize), 'P')), std::string("109"));
        QCOMPARE(std::string(reportField(std::string_view(shifted).substr(headerSize), 'M')), std::string("no such column"));
        QCOMPARE(readMessage(shifted, maxMessage).whole.size(), shifted.size());
    }

    void strangersAreAnsweredAndSentAway_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char *name, const std::string &bytes, const char *code) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(code);
        };
        const std::string good = startupMessage({{"user", "a"}});
        row("HTTP", "GET / HTTP/1.1\r\n", "08P01");
        row("protocol 2", startup(2U << 16U, {}), "0A000");
        row("no user", startupMessage({{"database", "b"}}), "28000");
        row("replication", startupMessage({{"user", "a"}, {"replication", "database"}}), "0A000");
        row("a query instead of the password", good + query("SELECT 1"), "08P01");
        row("a plain password", good + message('p', std::string("secret") + '\0'), "08P01");
        row("an endless message", good + 'p' + uint32Bytes(1'000'000), "08P01");
        row("TLS again and again", tlsRequest() + tlsRequest() + tlsRequest() + tlsRequest() + tlsRequest(), "08P01");
    }
    void strangersAreAnsweredAndSentAway()
    {
        QFETCH(QByteArray, bytes);
        const ScramVerifier verifier = ScramVerifier::derive("secret", "salt", 1);
        ClientLogin login(verifier, false);
        login.feed(bytes.toStdString());
        QVERIFY(login.state() == ClientLogin::State::Refused);
        const std::string output = login.takeOutput();
        QFETCH(QByteArray, code);
        QVERIFY2(output.find("C" + code.toStdString() + '\0') != std::string::npos, output.c_str());
    }

    void newerMinorVersionsAreNegotiated()
    {
        const ScramVerifier verifier = ScramVerifier::derive("secret", "salt", 1);
        ClientLogin login(verifier, false);
        login.feed(startup((3U << 16U) + 2, {{"user", "a"}, {"_pq_.new", "1"}}));
        const std::string output = login.takeOutput();
        QCOMPARE(output.substr(0, output.find('R')), negotiateProtocolVersion({"_pq_.new"}));
        QVERIFY(login.state() == ClientLogin::State::Waiting);
    }

    void upstreamIsAnsweredWithMd5AsPostgresWantsIt()
    {
        pg::ConnectionOptions options;
        options.user = "md5user";
        options.password = "password";
        scram::SaltedPassword password(options.password);
        UpstreamLogin login(options, password, {{"DateStyle", "German"}, {"user", "other"}}, false);
        const std::string hello = login.takeOutput();
        QVERIFY(hello.find(std::string("DateStyle") + '\0' + "German") != std::string::npos);
        QVERIFY(hello.find("other") == std::string::npos);
        login.feed(message('R', uint32Bytes(5) + "salt"));
        const std::string answer = login.takeOutput();
        QCOMPARE(answer.size(), std::size_t(5 + 35 + 1));
        QCOMPARE(answer.substr(5, 3), std::string("md5"));
        login.feed(message('R', uint32Bytes(0)) + readyForQuery('I'));
        QVERIFY(login.state() == UpstreamLogin::State::Ready);
    }

    void passwordsInClearNeedAProtectedLine()
    {
        for (const bool isProtected : {false, true}) {
            pg::ConnectionOptions options;
            options.password = "password";
            scram::SaltedPassword password(options.password);
            UpstreamLogin login(options, password, {}, isProtected);
            (void)login.takeOutput();
            login.feed(message('R', uint32Bytes(3)));
            QCOMPARE(login.takeOutput().find("password") != std::string::npos, isProtected);
            QCOMPARE(login.state() == UpstreamLogin::State::Failed, !isProtected);
        }
    }

    void aDatabaseThatSkipsItsProofIsNotBelieved()
    {
        pg::ConnectionOptions options;
        scram::SaltedPassword password(options.password);
        UpstreamLogin login(options, password, {}, true);
        login.feed(message('R', uint32Bytes(10) + "SCRAM-SHA-256" + '\0' + '\0') + message('R', uint32Bytes(0)));
        QVERIFY(login.state() == UpstreamLogin::State::Failed);
    }
};

QTEST_APPLESS_MAIN(TestProxyMessages)
#include "tst_proxymessages.moc"
