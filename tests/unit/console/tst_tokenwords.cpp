#include <QTest>

#include "console/models/tokenwords.h"
#include "shared/auth/base64url.h"
#include "shared/auth/tokenmaker.h"

#include <QJsonArray>

using namespace electric;
using namespace electric::console;

namespace {

constexpr qint64 now = 1'700'000'000;

auth::AuthConfig config()
{
    auth::AuthConfig made;
    made.algorithm = "HS256";
    made.key = "a key that is long enough for an HS256 signature";
    return made;
}

QString tokenOf(const auth::AuthConfig &how, qint64 at = now, qint64 lasting = 3'600)
{
    return QString::fromStdString(auth::makeToken(how, "somebody", at, lasting).value());
}

QString changed(const QString &token, const std::string &claims)
{
    const QStringList parts = token.split(QLatin1Char('.'));
    return parts[0] + QLatin1Char('.') + QString::fromStdString(auth::encodeBase64Url(claims)) + QLatin1Char('.') + parts[2];
}

} // namespace

class TestTokenWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void timesAreToldInWords()
    {
        const auto lines = claimsInWords(
            {{QStringLiteral("exp"), now + 3'600}, {QStringLiteral("iat"), now - 200}, {QStringLiteral("nbf"), QStringLiteral("soon")},
                {QStringLiteral("sub"), QStringLiteral("u")}, {QStringLiteral("x"), QJsonArray {1}}},
            now);
        QCOMPARE(lines.size(), 5);
        QCOMPARE(lines[0].name, QStringLiteral("exp"));
        QCOMPARE(lines[0].value, QString::number(now + 3'600));
        QVERIFY2(lines[0].words.startsWith(QStringLiteral("Expires: 2023-11-1")) && lines[0].words.endsWith(QStringLiteral(", in 1 h")),
            qPrintable(lines[0].words));
        QVERIFY2(lines[1].words.endsWith(QStringLiteral("3 min 20 s ago")), qPrintable(lines[1].words));
        QVERIFY(lines[2].words.contains(QStringLiteral("not a number")));
        QCOMPARE(lines[3].words, QStringLiteral("The user's id"));
        QCOMPARE(lines[4].value, QStringLiteral("[1]"));
        QVERIFY(claimsInWords({{QStringLiteral("exp"), 1e300}}, now)[0].words.contains(QStringLiteral("no time")));
        QCOMPARE(headerInWords({{QStringLiteral("alg"), QStringLiteral("HS256")}})[0].value, QStringLiteral("HS256"));
    }

    void aGoodTokenIsTaken()
    {
        const TokenVerdict verdict = verdictOn(tokenOf(config()) + QStringLiteral("\n"), config(), now);
        QVERIFY2(verdict.isGood, qPrintable(verdict.words));
        QVERIFY(verdict.words.contains(QStringLiteral("\"somebody\"")) && verdict.words.contains(QStringLiteral("in 1 h")));
        auth::AuthConfig insecure;
        insecure.isSecure = false;
        QVERIFY(verdictOn(QStringLiteral("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ."), insecure, now)
                    .words.contains(QStringLiteral("never expires")));
    }

    void aBadOneIsToldByItsClaim_data()
    {
        QTest::addColumn<QString>("token");
        QTest::addColumn<QString>("claim");
        QTest::addColumn<QString>("words");
        auto issued = config();
        issued.issuer = "other";
        issued.audience = "app";
        auto longer = config();
        longer.algorithm = "HS512";
        longer.key = std::string(64, 'k');
        auto named = config();
        named.key = std::string(40, 'k');
        auto full = config();
        full.issuer = "us";
        full.audience = "app";
        QTest::newRow("expired") << tokenOf(full, now - 7'200) << "exp"
                                 << "1 h ago";
        QTest::newRow("not yet") << tokenOf(full, now + 600) << "iat"
                                 << "in 10 min";
        QTest::newRow("issuer") << tokenOf(issued) << "iss"
                                << "\"other\", the service wants \"us\"";
        QTest::newRow("audience") << tokenOf(config()) << "aud"
                                  << "wants it";
        QTest::newRow("algorithm") << tokenOf(longer) << "alg"
                                   << "\"HS512\", the service wants \"HS256\"";
        QTest::newRow("other key") << tokenOf(named) << ""
                                   << "another key";
        QTest::newRow("changed") << changed(tokenOf(config()), "{\"sub\":\"root\"}") << ""
                                 << "changed since";
        QTest::newRow("half a token") << "eyJhbGciOiJIUzI1NiJ9"
                                      << ""
                                      << "three parts";
    }
    void aBadOneIsToldByItsClaim()
    {
        QFETCH(QString, token);
        QFETCH(QString, words);
        auto wanted = config();
        wanted.issuer = "us";
        wanted.audience = "app";
        const TokenVerdict verdict = verdictOn(token, wanted, now);
        QVERIFY(!verdict.isGood);
        QTEST(verdict.claim, "claim");
        QVERIFY2(verdict.words.contains(words), qPrintable(verdict.words));
    }

    void aUserOutsideOfTheNamespaceIsNotSeen()
    {
        auto wanted = config();
        wanted.nameSpace = "https://example.org/claims";
        const TokenVerdict verdict = verdictOn(tokenOf(config()), wanted, now);
        QCOMPARE(verdict.claim, QStringLiteral("sub"));
        QVERIFY2(verdict.words.contains(QStringLiteral("https://example.org/claims")), qPrintable(verdict.words));
    }

    void aKeyThatDoesNotFitIsTold()
    {
        auto wanted = config();
        wanted.key = "short";
        const TokenVerdict verdict = verdictOn(tokenOf(config()), wanted, now);
        QVERIFY(!verdict.isGood);
        QVERIFY2(verdict.words.contains(QStringLiteral("at least 32 bytes")), qPrintable(verdict.words));
        QVERIFY(!verdict.words.contains(QStringLiteral("short")));
    }
};

QTEST_APPLESS_MAIN(TestTokenWords)
#include "tst_tokenwords.moc"
