#include <QTest>

#include "console/control/autostart.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace electric::console;

namespace {

QString text(const char *t)
{
    return QString::fromUtf8(t);
}

QString contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestAutostart : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path()));
        qputenv("XDG_DATA_HOME", "/data");
    }

    void theConsoleStartsOnlyWhileItIsOn()
    {
        QVERIFY(!startsAtLogin());
        QVERIFY(setStartsAtLogin(false, {})); // off is off already
        QVERIFY(setStartsAtLogin(true, text("/opt/with blank/electric-console")));
        QVERIFY(startsAtLogin());
        QVERIFY(autostartPath().startsWith(m_home.path()));
        QVERIFY2(contentOf(autostartPath()).contains(text("Exec=\"/opt/with blank/electric-console\" --hidden\n")),
            qPrintable(contentOf(autostartPath())));
        QVERIFY(setStartsAtLogin(false, {}));
        QVERIFY(!startsAtLogin());
        QVERIFY(!QFile::exists(autostartPath()));
    }

    void whatTheDesktopSwitchedOffIsOff_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("hidden") << text("Hidden=true\n");
        QTest::newRow("GNOME") << text("X-GNOME-Autostart-enabled=false\n");
    }
    void whatTheDesktopSwitchedOffIsOff()
    {
        QFETCH(QString, line);
        QVERIFY(setStartsAtLogin(true, text("/usr/bin/electric-console")));
        QFile file(autostartPath());
        QVERIFY(file.open(QIODevice::Append) && file.write(line.toUtf8()) > 0);
        file.close();
        QVERIFY(!startsAtLogin());
        QVERIFY(setStartsAtLogin(true, text("/usr/bin/electric-console"))); // on again
        QVERIFY(startsAtLogin());
        QVERIFY(setStartsAtLogin(false, {}));
    }

    void namesOfProgramsAreQuoted()
    {
        QVERIFY(autostartEntry(text("/a\"b$c%d")).contains(text("Exec=\"/a\\\\\"b\\\\$c%%d\" --hidden")));
        QVERIFY(userUnit({text("p"), {}}, text("/a\"b$c%d")).contains(text("ExecStart=\"/a\\\"b$$c%%d\" \"serve\"")));
    }

    void aServiceStartsOnlyWhileItIsOn()
    {
        const Launch launch {text("work"), {}};
        QVERIFY(!serviceStartsAtLogin(text("work")));
        QVERIFY(setServiceStartsAtLogin(true, launch, text("/usr/bin/electric-service")));
        QVERIFY(setServiceStartsAtLogin(true, launch, text("/usr/bin/electric-service"))); // twice is as good
        QVERIFY(serviceStartsAtLogin(text("work")));
        QVERIFY(!serviceStartsAtLogin(text("other")));
        const QString unit = contentOf(unitPath(text("work")));
        QVERIFY2(unit.contains(text("\"serve\" \"--profile\" \"work\" \"--embedded\" \"--data-dir\" \"/data/electric-profiles/work\"")),
            qPrintable(unit));
        QVERIFY2(unit.contains(text("EnvironmentFile=-") + profilePath(text("work"))), qPrintable(unit));
        const QFileInfo link(m_home.filePath(text("systemd/user/default.target.wants/electric-work.service")));
        QCOMPARE(link.symLinkTarget(), unitPath(text("work")));
        QVERIFY(setServiceStartsAtLogin(false, launch, {}));
        QVERIFY(!serviceStartsAtLogin(text("work")));
        QVERIFY(!link.isSymLink() && !QFile::exists(unitPath(text("work"))));
    }

    void noSecretIsInAUnit()
    {
        const QString unit = userUnit({text("work"), {{text("DATABASE_URL"), text("postgresql://u:hidden@h/d")}}}, text("/x"));
        QVERIFY(!unit.contains(text("hidden")) && !unit.contains(text("--embedded")));
    }

    void whatStandsInTheWayIsSaid()
    {
        QVERIFY(whyServiceCannotStartAtLogin(true, false).isEmpty());
        QVERIFY(whyServiceCannotStartAtLogin(false, false).contains(text("systemd")));
        QVERIFY(whyServiceCannotStartAtLogin(true, true).contains(text("key ring")));
        qputenv("XDG_CONFIG_HOME", "/proc/nowhere");
        const auto done = setStartsAtLogin(true, text("/x"));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path()));
        QVERIFY(!done && done.error().contains(text("/proc/nowhere")));
    }
};

QTEST_GUILESS_MAIN(TestAutostart)
#include "tst_autostart.moc"
