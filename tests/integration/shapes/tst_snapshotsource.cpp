#include "service/schema/bootstrap.h"
#include "service/shapes/postgressnapshotsource.h"
#include "tests/support/throwawaycluster.h"

#include <QTest>

#include <set>

using namespace electric;
using namespace electric::shapes;

namespace {

// One client: consumes what it is given at once.
class Reader
{
public:
    void start(SnapshotSource &source, SnapshotRequest request)
    {
        auto handle = source.start(std::move(request), [this](SnapshotEvent event) {
            const std::scoped_lock lock(m_mutex);
            m_events.push_back(std::move(event));
        });
        const std::scoped_lock lock(m_mutex);
        m_handle = std::move(handle);
    }

    bool isDone()
    {
        std::vector<SnapshotEvent> events;
        {
            const std::scoped_lock lock(m_mutex);
            events.swap(m_events);
        }
        for (const SnapshotEvent &event : events) {
            if (const auto *began = std::get_if<SnapshotBegan>(&event))
                upTo = began->upTo;
            else if (const auto *piece = std::get_if<SnapshotRows>(&event)) {
                rows += piece->rows;
                m_handle->more();
            } else {
                hasFailed = std::holds_alternative<Failure>(event);
                m_isDone = true;
            }
        }
        return m_isDone;
    }

    Lsn upTo;
    std::uint64_t rows = 0;
    bool hasFailed = false;

private:
    std::mutex m_mutex;
    std::vector<SnapshotEvent> m_events;
    std::unique_ptr<SnapshotSource::Handle> m_handle;
    bool m_isDone = false;
};

} // namespace

class TestSnapshotSource : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = test::ThrowawayCluster::start();
        QVERIFY2(started, started ? "" : started.error().detail.c_str());
        m_cluster = std::move(*started);
        auto connection = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(connection && schema::bootstrap(*connection));
        for (const auto &[table, rows, bytes] : {std::tuple("small", 1'000, 10), std::tuple("large", 5'000, 1'000)}) {
            const std::string name = table;
            QVERIFY(connection->execute("CREATE TABLE " + name + " (id int4 PRIMARY KEY, content text); CALL electric.electrify('" + name
                + "'); INSERT INTO " + name + " SELECT i, repeat('x', " + std::to_string(bytes) + ") FROM generate_series(1, "
                + std::to_string(rows) + ") i"));
        }
    }

    void clientsThatAskTogetherAllGetAllRows_data()
    {
        QTest::addColumn<QString>("table");
        QTest::addColumn<int>("clients");
        QTest::addColumn<quint64>("rows");
        QTest::addColumn<bool>("isShared");
        QTest::newRow("a small table is read a few times only") << "small" << 500 << quint64(1'000) << true;
        QTest::newRow("a large table is read for each") << "large" << 10 << quint64(5'000) << false;
    }
    void clientsThatAskTogetherAllGetAllRows()
    {
        QFETCH(QString, table);
        QFETCH(int, clients);
        QFETCH(quint64, rows);
        QFETCH(bool, isShared);
        auto known = std::make_shared<schema::Table>();
        known->name.name = table.toStdString();
        known->columns = {{"id", {"int4", {}, {}}, false}, {"content", {"text", {}, {}}, true}};
        known->primaryKey = {"id"};
        PostgresSnapshotSource source({4, 10'000});
        source.setDatabase(m_cluster->options());
        std::vector<Reader> readers(static_cast<std::size_t>(clients)); // ends before the source
        for (Reader &reader : readers)
            reader.start(source, {{known}, "u"});
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::all_of(readers, [](Reader &reader) { return reader.isDone(); }), 60'000);
        std::set<Lsn> readings;
        for (const Reader &reader : readers) {
            QVERIFY(!reader.hasFailed);
            QCOMPARE(reader.rows, rows);
            readings.insert(reader.upTo);
        }
        if (isShared)
            QVERIFY2(readings.size() <= std::size_t(clients) / 50, std::to_string(readings.size()).c_str());
        else
            QVERIFY(readings.size() > std::size_t(clients) / 2); // two may begin at the same place of the log
    }

private:
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
};

QTEST_GUILESS_MAIN(TestSnapshotSource)
#include "tst_snapshotsource.moc"
