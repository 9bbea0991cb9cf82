#include "service/embedded/cluster.h"
#include "service/pg/connection.h"

#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
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
