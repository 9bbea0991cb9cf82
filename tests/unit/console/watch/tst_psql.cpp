#include <QTest>

#include "console/control/psql.h"
#include "console/pages/overview/addresses.h"

using namespace electric::console;

namespace {

const auto uri = QStringLiteral("postgresql://postgres@127.0.0.1:5432/electric");

FindProgram having(const QStringList &programs)
{
    return [programs](const QString &name) { return programs.contains(name) ? QStringLiteral("/usr/bin/") + name : QString(); };
}

} // namespace

class TestPsql : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void psqlRunsInTheTerminalThatSomebodyWants_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("programs"); // that are there
        QTest::addColumn<QString>("terminal");
        QTest::addColumn<QString>("option");
        QTest::newRow("wanted") << "kitty"
                                << "psql kitty x-terminal-emulator"
                                << "/usr/bin/kitty"
                                << "--";
        QTest::newRow("not there") << "kitty"
                                   << "psql x-terminal-emulator"
                                   << "/usr/bin/x-terminal-emulator"
                                   << "-e";
        QTest::newRow("none wanted") << ""
                                     << "psql gnome-terminal xterm"
                                     << "/usr/bin/gnome-terminal"
                                     << "--";
        QTest::newRow("one that nobody knows") << "myterm"
                                               << "psql myterm"
                                               << "/usr/bin/myterm"
                                               << "-e";
    }
    void psqlRunsInTheTerminalThatSomebodyWants()
    {
        QFETCH(QString, wanted);
        QFETCH(QString, programs);
        const auto call = psqlInTerminal(uri, {}, wanted, having(programs.split(QLatin1Char(' '))));
        QVERIFY(call);
        QTEST(call->program, "terminal");
        QTEST(call->arguments[0], "option");
        QCOMPARE(call->arguments.mid(1), (QStringList {QStringLiteral("/usr/bin/psql"), uri}));
    }

    void whatIsMissingIsNamed()
    {
        const auto noPsql = psqlInTerminal(uri, {}, {}, having({QStringLiteral("xterm")}));
        QVERIFY(!noPsql && noPsql.error().contains(QStringLiteral("postgresql-client")));
        const auto noTerminal = psqlInTerminal(uri, {}, {}, having({QStringLiteral("psql")}));
        QVERIFY(!noTerminal && noTerminal.error().contains(QStringLiteral("TERMINAL")));
    }

    void aPasswordIsNeverAnArgument()
    {
        const auto call = psqlInTerminal(QStringLiteral("postgresql://me:secret@host/db?sslmode=require"),
            QStringLiteral("/run/user/1/a b"), {}, having({QStringLiteral("psql"), QStringLiteral("xterm")}));
        QVERIFY(call);
        const QString all = call->arguments.join(QLatin1Char(' '));
        QVERIFY2(!all.contains(QStringLiteral("secret")), qPrintable(all));
        QVERIFY2(
            all.contains(QStringLiteral("sslmode=require")) && all.contains(QStringLiteral("passfile=/run/user/1/a%20b")), qPrintable(all));
    }

    void passwordFilesAreEscaped()
    {
        QCOMPARE(passFileLine(uri, QStringLiteral("plain")), QByteArray("127.0.0.1:5432:electric:postgres:plain\n"));
        QCOMPARE(passFileLine(uri, QStringLiteral("a:b\\c")), QByteArray("127.0.0.1:5432:electric:postgres:a\\:b\\\\c\n"));
        QVERIFY(passFileLine(uri, {}).isEmpty());
        QVERIFY(passFileLine(QStringLiteral("nonsense"), QStringLiteral("x")).isEmpty());
        QVERIFY(passFileLine(uri, QStringLiteral("two\nlines")).isEmpty());
    }

    void addressesAreWrittenAsProgramsWantThem_data()
    {
        QTest::addColumn<int>("notation");
        QTest::addColumn<QString>("text");
        QTest::newRow("uri") << int(Notation::Uri) << uri;
        QTest::newRow("psql") << int(Notation::Psql) << QStringLiteral("psql '%1'").arg(uri);
        QTest::newRow("jdbc") << int(Notation::Jdbc) << "jdbc:postgresql://127.0.0.1:5432/electric?user=postgres";
        QTest::newRow("env") << int(Notation::Env) << QStringLiteral("DATABASE_URL=%1").arg(uri);
    }
    void addressesAreWrittenAsProgramsWantThem()
    {
        QFETCH(int, notation);
        QTEST(written(uri, Notation(notation), QStringLiteral("DATABASE_URL")), "text");
        QVERIFY(written({}, Notation(notation), QStringLiteral("DATABASE_URL")).isEmpty());
    }
    void aShellTakesTheAddressAsOneWord()
    {
        QCOMPARE(
            written(QStringLiteral("postgresql://o'neil@h/d"), Notation::Psql, {}), QStringLiteral("psql 'postgresql://o%27neil@h/d'"));
    }
};

QTEST_GUILESS_MAIN(TestPsql)
#include "tst_psql.moc"
