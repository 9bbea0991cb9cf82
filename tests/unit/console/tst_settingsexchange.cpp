#include <QTest>

#include "console/exchange/settingsdiff.h"
#include "console/exchange/settingsexport.h"
#include "console/exchange/settingsimport.h"
#include "console/exchange/shellwords.h"

using namespace electric;
using namespace electric::console;

namespace {

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

SettingValues values(std::initializer_list<std::pair<const char *, const char *>> all)
{
    SettingValues made;
    for (const auto &[name, value] : all)
        made.insert(text(name), text(value));
    return made;
}

const FileReader noFiles = [](const QString &) { return std::nullopt; };

// With everything that is hard to quote, and no ports or addresses that an engine would translate.
SettingValues awkward()
{
    return values({{"DATABASE_URL", "postgresql://u:p%24%25@db:5432/d?sslmode=require"},
        {"AUTH_JWT_KEY", "-----BEGIN\n\"ä\" 'x' \\\n-----END\n"}, {"PG_PROXY_PASSWORD", "a $b `c` #d %e"},
        {"ELECTRIC_ALLOWED_ORIGINS", "https://a.example https://b.example"}, {"LOG_LEVEL", "debug"}});
}

} // namespace

class TestSettingsExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreThoseOfTheShell_data()
    {
        using Commands = QList<QStringList>;
        QTest::addColumn<QString>("shell");
        QTest::addColumn<Commands>("commands");
        QTest::newRow("nothing") << QString() << Commands();
        QTest::newRow("blanks") << text(" a  b\tc ") << Commands {{text("a"), text("b"), text("c")}};
        QTest::newRow("single quotes") << text("'a \"b\" \\ $c'") << Commands {{text("a \"b\" \\ $c")}};
        QTest::newRow("double quotes") << text("\"a 'b' \\\" \\$c \\n\"") << Commands {{text("a 'b' \" $c \\n")}};
        QTest::newRow("quotes within a word") << text("a='b c'\"d\"e") << Commands {{text("a=b cde")}};
        QTest::newRow("an empty word") << text("a '' b") << Commands {{text("a"), QString(), text("b")}};
        QTest::newRow("backslash") << text("a\\ b \\#c") << Commands {{text("a b"), text("#c")}};
        QTest::newRow("lines go on") << text("a \\\n  b") << Commands {{text("a"), text("b")}};
        QTest::newRow("lines go on from Windows") << text("a \\\r\n  b") << Commands {{text("a"), text("b")}};
        QTest::newRow("lines end") << text("a\nb;c && d") << Commands {{text("a")}, {text("b")}, {text("c")}, {text("d")}};
        QTest::newRow("comment") << text("a # b\nc#d") << Commands {{text("a")}, {text("c#d")}};
        QTest::newRow("open quote") << text("'a b") << Commands {{text("a b")}};
        QTest::newRow("backslash at the end") << text("a\\") << Commands {{text("a")}};
    }
    void wordsAreThoseOfTheShell()
    {
        QFETCH(QString, shell);
        QTEST(shellCommands(shell), "commands");
    }

    void quotedWordsComeBack_data()
    {
        QTest::addColumn<QString>("word");
        for (const char *const word : {"", "plain", "a b", "it's", "$HOME", "a\nb", "\\", "\"", "ä", "#x", "a;b", "~"})
            QTest::newRow(word) << text(word);
    }
    void quotedWordsComeBack()
    {
        QFETCH(QString, word);
        QCOMPARE(shellCommands(text("x ") + shellQuoted(word)), (QList<QStringList> {{text("x"), word}}));
    }

    void dockerCommandsAreRead_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<SettingValues>("settings");
        QTest::addColumn<int>("notes");
        const auto row = [](const char *name, const char *command, const SettingValues &settings, int notes) {
            QTest::newRow(name) << text(command) << settings << notes;
        };
        row("as in the original's manual",
            "docker run \\\n    -e \"DATABASE_URL=postgresql://u:p@h/d\" \\\n    -e \"AUTH_MODE=insecure\" \\\n"
            "    -e \"PG_PROXY_PASSWORD=pw\" -p 5133:5133 -p 65432:65432 electricsql/electric",
            values({{"DATABASE_URL", "postgresql://u:p@h/d"}, {"AUTH_MODE", "insecure"}, {"PG_PROXY_PASSWORD", "pw"}}), 0);
        row("with a prompt, sudo and short options", "$ sudo docker run -dit --rm -eA=1 --env B=2 --env=C='3 4' --name x img -e D=5",
            values({{"A", "1"}, {"B", "2"}, {"C", "3 4"}}), 0);
        row("podman", "/usr/bin/podman container run --pull never -e A=1 img", values({{"A", "1"}}), 0);
        row("another port of the host", "docker run -p 8080:5133 img", values({{"HTTP_PORT", "8080"}}), 1);
        row("another port within", "docker run -e HTTP_PORT=6000 -p 8080:6000/tcp img", values({{"HTTP_PORT", "8080"}}), 1);
        row("the same port otherwise", "docker run -e HTTP_PORT=6000 -p 6000:6000 img", values({{"HTTP_PORT", "6000"}}), 0);
        row("the proxy's tunnel", "docker run -e PG_PROXY_PORT=http:6000 -p7000:6000 img", values({{"PG_PROXY_PORT", "http:7000"}}), 1);
        row("at one address", "docker run -p 127.0.0.1:5133:5133 -p 127.0.0.1:65432:65432 img",
            values({{"ELECTRIC_LISTEN_ADDRESS", "127.0.0.1"}}), 0);
        row("at an IPv6 address", "docker run -p [::1]:5133:5133 img", values({{"ELECTRIC_LISTEN_ADDRESS", "::1"}}), 0);
        row("at two addresses", "docker run -p 127.0.0.1:5133:5133 -p 65432:65432 img", {}, 1);
        row("any port", "docker run -p 5133 img", {}, 0);
        row("not ours", "docker run -p 80:80 -p 5133:5133/udp -p nonsense img", {}, 3);
        row("a file", "docker run --env-file .env img", {}, 1);
        row("from the shell", "docker run -e SECRET img", {}, 1);
        row("a variable", "docker run -e \"DATABASE_URL=$URL\" img", values({{"DATABASE_URL", "$URL"}}), 1);
        row("this computer from within", "docker run -e DATABASE_URL=postgresql://u@host.docker.internal/d img",
            values({{"DATABASE_URL", "postgresql://u@host.docker.internal/d"}}), 1);
        row("a network of containers", "docker run --network back -e A=1 img", values({{"A", "1"}}), 1);
        row("two of them", "docker run -e A=1 img; docker run -e A=2 img", values({{"A", "1"}}), 1);
        row("cut off", "docker run -e A=1", values({{"A", "1"}}), 1);
        row("something else", "docker ps -e A=1", {}, 1);
        row("nothing", "", {}, 1);
    }
    void dockerCommandsAreRead()
    {
        QFETCH(QString, command);
        QFETCH(int, notes);
        const ImportedSettings imported = importDockerRun(command);
        QTEST(imported.settings, "settings");
        QVERIFY2(imported.notes.size() == notes, qPrintable(imported.notes.join(QLatin1Char('\n'))));
    }

    void unitsAreRead_data()
    {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<SettingValues>("settings");
        QTest::addColumn<int>("notes");
        const auto row = [](const char *name, const char *unit, const SettingValues &settings, int notes) {
            QTest::newRow(name) << text("[Unit]\nEnvironment=NOT=1\n[Service]\n") + text(unit) + text("\n[Install]\nEnvironment=NOT=2\n")
                                << settings << notes;
        };
        row("several in a line", "Environment=A=1 \"B=two words\" 'C=\"'", values({{"A", "1"}, {"B", "two words"}, {"C", "\""}}), 0);
        row("escaped", "Environment=\"A=a\\nb\\\\\\\"%%\"", values({{"A", "a\nb\\\"%"}}), 0);
        row("over lines", "Environment=A=1 \\\n# not this\n  B=2", values({{"A", "1"}, {"B", "2"}}), 0);
        row("the last one counts", "Environment=A=1\nEnvironment=A=2", values({{"A", "2"}}), 0);
        row("begun anew", "Environment=A=1\nEnvironment=\nEnvironment=B=2", values({{"B", "2"}}), 0);
        row("a file wins", "EnvironmentFile=/etc/a.env\nEnvironment=A=1", values({{"A", "of the file"}, {"B", "2"}}), 0);
        row("a file that is not there", "EnvironmentFile=-/etc/b.env\nEnvironment=A=1", values({{"A", "1"}}), 1);
        row("a specifier", "Environment=A=%h/x", values({{"A", "%h/x"}}), 1);
        row("from systemd", "PassEnvironment=A", {}, 1);
        row("comments", "# Environment=A=1\n; Environment=B=1", {}, 0);
    }
    void unitsAreRead()
    {
        QFETCH(QString, unit);
        QFETCH(int, notes);
        const ImportedSettings imported = importSystemdUnit(unit,
            [](const QString &path) { return path == text("/etc/a.env") ? std::optional(text("A='of the file'\nB=2\n")) : std::nullopt; });
        QTEST(imported.settings, "settings");
        QVERIFY2(imported.notes.size() == notes, qPrintable(imported.notes.join(QLatin1Char('\n'))));
    }

    void composeFilesAreRead_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<SettingValues>("settings");
        QTest::addColumn<int>("notes");
        const auto row = [](const char *name, const char *file, const SettingValues &settings, int notes) {
            QTest::newRow(name) << text(file) << settings << notes;
        };
        row("a map",
            "services:\n  electric:\n    environment:\n      A: 1 # one\n      B: 'it''s'\n      \"C\": \"x\\ny\"\n    restart: always\n",
            values({{"A", "1"}, {"B", "it's"}, {"C", "x\ny"}}), 0);
        row("a list, not indented",
            "services:\n  electric:\n    environment:\n    - A=1\n    - \"B=two words\"\n    ports:\n    - 8080:5133\n",
            values({{"A", "1"}, {"B", "two words"}, {"HTTP_PORT", "8080"}}), 1);
        row("among others, by its image",
            "services:\n  db:\n    image: postgres\n    environment:\n      A: 9\n  sync:\n    image: electricsql/electric:latest\n    "
            "environment:\n"
            "      A: 1\nvolumes:\n  x:\n    environment:\n      A: 7\n",
            values({{"A", "1"}}), 1);
        row("variables", "services:\n  electric:\n    environment:\n      A: ${X:-one}\n      B: ${Y}\n      C: a$$b\n      D:\n",
            values({{"A", "one"}, {"C", "a$b"}}), 2);
        row("a block", "services:\n  electric:\n    environment:\n      KEY: |\n        -----BEGIN\n        x\n      A: 1\n",
            values({{"KEY", "-----BEGIN\nx\n"}, {"A", "1"}}), 0);
        row("a file", "services:\n  electric:\n    env_file: .env\n", {}, 1);
        row("no Electric in it", "services:\n  db:\n    environment:\n      A: 1\n  web:\n    image: x\n", {}, 1);
        row("no services", "A: 1\n", {}, 1);
    }
    void composeFilesAreRead()
    {
        QFETCH(QString, file);
        QFETCH(int, notes);
        const ImportedSettings imported = importCompose(file);
        QTEST(imported.settings, "settings");
        QVERIFY2(imported.notes.size() == notes, qPrintable(imported.notes.join(QLatin1Char('\n'))));
    }

    void aCommentInAnEnvFileIsTold()
    {
        const ImportedSettings imported = importEnvironmentFile(text("A=1 # one\r\nB=2\r\n"));
        QCOMPARE(imported.settings, values({{"A", "1 # one"}, {"B", "2"}}));
        QCOMPARE(imported.notes.size(), 1);
    }

    void whatIsExportedIsKnownAndReadAgain_data()
    {
        QTest::addColumn<SettingsFormat>("format");
        QTest::newRow("env") << SettingsFormat::EnvironmentFile;
        QTest::newRow("docker run") << SettingsFormat::DockerRun;
        QTest::newRow("compose") << SettingsFormat::Compose;
        QTest::newRow("systemd") << SettingsFormat::SystemdUnit;
    }
    void whatIsExportedIsKnownAndReadAgain()
    {
        QFETCH(SettingsFormat, format);
        const QString all = exportSettings(awkward(), format, true);
        QCOMPARE(guessFormat(all), format);
        QCOMPARE(importSettings(all, format, noFiles).settings, awkward());

        const QString open = exportSettings(awkward(), format, false);
        QCOMPARE(guessFormat(open), format);
        SettingValues withoutSecrets = awkward();
        for (const QString &name : secretsIn(awkward())) {
            QVERIFY2(open.contains(name), qPrintable(open)); // that it is missing can be seen
            withoutSecrets.remove(name);
        }
        for (const char *const part : {"p%24", "BEGIN", "`c`"})
            QVERIFY2(!open.contains(text(part)), qPrintable(open));
        QCOMPARE(importSettings(open, format, noFiles).settings, withoutSecrets);
    }

    void portsArePublishedAsTheyAreSet()
    {
        const QString command
            = exportSettings(values({{"HTTP_PORT", "6000"}, {"PG_PROXY_PORT", "http:7000"}}), SettingsFormat::DockerRun, true);
        QVERIFY2(command.contains(text("-p 6000:6000")) && command.contains(text("-p 7000:7000")), qPrintable(command));
    }

    void aUnitWithoutADatabaseBringsItsOwn()
    {
        QVERIFY(exportSettings({}, SettingsFormat::SystemdUnit, false).contains(text("serve --embedded\n")));
        QVERIFY(!exportSettings(awkward(), SettingsFormat::SystemdUnit, false).contains(text("--embedded")));
    }

    void differencesAreNamedInTheOrderOfTheCatalogue()
    {
        const auto changes = changesBy(values({{"PATH", "/bin"}, {"AUTH_JWT_KEY", "new"}, {"HTTP_PORT", "2"}, {"LOG_LEVEL", "info"},
                                           {"PG_PROXY_PASSWORD_FILE", "/run/pw"}}),
            values({{"HTTP_PORT", "1"}, {"LOG_LEVEL", "info"}, {"AUTH_MODE", "insecure"}}));
        QCOMPARE(changes.size(), std::size_t(4));
        QCOMPARE(changes[0].name, text("HTTP_PORT"));
        QCOMPARE(changes[0].now + changes[0].then, text("12"));
        QVERIFY(!changes[0].isSecret && changes[0].isKnown);
        QVERIFY(changes[1].name == text("PG_PROXY_PASSWORD_FILE") && !changes[1].isSecret && changes[1].isKnown);
        QVERIFY(changes[2].name == text("AUTH_JWT_KEY") && changes[2].isSecret);
        QVERIFY(changes[3].name == text("PATH") && !changes[3].isKnown);
    }

    void onlyOurSettingsAreTakenOver()
    {
        QCOMPARE(merged(values({{"HTTP_PORT", "1"}, {"AUTH_MODE", "insecure"}, {"MINE", "x"}}),
                     values({{"PATH", "/bin"}, {"HTTP_PORT", "2"}, {"AUTH_MODE", ""}})),
            values({{"HTTP_PORT", "2"}, {"MINE", "x"}}));
    }

    void whatARestartWouldChange_data()
    {
        QTest::addColumn<SettingValues>("profile");
        QTest::addColumn<QStringList>("names");
        QTest::newRow("nothing") << values({{"HTTP_PORT", "6000"}, {"DATABASE_REQUIRE_SSL", "no"}, {"PG_PROXY_PASSWORD", "x"}})
                                 << QStringList();
        QTest::newRow("another value") << values({{"HTTP_PORT", "6001"}, {"DATABASE_REQUIRE_SSL", "0"}, {"PG_PROXY_PASSWORD", "x"}})
                                       << QStringList {text("HTTP_PORT")};
        QTest::newRow("unset, which means the same") << values({{"HTTP_PORT", "6000"}, {"PG_PROXY_PASSWORD", "x"}}) << QStringList();
        QTest::newRow("a database of one's own")
            << values({{"HTTP_PORT", "6000"}, {"PG_PROXY_PASSWORD", "x"}, {"DATABASE_URL", "postgresql://u@h/d"}})
            << QStringList {text("DATABASE_URL"), text("DATABASE_REQUIRE_SSL"), text("ELECTRIC_LISTEN_ADDRESS")};
        QTest::newRow("back to the default") << values({{"PG_PROXY_PASSWORD", "x"}}) << QStringList {text("HTTP_PORT")};
        QTest::newRow("a secret less") << values({{"HTTP_PORT", "6000"}, {"DATABASE_REQUIRE_SSL", "false"}})
                                       << QStringList {text("PG_PROXY_PASSWORD")};
        QTest::newRow("a secret in a file") << values(
            {{"HTTP_PORT", "6000"}, {"DATABASE_REQUIRE_SSL", "off"}, {"PG_PROXY_PASSWORD_FILE", "/run/pw"}, {"AUTH_JWT_KEY", "k"}})
                                            << QStringList {text("AUTH_JWT_KEY")};
    }
    void whatARestartWouldChange()
    {
        QFETCH(SettingValues, profile);
        const auto one = [](const char *name, const char *value, const char *origin, bool isSecret = false) {
            return admin::SettingInForce {
                text(name), {}, text(value), text(origin), isSecret, isSecret && qstrcmp(origin, "default") != 0, {}};
        };
        QStringList names;
        const auto changes = changesAtRestart(profile,
            {one("DATABASE_URL", "", "embedded", true), one("DATABASE_REQUIRE_SSL", "false", "environment"),
                one("HTTP_PORT", "6000", "environment"), one("PG_PROXY_PASSWORD", "", "environment", true),
                one("AUTH_JWT_KEY", "", "default", true), one("LOG_LEVEL", "info", "default"),
                one("ELECTRIC_LISTEN_ADDRESS", "127.0.0.1", "embedded")});
        for (const SettingChange &change : changes)
            names << change.name;
        QTEST(names, "names");
    }
};

QTEST_GUILESS_MAIN(TestSettingsExchange)
#include "tst_settingsexchange.moc"
