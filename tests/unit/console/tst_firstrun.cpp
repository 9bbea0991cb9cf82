#include <QTest>

#include "console/assistant/firstrun.h"
#include "console/control/generatedsecret.h"
#include "console/control/profilerules.h"
#include "console/pages/settings/rolerights.h"

using namespace electric::console;

namespace {

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

PortLook takenAre(const QList<quint16> &ports)
{
    return [ports](quint16 port) { return ports.contains(port) ? PortUse {true, text("nginx (812)"), 812} : PortUse(); };
}

} // namespace

class TestFirstRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsTheFirstRunWhenNothingIsThere()
    {
        QVERIFY(isFirstRun({}, 0));
        QVERIFY(!isFirstRun({text("work")}, 0));
        QVERIFY(!isFirstRun({}, 1));
    }

    void whatIsProposedIsFree_data()
    {
        QTest::addColumn<QStringList>("profiles");
        QTest::addColumn<QList<quint16>>("taken");
        QTest::addColumn<QString>("profile");
        QTest::addColumn<int>("http");
        QTest::addColumn<int>("proxy");
        using Ports = QList<quint16>;
        QTest::newRow("the usual") << QStringList() << Ports() << text("local") << 5133 << 65432;
        QTest::newRow("a second one") << QStringList {text("local")} << Ports {5133, 65432} << text("local-2") << 5134 << 65433;
        QTest::newRow("a third one") << QStringList {text("local"), text("local-2")} << Ports {5133, 5134} << text("local-3") << 5135
                                     << 65432;
        QTest::newRow("no port after the last") << QStringList() << Ports {65432} << text("local") << 5133 << 65433;
    }
    void whatIsProposedIsFree()
    {
        QFETCH(QStringList, profiles);
        QFETCH(QList<quint16>, taken);
        const FirstRunChoice choice = proposedChoice(profiles, takenAre(taken));
        QTEST(choice.profile, "profile");
        QTEST(int(choice.httpPort), "http");
        QTEST(int(choice.proxyPort), "proxy");
        QVERIFY(choice.isEmbedded && choice.withExample && choice.proxyPassword.size() >= 20);
    }

    void theSettingsAreCompleteAndForThisComputerOnly()
    {
        FirstRunChoice choice = proposedChoice({}, takenAre({}));
        QVERIFY(problemsOf(settingsOf(choice)).empty());
        QVERIFY(bringsItsOwnPostgres(settingsOf(choice)));
        choice.isEmbedded = false;
        choice.databaseUrl = text("postgresql://u:p@db.example/app");
        const SettingValues settings = settingsOf(choice);
        QVERIFY(problemsOf(settings).empty());
        QCOMPARE(settings.value(text("DATABASE_REQUIRE_SSL")), text("true"));
        QCOMPARE(settings.value(text("ELECTRIC_LISTEN_ADDRESS")), text("127.0.0.1"));
        QVERIFY(clientSnippet(choice, text("items"), text("app")).contains(text("electric.db.items.sync()")));
        QVERIFY(!clientSnippet(choice, text("items"), text("app")).contains(choice.proxyPassword));
    }

    void anAddressIsJudgedWithoutItsPassword_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isGood");
        QTest::addColumn<bool>("isHere");
        QTest::newRow("none") << QString() << false << false;
        QTest::newRow("local") << text("postgresql://u:p@localhost/d") << true << true;
        QTest::newRow("loopback") << text("postgresql://u:p@127.0.0.1:5433/d") << true << true;
        QTest::newRow("IPv6") << text("postgresql://u:p@[::1]/d") << true << true;
        QTest::newRow("elsewhere") << text(" postgres://u:p@db.example/d ") << true << false;
        QTest::newRow("not one") << text("mysql://u:secretly@h/d") << false << false;
        QTest::newRow("a slash in the password") << text("postgresql://u:sec/retly@h/d") << false << false;
    }
    void anAddressIsJudgedWithoutItsPassword()
    {
        QFETCH(QString, url);
        const QString trouble = troubleWithUrl(url);
        QTEST(trouble.isEmpty(), "isGood");
        QTEST(isOnThisComputer(url), "isHere");
        QVERIFY2(!trouble.contains(text("retly")), qPrintable(trouble));
    }

    void heldPortsAreNamedUnlessTheyAreOurOwn()
    {
        const SettingValues settings {{text("HTTP_PORT"), text("6000")}, {text("PG_PROXY_PORT"), text("http:6001")}};
        const auto troubles = portTroubles(settings, takenAre({6000, 6001, 6002}));
        QCOMPARE(troubles.size(), std::size_t(2));
        QCOMPARE(inWords(troubles[0]), text("Port 6000 is held by nginx (812)."));
        QCOMPARE(troubles[0].proposed, quint16(6003));
        QCOMPARE(withPort(settings.value(text("PG_PROXY_PORT")), troubles[1].proposed), text("http:6004"));
        QVERIFY(portTroubles(settings, takenAre({6000, 6001}), 812).empty());
        QVERIFY(inWords(PortTrouble {text("HTTP_PORT"), 80, {}, 0}).contains(text("another user")));
        QCOMPARE(freePortAfter(65535, {}, takenAre({})), quint16(0));
        QCOMPARE(portsOf({{text("PG_PROXY_PORT"), text("http")}})[1].port, quint16(65432));
    }

    void settingsApplyBesideOthers_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<SettingValues>("values");
        QTest::addColumn<bool>("applies");
        const auto row = [](const char *what, const char *name, const SettingValues &values, bool applies) {
            QTest::newRow(what) << text(name) << values << applies;
        };
        const SettingValues database {{text("DATABASE_URL"), text("postgresql://u@h/d")}};
        const auto with = [&database](const char *name, const char *value) {
            SettingValues all = database;
            all.insert(text(name), text(value));
            return all;
        };
        row("TLS to an own Postgres", "DATABASE_REQUIRE_SSL", {}, false);
        row("TLS to a database", "DATABASE_REQUIRE_SSL", database, true);
        row("TLS to a database of a file", "DATABASE_REQUIRE_SSL", {{text("DATABASE_URL_FILE"), text("/x")}}, true);
        row("a key for an own Postgres", "AUTH_JWT_KEY", {}, false);
        row("a key for a database", "AUTH_JWT_KEY", database, true);
        row("a key without authentication", "AUTH_JWT_KEY", with("AUTH_MODE", "insecure"), false);
        row("Base64 of a PEM", "AUTH_JWT_KEY_IS_BASE64_ENCODED", with("AUTH_JWT_ALG", "ES256"), false);
        row("Base64", "AUTH_JWT_KEY_IS_BASE64_ENCODED", with("AUTH_JWT_ALG", "HS256"), true);
        row("IPv6 at an address", "ELECTRIC_USE_IPV6", with("ELECTRIC_LISTEN_ADDRESS", "::1"), false);
        row("IPv6", "ELECTRIC_USE_IPV6", database, true);
        row("a publisher", "LOGICAL_PUBLISHER_HOST", with("ELECTRIC_WRITE_TO_PG_MODE", "direct_writes"), false);
        row("a name space needs no key", "AUTH_JWT_NAMESPACE", {}, true);
        row("all else", "HTTP_PORT", {}, true);
    }
    void settingsApplyBesideOthers()
    {
        QFETCH(QString, name);
        QFETCH(SettingValues, values);
        QTEST(whyItDoesNotApply(name, values).isEmpty(), "applies");
    }

    void keysAreAsLongAsTheirAlgorithmWants()
    {
        for (const auto &[algorithm, bytes] : {std::pair {"HS256", 32}, {"HS384", 48}, {"HS512", 64}}) {
            QVERIFY(whyNoKeyIsMade(text(algorithm)).isEmpty());
            QCOMPARE(QByteArray::fromBase64(generatedKey(text(algorithm)).toLatin1()).size(), bytes);
        }
        QVERIFY(!whyNoKeyIsMade(text("RS256")).isEmpty() && !whyNoKeyIsMade({}).isEmpty());
        QVERIFY(generatedKey(text("HS256")) != generatedKey(text("HS256")));
        QVERIFY(generatedPassword() != generatedPassword());
    }

    void theSqlForTheRoleIsQuotedAndHasNoPassword()
    {
        const QString sql = rightsSql({{text("DATABASE_URL"), text("postgresql://My%20Role:hidden@h/my-db")},
            {text("ELECTRIC_WRITE_TO_PG_MODE"), text("direct_writes")}});
        QVERIFY2(sql.contains(text("ALTER ROLE \"My Role\" REPLICATION;")), qPrintable(sql));
        QVERIFY2(sql.contains(text("GRANT CREATE ON DATABASE \"my-db\" TO \"My Role\";")), qPrintable(sql));
        QVERIFY(!sql.contains(text("hidden")));
        QVERIFY(problemsOf(settingsToCheckRights({{text("DATABASE_URL"), text("postgresql://u:p@h/d")}})).empty());
    }

    void theLevelIsToldAsTheProtocolHasIt_data()
    {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("level");
        for (const auto &[setting, level] : {std::pair {"", "info"}, {"debug", "debug"}, {"notice", "info"}, {"warn", "warning"},
                 {"warning", "warning"}, {"critical", "error"}})
            QTest::newRow(setting) << text(setting) << text(level);
    }
    void theLevelIsToldAsTheProtocolHasIt()
    {
        QFETCH(QString, setting);
        QTEST(levelWhileRunning({{text("LOG_LEVEL"), setting}}), "level");
    }
};

QTEST_GUILESS_MAIN(TestFirstRun)
#include "tst_firstrun.moc"
