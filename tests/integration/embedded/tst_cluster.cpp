#include "service/embedded/cluster.h"
#include "service/pg/connection.h"

#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/mount.h>
#include <sys/stat.h>

using namespace electric;
using embedded::Cluster;
using embedded::ClusterHome;

namespace {

pid_t serverPid(const ClusterHome &home)
{
    QFile file(home.dataDirectory() + QStringLiteral("/postmaster.pid"));
    return file.open(QIODevice::ReadOnly) ? pid_t(file.readLine().trimmed().toInt()) : 0;
}

std::string text(Cluster &cluster, const std::string &sql)
{
    auto connection = pg::Connection::open(cluster.options(), "test");
    if (!connection)
        return connection.error().detail;
    auto rows = connection->query(sql);
    return rows ? std::string(rows->text(0, 0)) : rows.error().detail;
}

// A small disk of its own; only root can have one.
class SmallDisk
{
public:
    SmallDisk(const QString &path, const char *size) : m_path(QFile::encodeName(path))
    {
        QDir().mkpath(path);
        const QByteArray options = QByteArrayLiteral("mode=0755,size=") + size;
        m_isMounted = ::mount("tmpfs", m_path.constData(), "tmpfs", 0, options.constData()) == 0;
    }
    ~SmallDisk()
    {
        if (m_isMounted)
            ::umount2(m_path.constData(), MNT_DETACH);
    }
    Q_DISABLE_COPY_MOVE(SmallDisk)

    [[nodiscard]] bool isMounted() const { return m_isMounted; }
    bool makeReadOnly() { return ::mount("tmpfs", m_path.constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0; }
    // Leaves nothing free.
    void fill() const
    {
        QFile ballast(QFile::decodeName(m_path) + QStringLiteral("/ballast"));
        const QByteArray portion(4096, 'x');
        if (ballast.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
            while (ballast.write(portion) == portion.size()) { }
        }
    }

private:
    const QByteArray m_path;
    bool m_isMounted = false;
};

// What a person reads: what is wrong, where, what to do.
void verifyTells(const Failure &failure, const QString &what, const QString &path)
{
    const QString shown = QString::fromStdString(failure.detail) + QLatin1Char(' ') + QString::fromStdString(failure.hint);
    QVERIFY2(failure.detail.find(what.toStdString()) != std::string::npos, qPrintable(shown));
    QVERIFY2(failure.detail.find(path.toStdString()) != std::string::npos, qPrintable(shown));
    QVERIFY2(failure.hint.find("--data-dir") != std::string::npos, qPrintable(shown));
}

} // namespace

class TestCluster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>(QStringLiteral("/var/tmp/electric-XXXXXX"));
        ::chmod(QFile::encodeName(m_directory->path()).constData(), 0755); // the server's user passes through
    }

    void startsWithLogicalWalAndAPasswordAndKeepsItsData()
    {
        quint16 port = 0;
        {
            Cluster cluster(home());
            const auto started = cluster.start();
            QVERIFY2(started, started ? "" : started.error().detail.c_str());
            QCOMPARE(text(cluster, "SHOW wal_level"), std::string("logical"));
            QCOMPARE(text(cluster, "SHOW listen_addresses"), std::string("127.0.0.1"));
            auto options = cluster.options();
            auto connection = pg::Connection::open(options, "test");
            QVERIFY(connection && connection->execute("CREATE TABLE kept AS SELECT 42 AS n"));
            options.password = "guessed";
            QVERIFY(!pg::Connection::open(options, "test"));
            port = cluster.home().port();
        }
        Cluster again(home());
        QVERIFY(again.start());
        QCOMPARE(again.home().port(), port);
        QCOMPARE(text(again, "SELECT n FROM kept"), std::string("42"));
    }

    void secretsAreReadableByTheOwnerOnly()
    {
        const ClusterHome made = home();
        const auto permissions = QFileInfo(made.directory() + QStringLiteral("/embedded.json")).permissions();
        QVERIFY(!(permissions & (QFile::ReadGroup | QFile::ReadOther)));
    }

    void aSecondProcessIsToldWhoHoldsTheHome()
    {
        const ClusterHome first = home();
        const auto second = ClusterHome::open(first.directory());
        QVERIFY(!second);
        QVERIFY(second.error().kind == Failure::Kind::Conflict);
        QVERIFY(second.error().detail.find(std::to_string(QCoreApplication::applicationPid())) != std::string::npos);
    }

    void aCrashOfTheServerIsReportedAndItComesBack()
    {
        Cluster cluster(home());
        QVERIFY(cluster.start());
        QSignalSpy crashed(&cluster, &Cluster::crashed);
        ::kill(serverPid(cluster.home()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(crashed.count(), 1, 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(text(cluster, "SELECT 1"), std::string("1"), 20'000);
    }

    void aStalePidFileDoesNotMatter()
    {
        {
            Cluster cluster(home());
            QVERIFY(cluster.start());
        }
        QFile stale(m_directory->filePath(QStringLiteral("home/postgres/postmaster.pid")));
        QVERIFY(stale.open(QIODevice::WriteOnly));
        stale.write("999999\n" + QFile::encodeName(m_directory->filePath(QStringLiteral("home/postgres"))) + "\n1\n5432\n\n\n\n");
        stale.close();
        Cluster again(home());
        const auto started = again.start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
    }

    void aFileInThePlaceOfADirectoryIsNamed_data()
    {
        QTest::addColumn<QString>("directory");
        QTest::newRow("the home itself") << "file";
        QTest::newRow("above it") << "file/below/home";
    }

    void aFileInThePlaceOfADirectoryIsNamed()
    {
        QFETCH(QString, directory);
        const QString path = m_directory->filePath(QStringLiteral("file"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto opened = ClusterHome::open(m_directory->filePath(directory));
        QVERIFY(!opened);
        verifyTells(opened.error(), QStringLiteral("is a file"), path);
    }

    void aReadOnlyDiskIsNamed_data()
    {
        QTest::addColumn<bool>("isOld");
        QTest::newRow("on first use") << false;
        QTest::newRow("with a home on it") << true;
    }

    void aReadOnlyDiskIsNamed()
    {
        QFETCH(bool, isOld);
        const QString path = m_directory->filePath(QStringLiteral("disk"));
        SmallDisk disk(path, "1m");
        if (!disk.isMounted())
            QSKIP("only root can mount a disk");
        const QString directory = path + QStringLiteral("/home");
        if (isOld)
            QVERIFY(ClusterHome::open(directory));
        QVERIFY(disk.makeReadOnly());
        const auto opened = ClusterHome::open(directory);
        QVERIFY(!opened);
        verifyTells(opened.error(), QStringLiteral("read-only"), path);
    }

    void aDiskWithoutRoomForTheHomeIsNamed()
    {
        const QString path = m_directory->filePath(QStringLiteral("disk"));
        SmallDisk disk(path, "1m");
        if (!disk.isMounted())
            QSKIP("only root can mount a disk");
        disk.fill();
        const auto opened = ClusterHome::open(path);
        QVERIFY(!opened);
        verifyTells(opened.error(), QStringLiteral("is full"), path);
    }

    void aDiskWithoutRoomForANewClusterIsNamedAndNothingIsLeftOnIt()
    {
        const QString path = m_directory->filePath(QStringLiteral("disk"));
        SmallDisk disk(path, "30m");
        if (!disk.isMounted())
            QSKIP("only root can mount a disk");
        auto opened = ClusterHome::open(path + QStringLiteral("/home"));
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
        Cluster cluster(std::move(*opened));
        const auto started = cluster.start();
        QVERIFY(!started);
        verifyTells(started.error(), QStringLiteral("is full"), path);
        QVERIFY(!QFile::exists(cluster.home().dataDirectory()));
    }

    void aDiskThatBecameFullIsNamedAndTheDataAreThereOnceItHasRoom()
    {
        const QString path = m_directory->filePath(QStringLiteral("disk"));
        SmallDisk disk(path, "250m");
        if (!disk.isMounted())
            QSKIP("only root can mount a disk");
        const QString directory = path + QStringLiteral("/home");
        const auto open = [&] { return ClusterHome::open(directory); };
        {
            auto home = open();
            QVERIFY(home);
            Cluster cluster(std::move(*home));
            const auto started = cluster.start();
            QVERIFY2(started, started ? "" : started.error().detail.c_str());
            auto connection = pg::Connection::open(cluster.options(), "test");
            QVERIFY(connection && connection->execute("CREATE TABLE kept AS SELECT 42 AS n"));
        }
        {
            auto home = open(); // its lock takes room as well
            QVERIFY(home);
            Cluster cluster(std::move(*home));
            disk.fill();
            const auto started = cluster.start();
            QVERIFY(!started);
            verifyTells(started.error(), QStringLiteral("is full"), path);
        }
        QVERIFY(QFile::remove(path + QStringLiteral("/ballast")));
        auto home = open();
        QVERIFY(home);
        Cluster again(std::move(*home));
        const auto started = again.start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        QCOMPARE(text(again, "SELECT n FROM kept"), std::string("42"));
    }

private:
    ClusterHome home() const
    {
        auto opened = ClusterHome::open(m_directory->filePath(QStringLiteral("home")));
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestCluster)
#include "tst_cluster.moc"
