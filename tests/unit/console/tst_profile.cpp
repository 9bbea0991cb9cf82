#include <QTest>

#include "console/control/launcher.h"
#include "console/control/profile.h"
#include "console/control/secretstore.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace electric;
using namespace electric::console;

namespace {

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

} // namespace

class TestProfile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); }

    void filesAreReadAsSystemdDoes_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<SettingValues>("values");
        QTest::newRow("empty") << QString() << SettingValues();
        QTest::newRow("bare") << text("A=1\nB=two words\n") << SettingValues {{text("A"), text("1")}, {text("B"), text("two words")}};
        QTest::newRow("without a line feed at the end") << text("A=1") << SettingValues {{text("A"), text("1")}};
        QTest::newRow("comments and blank lines") << text("# A=0\n\n; x\nA=1\n") << SettingValues {{text("A"), text("1")}};
        QTest::newRow("double quotes") << text("A=\"a \\\"b\\\" \\\\ c\"\n") << SettingValues {{text("A"), text("a \"b\" \\ c")}};
        QTest::newRow("single quotes") << text("A='a \\ \"b\"'\n") << SettingValues {{text("A"), text("a \\ \"b\"")}};
        QTest::newRow("over lines") << text("A=\"-----BEGIN\nxyz\n\"\nB=2")
                                    << SettingValues {{text("A"), text("-----BEGIN\nxyz\n")}, {text("B"), text("2")}};
        QTest::newRow("a quote that is not closed") << text("A=\"abc") << SettingValues {{text("A"), text("abc")}};
        QTest::newRow("export") << text("export A=1\n") << SettingValues {{text("A"), text("1")}};
        QTest::newRow("not a setting") << text("nonsense\n=x\n1A=2\nB=3\n") << SettingValues {{text("B"), text("3")}};
        QTest::newRow("a value with =") << text("A=b=c\n") << SettingValues {{text("A"), text("b=c")}};
        QTest::newRow("nothing after =") << text("A=\nB=1") << SettingValues {{text("A"), QString()}, {text("B"), text("1")}};
    }
    void filesAreReadAsSystemdDoes()
    {
        QFETCH(QString, file);
        QTEST(parseEnvironmentFile(file), "values");
    }

    void whatIsWrittenIsReadAgain()
    {
        const SettingValues values {
            {text("A"), text("p\"a'ss\\wo$rd`#")}, {text("KEY"), text("-----BEGIN\nä\n-----END\n")}, {text("E"), text(" x ")}};
        QCOMPARE(parseEnvironmentFile(environmentFile(values)), values);
        QVERIFY(writeProfile(text("work"), values));
        QCOMPARE(readProfile(text("work")).value(), values);
        QCOMPARE(QFile::permissions(profilePath(text("work"))) & QFile::Permissions(0x0077), QFile::Permissions());
        QCOMPARE(profileNames(), QStringList({firstProfile, text("work")}));
    }

    void whatIsInTheKeyRingIsRemembered()
    {
        const SettingValues values {{text("A"), text("1")}};
        QVERIFY(secretsInKeyRing(text("ring")).isEmpty());
        QVERIFY(writeProfile(text("ring"), values, {text("DATABASE_URL"), text("AUTH_JWT_KEY")}));
        QCOMPARE(readProfile(text("ring")).value(), values);
        QCOMPARE(secretsInKeyRing(text("ring")), QStringList({text("DATABASE_URL"), text("AUTH_JWT_KEY")}));
        const SettingValues all {{text("DATABASE_URL"), text("x")}, {text("AUTH_JWT_KEY"), text("y")}};
        QVERIFY(whySecretsAreMissing(text("ring"), all).isEmpty());
        QVERIFY(whySecretsAreMissing(text("ring"), SettingValues {{text("AUTH_JWT_KEY"), text("y")}}).contains(text("DATABASE_URL")));
        QVERIFY(whySecretsAreMissing(text("ring"), tl::unexpected(text("It is locked"))).contains(text("It is locked")));
        QVERIFY(writeProfile(text("ring"), values));
        QVERIFY(whySecretsAreMissing(text("ring"), tl::unexpected(text("It is locked"))).isEmpty());
        QFile::remove(profilePath(text("ring")));
    }

    void namesThatAreNoFileNamesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *const name : {"", "../x", "a/b", "a.b", "with space", "ü", "01234567890123456789012345678901234567890"})
            QTest::newRow(name) << text(name);
    }
    void namesThatAreNoFileNamesAreRefused()
    {
        QFETCH(QString, name);
        QVERIFY(!troubleWithName(name).isEmpty());
        QVERIFY(!writeProfile(name, {}));
    }

    void aProfileThatCannotBeWrittenIsToldWithItsPlace()
    {
        qputenv("XDG_CONFIG_HOME", "/proc/nowhere");
        const auto written = writeProfile(text("work"), {});
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path()));
        QVERIFY(!written);
        QVERIFY2(written.error().contains(text("/proc/nowhere")), qPrintable(written.error()));
    }

    void aLaunchBringsItsOwnPostgresUnlessADatabaseIsNamed()
    {
        QCOMPARE(argumentsOf({firstProfile, {}}), QStringList({text("serve"), text("--profile"), firstProfile, text("--embedded")}));
        const QStringList other = argumentsOf({text("work"), {{text("DATABASE_URL"), text("  ")}}});
        QVERIFY(other.contains(text("--embedded")) && other.contains(text("--data-dir")));
        QCOMPARE(argumentsOf({text("work"), {{text("DATABASE_URL"), text("postgresql://a@b/c")}}}),
            QStringList({text("serve"), text("--profile"), text("work")}));
        QVERIFY(!isEmbedded({text("work"), {{text("DATABASE_URL_FILE"), text("/run/secrets/url")}}}));
    }

    void whoHoldsAPortIsNamed_data()
    {
        QTest::addColumn<SettingValues>("settings");
        QTest::addColumn<int>("taken");
        QTest::addColumn<bool>("isTrouble");
        QTest::newRow("the usual port") << SettingValues() << 5133 << true;
        QTest::newRow("the usual port of the proxy") << SettingValues() << 65432 << true;
        QTest::newRow("another one") << SettingValues {{text("HTTP_PORT"), text(" 6000 ")}} << 6000 << true;
        QTest::newRow("not ours") << SettingValues {{text("HTTP_PORT"), text("6000")}} << 5133 << false;
        QTest::newRow("the tunnel's") << SettingValues {{text("PG_PROXY_PORT"), text("http:6001")}} << 6001 << true;
        QTest::newRow("nonsense is the service's to refuse") << SettingValues {{text("HTTP_PORT"), text("x")}} << 0 << false;
    }
    void whoHoldsAPortIsNamed()
    {
        QFETCH(SettingValues, settings);
        QFETCH(int, taken);
        const auto trouble = troubleWithPorts({text("p"), settings}, [taken](quint16 port) {
            return port == taken ? PortUse {true, text("nginx (812)"), 812} : PortUse();
        });
        QTEST(trouble.has_value(), "isTrouble");
        if (trouble)
            QVERIFY(trouble->message.contains(text("nginx (812)")) && trouble->message.contains(QString::number(taken)));
    }
};

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
