#include "service/satellite/postgresclientstore.h"
#include "service/schema/bootstrap.h"
#include "tests/support/throwawaycluster.h"

#include <QTest>

#include <atomic>
#include <future>

using namespace electric;
using namespace electric::satellite;

class TestPostgresClientStore : public QObject
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
    }

    void aPositionThatIsSavedAfterForgettingStaysWhileOthersCome()
    {
        PostgresClientStore store;
        store.setDatabase(m_cluster->options());
        std::promise<void> othersWait;
        store.load("first", "user", [posted = othersWait.get_future().share()](const Result<ClientState> &) { posted.wait(); });
        store.load("fresh", "user", [&store](const Result<ClientState> &) {
            store.forget("fresh");
            store.saveCheckpoint("fresh", Lsn {7}, Lsn {9});
        });
        store.load("another", "user", [](const Result<ClientState> &) {}); // taken together with the one before
        othersWait.set_value();
        std::atomic<bool> isDone = false;
        store.load("last", "user", [&isDone](const Result<ClientState> &) { isDone = true; });
        QTRY_VERIFY(isDone);
        std::promise<ClientState> known;
        store.load("fresh", "user", [&known](Result<ClientState> state) { known.set_value(state.value_or(ClientState {})); });
        const ClientState state = known.get_future().get();
        QVERIFY(state.checkpoint && state.caughtUp);
        QCOMPARE(state.checkpoint->value, 7U);
        QCOMPARE(state.caughtUp->value, 9U);
    }

private:
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
};

QTEST_GUILESS_MAIN(TestPostgresClientStore)
#include "tst_postgresclientstore.moc"
