#include "shared/settings/setting.h"
#include "shared/settings/settings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace electric::settings;

namespace {

using Environment = QHash<QString, QString>;

// Enough to start with.
Environment least()
{
    return {{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://u:p@db.example:6543/app")},
        {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")},
        {QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("pw")}, {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}};
}

QStringList namesOf(const tl::expected<Settings, std::vector<Problem>> &result)
{
    QStringList names;
    if (!result)
        for (const Problem &one : result.error())
            names << one.name;
    return names;
}

} // namespace

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDefaultsAreThoseOfTheCatalogue()
    {
        const auto settings = readSettings(least());
        QVERIFY(settings);
        QCOMPARE(settings->httpPort, quint16(5133));
        QCOMPARE(settings->proxyPort, quint16(65432));
        QCOMPARE(settings->proxyTunnel, false);
        QCOMPARE(settings->walWindow, quint64(2) << 30);
        QCOMPARE(settings->txnCacheSize, quint64(256) << 20);
        QCOMPARE(settings->logLevel, QStringLiteral("info"));
        QCOMPARE(settings->database.host, QStringLiteral("db.example"));
        QCOMPARE(settings->database.sslMode, QStringLiteral("require"));
        QVERIFY(settings->listenIpv6);
    }

    void oneValueIsAcceptedOrRefusedByName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("isGood");
        const auto row = [](const char *name, const char *value, bool isGood) {
            QTest::addRow("%s=%s", name, value) << QString::fromLatin1(name) << QString::fromUtf8(value) << isGood;
        };
        for (const char *const on : {"true", "TRUE", "1", "yes", "on", "no", "off", "0", "false", "", "   "})
            row("DATABASE_REQUIRE_SSL", on, true);
        for (const char *const odd : {"2", "ja", "truee", "nope"})
            row("DATABASE_REQUIRE_SSL", odd, false);
        for (const char *const port : {"1", "65535", " 5133 ", ""})
            row("HTTP_PORT", port, true);
        for (const char *const port : {"0", "65536", "5133abc", "-1", "0x10", "1e3", "five"})
            row("HTTP_PORT", port, false);
        for (const char *const port : {"http", "HTTP", "http:6000", "6000"})
            row("PG_PROXY_PORT", port, true);
        for (const char *const port : {"http:", "http:x", "https", "http6000"})
            row("PG_PROXY_PORT", port, false);
        for (const char *const size : {"1", "10k", "1.5G", "2M", " 3g "})
            row("ELECTRIC_TXN_CACHE_SIZE", size, true);
        for (const char *const size : {"0", "-1", "1T", "G", "1,5G", "99999999999999999999"})
            row("ELECTRIC_TXN_CACHE_SIZE", size, false);
        row("AUTH_MODE", "Insecure", false);
        row("LOG_LEVEL", "loud", false);
        row("LOG_LEVEL", "debug", true);
        row("ELECTRIC_LISTEN_ADDRESS", "localhost", false);
        row("ELECTRIC_LISTEN_ADDRESS", "::1", true);
        row("ELECTRIC_WRITE_TO_PG_MODE", "direct", false);
        for (const char *const url : {"postgres://u@h/d", "postgresql://u:p%40@h:1/d?sslmode=disable", "postgresql://u@[::1]/d"})
            row("DATABASE_URL", url, true);
        for (const char *const url : {"mysql://u@h/d", "postgresql://", "postgresql://h:99999/d", "text"})
            row("DATABASE_URL", url, false);
        row("AUTH_JWT_KEY", "something", false); // has no meaning in the insecure mode
        row("PG_PROXY_TLS_CERT", "/cert.pem", false); // without its key
    }
    void oneValueIsAcceptedOrRefusedByName()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, value);
        QFETCH(const bool, isGood);
        Environment environment = least();
        environment.insert(name, value);
        const auto result = readSettings(environment);
        QVERIFY2(result.has_value() == isGood, qPrintable(result ? QStringLiteral("accepted") : problemsAsText(result.error())));
        if (!isGood)
            QVERIFY(namesOf(result).front().startsWith(name.left(12)));
    }

    void everyMissingSettingIsToldAtOnce()
    {
        const QStringList wanted {QStringLiteral("DATABASE_URL"), QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"),
            QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("AUTH_JWT_ALG"), QStringLiteral("AUTH_JWT_KEY")};
        QCOMPARE(namesOf(readSettings({})), wanted);
    }

    void requireSslAndTheUrlAgree_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("require");
        QTest::addColumn<QString>("mode");
        const auto row = [](const char *query, const char *require, const char *mode) {
            QTest::addRow("%s %s", query, require)
                << QString::fromLatin1(query) << QString::fromLatin1(require) << QString::fromLatin1(mode);
        };
        row("", "", "require");
        row("", "false", "prefer");
        row("?sslmode=disable", "", "disable");
        row("?sslmode=disable", "true", "require");
        row("?sslmode=verify-full", "true", "verify-full");
        row("?sslmode=require", "false", "prefer");
    }
    void requireSslAndTheUrlAgree()
    {
        QFETCH(const QString, query);
        QFETCH(const QString, require);
        Environment environment = least();
        environment.insert(QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://u:p@h/d") + query);
        environment.insert(QStringLiteral("DATABASE_REQUIRE_SSL"), require);
        QTEST(readSettings(environment)->database.sslMode, "mode");
    }

    void aSecretMayComeFromAFile()
    {
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("password")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("from a file\n") > 0);
        file.close();
        Environment environment = least();
        environment.remove(QStringLiteral("PG_PROXY_PASSWORD"));
        environment.insert(QStringLiteral("PG_PROXY_PASSWORD_FILE"), file.fileName());
        QCOMPARE(readSettings(environment)->proxyPassword, QStringLiteral("from a file"));
        environment.insert(QStringLiteral("PG_PROXY_PASSWORD_FILE"), directory.filePath(QStringLiteral("nowhere")));
        QCOMPARE(namesOf(readSettings(environment)).front(), QStringLiteral("PG_PROXY_PASSWORD_FILE"));
    }

    void problemsTellNoSecret()
    {
        Environment environment = least();
        for (const Setting &one : catalogue())
            if (one.isSecret)
                environment.insert(QString::fromLatin1(one.name), QStringLiteral("hunter2:x@y"));
        environment.insert(QStringLiteral("HTTP_PORT"), QStringLiteral("x"));
        const auto result = readSettings(environment);
        QVERIFY(!result);
        QVERIFY2(!problemsAsText(result.error()).contains(QLatin1String("hunter2")), qPrintable(problemsAsText(result.error())));
    }

    void everySettingHasOneNameAndAnExplanation()
    {
        std::set<QByteArray> names;
        for (const Setting &one : catalogue()) {
            QVERIFY2(names.insert(one.name).second, one.name);
            QVERIFY2(QByteArray(one.help).endsWith('.'), one.name);
            QVERIFY2(settingsHelp().contains(QString::fromLatin1(one.name)), one.name);
        }
    }

    // To write it anew: UPDATE_PAGES=1 ./dev test tst_settings
    void thePageInTheDocsIsThatOfTheCatalogue()
    {
        QFile page(QStringLiteral(SETTINGS_PAGE));
        if (qEnvironmentVariableIsSet("UPDATE_PAGES")) {
            QVERIFY(page.open(QIODevice::WriteOnly));
            page.write(settingsPage().toUtf8());
            page.close();
        }
        QVERIFY(page.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(page.readAll()), settingsPage());
    }
};

QTEST_APPLESS_MAIN(TestSettings)
#include "tst_settings.moc"
