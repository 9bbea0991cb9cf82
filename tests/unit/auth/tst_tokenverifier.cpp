#include <QTest>

#include "shared/auth/base64url.h"
#include "shared/auth/tokenmaker.h"
#include "shared/auth/tokenreading.h"
#include "shared/auth/tokenverifier.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

using namespace electric::auth;
using Code = Rejection::Code;

namespace {

constexpr double now = 1'700'000'000;
const std::string hmacKey = "spec-vector-hs-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ";
const char *const es256Key = "-----BEGIN PUBLIC KEY-----\n"
                             "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEegB1GfSVE/T1p3g6qqfX9FQNYjwg\n"
                             "P1mMkctCw6NI+PowBsO53/TV96MePqoELb26Z8PqHG6RRAg2jey8b2o4iA==\n"
                             "-----END PUBLIC KEY-----\n";
const std::string esHead = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDAsImlhdCI6MTcwMDAwMDAwMCwic3ViIjoidTEifQ.";
const std::string a1 = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ."
                       "8eoxHvAsl9Xsw2Hx4Jjde199MVnf7iitLmVWIfAp0OY";

AuthConfig config(const char *algorithm, std::string key)
{
    AuthConfig made;
    made.algorithm = algorithm;
    made.key = std::move(key);
    return made;
}

std::string sign(const SigningKey &key, std::string_view header, std::string_view claims)
{
    const std::string data = encodeBase64Url(header) + '.' + encodeBase64Url(claims);
    return data + '.' + encodeBase64Url(key.sign(data).value());
}

std::string signedWith(const char *algorithm, const std::string &key, std::string_view claims, const std::string &header = {})
{
    const auto made = SigningKey::make(*algorithmNamed(algorithm), key, false);
    return sign(*made, header.empty() ? "{\"alg\":\"" + std::string(algorithm) + "\"}" : header, claims);
}

std::string pemOf(EVP_PKEY *key, bool isPrivate)
{
    BIO *const bio = BIO_new(BIO_s_mem());
    if (isPrivate)
        PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(bio, key);
    char *data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    const std::string text(data, std::size_t(length));
    BIO_free(bio);
    return text;
}

struct Pair {
    std::string isPrivate, isPublic;
};

Pair made(EVP_PKEY *key)
{
    Pair pair {pemOf(key, true), pemOf(key, false)};
    EVP_PKEY_free(key);
    return pair;
}

QString resultOf(const TokenVerifier &verifier, const std::string &token)
{
    const auto identity = verifier.verify(token, now);
    return QString::fromStdString(identity ? identity->userId : '!' + identity.error().label());
}

const char *const goodTimes = "\"iat\":1699999990,\"exp\":1700000100";

} // namespace

class TestTokenVerifier : public QObject
{
    Q_OBJECT

    QByteArray with(const char *claims) const { return QByteArray("{") + claims + (*claims ? "," : "") + goodTimes + '}'; }

private Q_SLOTS:
    void claimsDecideWhoGetsIn_data()
    {
        QTest::addColumn<QByteArray>("claims");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const QByteArray &claims, const char *result) {
            QTest::newRow(name) << claims << QString::fromUtf8(result);
        };
        row("sub", with("\"sub\":\"u1\""), "u1");
        row("user_id", with("\"user_id\":\"u1\""), "u1");
        row("sub before user_id", with("\"sub\":\"u1\",\"user_id\":\"u2\""), "u1");
        row("sub null", with("\"sub\":null,\"user_id\":\"u2\""), "u2");
        row("sub false", with("\"sub\":false,\"user_id\":\"u2\""), "u2");
        row("sub empty", with("\"sub\":\"\",\"user_id\":\"u2\""), "!bad_user_id");
        row("sub a number", with("\"sub\":42"), "!bad_user_id");
        row("sub blank", with("\"sub\":\"  \""), "!bad_user_id");
        row("sub with blanks", with("\"sub\":\" a \""), " a ");
        row("sub with a NUL", with("\"sub\":\"a\\u0000b\""), "!bad_user_id");
        row("no sub", with(""), "!bad_user_id");
        row("no iat", "{\"sub\":\"u1\",\"exp\":1700000100}", "!missing_claim:iat");
        row("no exp", "{\"sub\":\"u1\",\"iat\":1699999990}", "!missing_claim:exp");
        row("nothing", "{}", "!missing_claim:exp");
        row("exp at the edge", "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":1699999998}", "u1");
        row("exp past the edge", "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":1699999996}", "!expired");
        row("iat at the edge", "{\"sub\":\"u1\",\"iat\":1700000002,\"exp\":1700000100}", "u1");
        row("iat past the edge", "{\"sub\":\"u1\",\"iat\":1700000005,\"exp\":1700000100}", "!bad_claim:iat");
        row("nbf at the edge", with("\"sub\":\"u1\",\"nbf\":1700000001"), "u1");
        row("nbf past the edge", with("\"sub\":\"u1\",\"nbf\":1700000005"), "!not_yet_valid");
        row("exp a fraction", "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":1700000010.5}", "u1");
        row("exp a text", "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":\"1700000100\"}", "!bad_claim:exp");
        row("exp null", "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":null}", "!bad_claim:exp");
        row("iat null", "{\"sub\":\"u1\",\"iat\":null,\"exp\":1700000100}", "!bad_claim:iat");
        row("expired and from the future", "{\"sub\":\"u1\",\"iat\":1800000000,\"exp\":1}", "!expired");
        row("iss is not asked for", with("\"sub\":\"u1\",\"iss\":\"x\""), "u1");
        row("claims an array", "[]", "!bad_signature");
        row("claims a text", "\"x\"", "!bad_signature");
        row("claims not JSON", "xx", "!bad_signature");
    }
    void claimsDecideWhoGetsIn()
    {
        QFETCH(const QByteArray, claims);
        const auto verifier = TokenVerifier::make(config("HS256", hmacKey));
        QTEST(resultOf(*verifier, signedWith("HS256", hmacKey, claims.toStdString())), "result");
    }

    void issuerAudienceAndNamespaceAreChecked_data()
    {
        QTest::addColumn<QByteArray>("issuer");
        QTest::addColumn<QByteArray>("audience");
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("claims");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const char *issuer, const char *audience, const char *space, const QByteArray &claims,
                             const char *result) {
            QTest::newRow(name) << QByteArray(issuer) << QByteArray(audience) << QByteArray(space) << claims << QString::fromUtf8(result);
        };
        row("no issuer", "i", "", "", with("\"sub\":\"u1\""), "!missing_claim:iss");
        row("other issuer", "i", "", "", with("\"sub\":\"u1\",\"iss\":\"j\""), "!bad_claim:iss");
        row("the issuer", "i", "", "", with("\"sub\":\"u1\",\"iss\":\"i\""), "u1");
        row("the audience", "", "a", "", with("\"sub\":\"u1\",\"aud\":\"a\""), "u1");
        row("other audience", "", "a", "", with("\"sub\":\"u1\",\"aud\":\"b\""), "!bad_claim:aud");
        row("no audience", "", "a", "", with("\"sub\":\"u1\""), "!missing_claim:aud");
        row("one of several audiences", "", "a", "", with("\"sub\":\"u1\",\"aud\":[\"b\",\"a\"]"), "u1");
        row("none of several audiences", "", "a", "", with("\"sub\":\"u1\",\"aud\":[\"b\",\"c\"]"), "!bad_claim:aud");
        row("wrong audience before expiry", "", "a", "", "{\"sub\":\"u1\",\"aud\":\"b\",\"iat\":1,\"exp\":2}", "!bad_claim:aud");
        row("namespace", "", "", "ns", with("\"ns\":{\"sub\":\"n1\"}"), "n1");
        row("namespace, sub outside", "", "", "ns", with("\"sub\":\"u1\""), "!bad_user_id");
        row("namespace null", "", "", "ns", with("\"ns\":null"), "!bad_user_id");
        row("namespace a text", "", "", "ns", with("\"ns\":\"x\""), "!bad_user_id");
        row("namespace an array", "", "", "ns", with("\"ns\":[1]"), "!bad_user_id");
        row("namespace is no path", "", "", "a.b", with("\"a\":{\"b\":{\"sub\":\"x\"}}"), "!bad_user_id");
    }
    void issuerAudienceAndNamespaceAreChecked()
    {
        QFETCH(const QByteArray, issuer);
        QFETCH(const QByteArray, audience);
        QFETCH(const QByteArray, space);
        QFETCH(const QByteArray, claims);
        AuthConfig given = config("HS256", hmacKey);
        given.issuer = issuer.toStdString();
        given.audience = audience.toStdString();
        given.nameSpace = space.toStdString();
        QTEST(resultOf(*TokenVerifier::make(given), signedWith("HS256", hmacKey, claims.toStdString())), "result");
    }

    void headersAndSignaturesAreNotTrusted_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const std::string &token, const char *result) {
            QTest::newRow(name) << QByteArray::fromStdString(token) << QString::fromUtf8(result);
        };
        const std::string claims = "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":1700000100}";
        const auto header = [&](const char *text) { return signedWith("HS256", hmacKey, claims, text); };
        row("vector A1", a1, "u1");
        row("another algorithm with the same key", signedWith("HS512", hmacKey, claims), "!alg_mismatch");
        row("alg none", header("{\"alg\":\"none\"}"), "!alg_mismatch");
        row("alg in small letters", header("{\"alg\":\"hs256\"}"), "!alg_mismatch");
        row("no alg", header("{}"), "!alg_mismatch");
        row("header null", header("null"), "!alg_mismatch");
        row("header an array", header("[\"alg\"]"), "!malformed");
        row("header a text", header("\"x\""), "!malformed");
        row("kid, jku and typ are not used", header("{\"alg\":\"HS256\",\"kid\":\"../../x\",\"jku\":\"http://x\",\"typ\":\"at+jwt\"}"),
            "u1");
        row("crit", header("{\"alg\":\"HS256\",\"crit\":[\"foo\"]}"), "!malformed");
        row("b64", header("{\"alg\":\"HS256\",\"b64\":false}"), "!malformed");
        row("another key", signedWith("HS256", std::string(40, 'k'), claims), "!bad_signature");
        row("empty signature", a1.substr(0, a1.rfind('.') + 1), "!bad_signature");
        row("truncated signature", a1.substr(0, a1.size() - 1), "!bad_signature");
        row("padding behind the signature", a1 + '=', "!bad_signature");
        row("line feed behind the signature", a1 + '\n', "!bad_signature");
        row("signature of another alphabet", a1.substr(0, a1.rfind('.') + 1) + "+/+/", "!bad_signature");
        row("two parts", a1.substr(0, a1.rfind('.')), "!malformed");
        row("four parts", a1 + ".x", "!malformed");
        row("empty", "", "!malformed");
        row("dots", "..", "!malformed");
        row("Bearer", "Bearer " + a1, "!malformed");
        row("too long", a1 + std::string(9000, 'A'), "!malformed");
    }
    void headersAndSignaturesAreNotTrusted()
    {
        QFETCH(const QByteArray, token);
        QTEST(resultOf(*TokenVerifier::make(config("HS256", hmacKey)), token.toStdString()), "result");
    }

    void theVectorsOfTheOriginalAgree_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const char *algorithm, const std::string &token, const char *result) {
            QTest::newRow(name) << QByteArray(algorithm) << QByteArray::fromStdString(token) << QString::fromUtf8(result);
        };
        row("A2", "HS384",
            "eyJhbGciOiJIUzM4NCJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ."
            "BlvAImglYGoauNolktUUSZACB0aMqyXiS9kQ94fwZSSWV1-V6yTY1b9agqwqCFSz",
            "u1");
        row("A3", "HS512",
            "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ."
            "MWGK3qjJlXkfjrCjRlHajahXe6NwriUEHiXbKlgQ0RJtYWCHWh7susKxzgA_WuL_CFjIyxXvvIUTmiY7Kxk6mA",
            "u1");
        row("R1", "HS256",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAwMDYwfQ."
            "V2xBbaOsCkYJaaHv2jc60KKcjbaL3uKqhFR1H3R9pkg",
            "u1"); // expires a minute after "now"
        row("R2", "HS512", a1, "!alg_mismatch");
        row("R4", "HS256",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ."
            "62oq5t6GtTFSMq6dm4zEiomV7oIqllbMwiMygJbsq2Q",
            "!bad_signature");
        row("E1", "ES256", esHead + "1f2Fr6u28_-H1GOShQ4mgUMia90AH4Kupic1wnGwFzh3iLZwYnuU1STRZvl6p2AuMQj-RUO8386fShafA9oMsg", "u1");
        row("E2, the other root", "ES256",
            esHead + "1f2Fr6u28_-H1GOShQ4mgUMia90AH4Kupic1wnGwFziId0mOnYRrK9sumQaFWJ_Ri938aGNavrZUb7Qj-IkYnw", "u1");
        row("E3, padded halves", "ES256",
            esHead + "ANX9ha-rtvP_h9RjkoUOJoFDImvdAB-CrqYnNcJxsBc4AHeItnBie5TVJNFm-XqnYC4xCP5FQ7zfzp9KFp8D2gyy", "!bad_signature");
        row("E4, DER", "ES256", esHead + "MEUCIQDV_YWvq7bz_4fUY5KFDiaBQyJr3QAfgq6mJzXCcbAXOAIgd4i2cGJ7lNUk0Wb5eqdgLjEI_kVDvN_On0oWnwPaDLI",
            "!bad_signature");
        row("all zero", "ES256", esHead + std::string(86, 'A'), "!bad_signature");
        row("E5, the public key as a secret", "ES256",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ."
            "o3SfLGeGvQlmy3UK6lySRc1xY4cLtkNncZY7OAQ7gqM",
            "!alg_mismatch");
    }
    void theVectorsOfTheOriginalAgree()
    {
        QFETCH(const QByteArray, algorithm);
        QFETCH(const QByteArray, token);
        const auto verifier = TokenVerifier::make(config(algorithm.constData(), algorithm == "ES256" ? es256Key : hmacKey));
        QVERIFY2(verifier, verifier ? "" : verifier.error().detail.c_str());
        QTEST(resultOf(*verifier, token.toStdString()), "result");
    }

    void everyAlgorithmVerifiesWhatItsPrivateKeySigned_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const char *name : {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})
            QTest::newRow(name) << QByteArray(name);
    }
    void everyAlgorithmVerifiesWhatItsPrivateKeySigned()
    {
        QFETCH(const QByteArray, algorithm);
        const Algorithm &of = *algorithmNamed(algorithm.constData());
        const Pair pair = made(of.family == Algorithm::Family::Rsa ? EVP_RSA_gen(2048) : EVP_EC_gen(of.curve));
        const std::string token = signedWith(of.name, pair.isPrivate, "{\"sub\":\"u1\",\"iat\":1699999990,\"exp\":1700000100}");
        for (const std::string &key : {pair.isPublic, pair.isPrivate, "a text before\r\n" + pair.isPublic}) {
            const auto verifier = TokenVerifier::make(config(of.name, key));
            QVERIFY2(verifier, verifier ? "" : verifier.error().detail.c_str());
            QCOMPARE(resultOf(*verifier, token), QStringLiteral("u1"));
            QCOMPARE(resultOf(*verifier, token.substr(0, token.size() - 8) + "AAAAAAAA"), QStringLiteral("!bad_signature"));
            QCOMPARE(verifier->hasPrivateKey(), key == pair.isPrivate);
        }
        const std::string oneLine = QByteArray::fromStdString(pair.isPublic).replace('\n', "\\n").toStdString();
        QVERIFY(TokenVerifier::make(config(of.name, oneLine)));
    }

    void keysThatDoNotFitAreRefusedWithTheReason_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<bool>("base64");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, const char *algorithm, const std::string &key, bool base64, const char *says) {
            QTest::newRow(name) << QByteArray(algorithm) << QByteArray::fromStdString(key) << base64 << QByteArray(says);
        };
        row("unknown algorithm", "PS256", hmacKey, false, "PS256");
        row("none", "none", hmacKey, false, "none");
        row("31 bytes", "HS256", std::string(31, 'k'), false, "at least 32 bytes");
        row("47 bytes", "HS384", std::string(47, 'k'), false, "at least 48 bytes");
        row("63 bytes", "HS512", std::string(63, 'k'), false, "at least 64 bytes");
        row("not Base64", "HS256", std::string(43, '-'), true, "not valid Base64");
        row("Base64 of too little", "HS256", std::string(40, 'A'), true, "has 30 bytes");
        row("PEM as a secret", "HS256", es256Key, false, "is PEM");
        row("a secret as PEM", "RS256", hmacKey, false, "not in PEM format");
        row("the other family", "RS256", es256Key, false, "not an RSA key");
        row("another curve", "ES384", es256Key, false, "secp384r1");
        row("two blocks", "ES256", std::string(es256Key) + es256Key, false, "more than one");
        row("broken inside", "ES256", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", false, "cannot be read");
        row("weak", "RS256", made(EVP_RSA_gen(1024)).isPublic, false, "1024 bits");
        row("RSA for a curve", "ES256", made(EVP_RSA_gen(2048)).isPublic, false, "not an elliptic curve");
    }
    void keysThatDoNotFitAreRefusedWithTheReason()
    {
        QFETCH(const QByteArray, algorithm);
        QFETCH(const QByteArray, key);
        QFETCH(const bool, base64);
        QFETCH(const QByteArray, says);
        AuthConfig given = config(algorithm.constData(), key.toStdString());
        given.keyIsBase64 = base64;
        const auto verifier = TokenVerifier::make(given);
        QVERIFY(!verifier);
        QVERIFY2(verifier.error().detail.find(says.toStdString()) != std::string::npos, verifier.error().detail.c_str());
        QVERIFY(!verifier.error().hint.empty());
    }

    void anHmacKeyMayBeBase64()
    {
        AuthConfig given = config("HS256", QByteArray::fromStdString(hmacKey).toBase64().toStdString());
        given.keyIsBase64 = true;
        QCOMPARE(resultOf(*TokenVerifier::make(given), a1), QStringLiteral("u1"));
    }

    void insecureModeReadsTheClaimsOnly_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const std::string &token, const char *result) {
            QTest::newRow(name) << QByteArray::fromStdString(token) << QString::fromUtf8(result);
        };
        const auto claims = [](const char *json) { return "x." + encodeBase64Url(json) + ".y"; };
        row("two parts", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9", "u1");
        row("three parts", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9.", "u1");
        row("rubbish around", "x.eyJzdWIiOiJ1MSJ9.y", "u1");
        row("signed", a1, "u1");
        row("padded", "." + encodeBase64Url("{\"sub\":\"u12\"}") + "==", "u12");
        row("one part", "eyJzdWIiOiJ1MSJ9", "!malformed");
        row("four parts", "x.eyJzdWIiOiJ1MSJ9.y.z", "!malformed");
        row("not JSON", claims("xx"), "!malformed");
        row("an array", claims("[1]"), "!malformed");
        row("null", claims("null"), "!malformed");
        row("empty object", claims("{}"), "!bad_user_id");
        row("expired", claims("{\"sub\":\"u1\",\"exp\":1}"), "!expired");
        row("not yet", claims("{\"sub\":\"u1\",\"nbf\":9999999999}"), "!not_yet_valid");
        row("from the future", claims("{\"sub\":\"u1\",\"iat\":9999999999}"), "!bad_claim:iat");
        row("exp a text", claims("{\"sub\":\"u1\",\"exp\":\"1\"}"), "!bad_claim:exp");
        row("any issuer and audience", claims("{\"sub\":\"u1\",\"iss\":1,\"aud\":[]}"), "u1");
    }
    void insecureModeReadsTheClaimsOnly()
    {
        QFETCH(const QByteArray, token);
        AuthConfig given;
        given.isSecure = false;
        QTEST(resultOf(*TokenVerifier::make(given), token.toStdString()), "result");
    }

    void whatTheMakerMakesIsAccepted_data()
    {
        QTest::addColumn<bool>("isSecure");
        QTest::addColumn<QByteArray>("space");
        QTest::newRow("signed") << true << QByteArray();
        QTest::newRow("with a namespace") << true << QByteArray("ns");
        QTest::newRow("unsigned") << false << QByteArray();
    }
    void whatTheMakerMakesIsAccepted()
    {
        QFETCH(const bool, isSecure);
        QFETCH(const QByteArray, space);
        AuthConfig given = config("HS256", hmacKey);
        given.isSecure = isSecure;
        given.nameSpace = space.toStdString();
        given.issuer = "i";
        given.audience = "a";
        const auto verifier = TokenVerifier::make(given);
        QCOMPARE(resultOf(*verifier, *makeToken(given, "somebody", std::int64_t(now), 60)), QStringLiteral("somebody"));
        QCOMPARE(resultOf(*verifier, *makeToken(given, "somebody", std::int64_t(now) - 120, 60)), QStringLiteral("!expired"));
    }

    void aPublicKeyMakesNoTokens()
    {
        const auto token = makeToken(config("ES256", es256Key), "somebody", std::int64_t(now), 60);
        QVERIFY(!token);
        QVERIFY(token.error().detail.find("public") != std::string::npos);
    }

    void anythingIsReadWithoutBeingBelieved()
    {
        const auto content = readToken(a1);
        QVERIFY(content && content->hasSignature);
        QCOMPARE(content->header.value(QLatin1String("alg")).toString(), QStringLiteral("HS256"));
        QCOMPARE(content->claims.value(QLatin1String("sub")).toString(), QStringLiteral("u1"));
        const auto unsignedToken = readToken("eyJhbGciOiJub25lIn0=.eyJzdWIiOiJ1c2VyLTEifQ");
        QVERIFY(unsignedToken && !unsignedToken->hasSignature);
        QVERIFY(readToken("one.part.too.many").error().detail.find("has 4") != std::string::npos);
        QVERIFY(readToken("bm8.eyJhIjoxfQ.").error().detail.find("header") != std::string::npos);
        QVERIFY(readToken(a1.substr(0, 60) + ".x").error().detail.find("claims") != std::string::npos);
        QVERIFY(!readToken(std::string(longestToken + 1, 'x')));
    }

    void theExpiryIsHandedOn()
    {
        const auto verifier = TokenVerifier::make(config("HS256", hmacKey));
        QCOMPARE(verifier->verify(a1, now)->expiresAt, std::optional<double>(4102444800.0));
    }
};

QTEST_APPLESS_MAIN(TestTokenVerifier)
#include "tst_tokenverifier.moc"
