#include "service/proxy/scram.h"
#include "service/proxy/scramclient.h"
#include "service/proxy/scramserver.h"

#include <QTest>

using namespace electric;
using namespace electric::proxy;

namespace {

// The exchange of RFC 7677 §3: user "user", password "pencil".
constexpr const char *clientNonce = "rOprNGfwEbeRWgbNEkqO";
constexpr const char *serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr const char *serverFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr const char *clientFinal
    = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr const char *serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

ScramVerifier verifier()
{
    return ScramVerifier::derive("pencil", scram::fromBase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
}

} // namespace

class TestScram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theClientSpeaksAsInTheRfc()
    {
        ScramClient client("pencil", "user", clientNonce);
        QCOMPARE(client.first(), std::string("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        const auto final = client.final(serverFirst);
        QVERIFY(final);
        QCOMPARE(*final, std::string(clientFinal));
        QVERIFY(client.finish(serverFinal));
        QVERIFY(!client.finish("v=AAAA"));
        QVERIFY(!client.finish(""));
    }

    void theServerSpeaksAsInTheRfc()
    {
        const ScramVerifier known = verifier();
        ScramServer server(known, serverNonce);
        const auto first = server.first("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        QVERIFY(first);
        QCOMPARE(*first, std::string(serverFirst));
        const auto final = server.final(clientFinal);
        QVERIFY(final);
        QCOMPARE(*final, std::string(serverFinal));
    }

    void clientAndServerAgreeOnlyOnTheRightPassword_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<bool>("right");
        QTest::newRow("right") << QByteArray("secret") << true;
        QTest::newRow("wrong") << QByteArray("Secret") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }
    void clientAndServerAgreeOnlyOnTheRightPassword()
    {
        QFETCH(QByteArray, password);
        const ScramVerifier known = ScramVerifier::derive("secret");
        ScramServer server(known);
        ScramClient client(password.toStdString());
        const auto final = client.final(*server.first(client.first()));
        QVERIFY(final);
        const auto answer = server.final(*final);
        QFETCH(bool, right);
        QCOMPARE(answer.has_value(), right);
        if (!answer)
            QVERIFY(answer.error().kind == Failure::Kind::NotAllowed);
        else
            QVERIFY(client.finish(*answer));
    }

    void malformedMessagesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("final");
        const QByteArray good("n,,n=,r=abc");
        QTest::newRow("empty") << QByteArray() << QByteArray();
        QTest::newRow("channel binding") << QByteArray("p=tls-server-end-point,,n=,r=abc") << QByteArray();
        QTest::newRow("no nonce") << QByteArray("n,,n=") << QByteArray();
        QTest::newRow("no header") << QByteArray("n=,r=abc") << QByteArray();
        QTest::newRow("no proof") << good << QByteArray("c=biws,r=abcX");
        QTest::newRow("another nonce") << good << QByteArray("c=biws,r=abcY,p=AAAA");
        QTest::newRow("another header") << good << QByteArray("c=eSws,r=abcX,p=AAAA");
        QTest::newRow("short proof") << good << QByteArray("c=biws,r=abcX,p=AAAA");
        QTest::newRow("proof that is no base64") << good << QByteArray("c=biws,r=abcX,p=!!!");
    }
    void malformedMessagesAreRefused()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, final);
        const ScramVerifier known = verifier();
        ScramServer server(known, "X");
        const auto reply = server.first(first.toStdString());
        QCOMPARE(reply.has_value(), !final.isEmpty());
        if (reply)
            QVERIFY(!server.final(final.toStdString()));
    }

    void theClientDoesNotBelieveAnyServer_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        QTest::newRow("nonce of another") << QByteArray("r=xyz123,s=AAAA,i=4096");
        QTest::newRow("nonce not extended") << QByteArray("r=abc,s=AAAA,i=4096");
        QTest::newRow("no salt") << QByteArray("r=abcd,i=4096");
        QTest::newRow("no rounds") << QByteArray("r=abcd,s=AAAA,i=0");
        QTest::newRow("rounds without end") << QByteArray("r=abcd,s=AAAA,i=2000000000");
    }
    void theClientDoesNotBelieveAnyServer()
    {
        QFETCH(QByteArray, challenge);
        ScramClient client("secret", {}, "abc");
        QVERIFY(!client.final(challenge.toStdString()));
    }
};

QTEST_APPLESS_MAIN(TestScram)
#include "tst_scram.moc"
