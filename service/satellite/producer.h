#pragma once

#include "service/satellite/deliveries.h"
#include "service/satellite/features.h"
#include "service/satellite/incoming.h"
#include "service/satellite/outgoing.h"
#include "service/satellite/sessionevents.h"
#include "service/satellite/sessionfigures.h"

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>

namespace electric::satellite {

// The half of a session that sends: replication from the log, subscriptions and their data, acknowledgements. Reads the log only
// when the client takes more, so nothing is kept per client but what is being delivered. Knows no socket and no clock.
class Producer
{
public:
    Producer(const ProtocolFeatures &features, LogCursor &log, std::string clientId, std::string userId, ClientState state,
        SessionLimits limits);

    // Each appends what is to be done. A refusal ends the session.
    void start(const in::StartReplication &request, Actions &actions);
    void stop(const in::StopReplication &request, Actions &actions);
    void subscribe(const in::Subscribe &request, Actions &actions);
    void unsubscribe(const in::Unsubscribe &request, Actions &actions);
    void acknowledge(const in::Ack &ack, Actions &actions);
    void stored(const std::string &subscription);
    void pong(std::uint64_t key);
    void snapshot(const event::Snapshot &event, Actions &actions);
    // A transaction of the client that Postgres refused: it gets one back that only takes away what is not in Postgres.
    struct RefusedWrite {
        std::int64_t timestampMs = 0;
        std::vector<writes::Operation> gone; // rows that it has to drop, as deletes
    };
    void refusedWrite(RefusedWrite refused) { m_refusedWrites.push_back(std::move(refused)); }
    void setCongested(bool congested) { m_congested = congested; }

    // Sends as much as may be sent now. Called after every event.
    void pump(Actions &actions);

    [[nodiscard]] bool isStreaming() const { return m_streaming; }
    [[nodiscard]] ProducerFigures figures() const;
    [[nodiscard]] std::vector<SubscriptionFigures> subscriptions() const;
    [[nodiscard]] std::vector<std::string> relationFrames() const; // of the tables that were announced

private:
    struct Sent {
        std::uint64_t xid = 0;
        bool counted = true;
    };

    [[nodiscard]] Lsn resumePosition(Lsn told) const;
    [[nodiscard]] Lsn positionToTell() const;
    bool refuseStart(const in::StartReplication &request, Actions &actions);
    void dropShapes(Actions &actions);
    void startFresh(const in::StartReplication &request, Actions &actions);
    void resume(const in::StartReplication &request, Actions &actions);
    void sendMigrations(const std::vector<wire::LoggedTransactionPtr> &migrations, Actions &actions);

    void sendWhatMayBeSent(Actions &actions);
    bool sendNext(Actions &actions); // false: nothing more for now
    void sendTransaction(const wire::LoggedTransactionPtr &transaction, Actions &actions);
    struct WantedOperations {
        std::map<RowName, shapes::HeldRows::Row> gone; // rows that leave
        std::string operations;
        std::vector<std::size_t> ends;
        std::vector<std::size_t> sources; // whose they are, in the transaction
        std::set<shapes::HeldRows::Wanted> wanted; // rows that have to be read
        [[nodiscard]] bool isEmpty() const { return gone.empty() && operations.empty() && wanted.empty(); }
    };
    WantedOperations wantedOperations(const wire::LoggedTransactionPtr &transaction, Actions &actions);
    std::string goneOperations(const std::map<RowName, shapes::HeldRows::Row> &rows, Actions &actions);
    shapes::HeldRows::Effects judge(const wire::LoggedTransaction &transaction);
    void moveIn(const wire::LoggedTransactionPtr &transaction, HeldTransaction held, const WantedOperations &rows, Actions &actions);
    void select(Delivery &delivery, const std::set<shapes::HeldRows::Wanted> &wanted) const;
    bool refuseTooMuch(Actions &actions); // of memory; true when it did
    void sendFound(Delivery &delivery, const shapes::SnapshotRows &rows, Actions &actions);
    void endTransaction(const HeldTransaction &transaction, Actions &actions);
    void recall(Actions &actions);
    [[nodiscard]] out::TransactionFrame catchUpFrame() const;
    void catchUp(const wire::LoggedTransactionPtr &transaction, WantedOperations rows, Actions &actions);
    void sendRows(const std::map<RowName, std::string> &rows, Actions &actions);
    void interruptCatchUp(Actions &actions);
    void endCatchUp(Actions &actions);
    void releaseOwn(Actions &actions);
    std::vector<shapes::HeldRows::ShapeId> shapesOf(const StoredSubscription &subscription);
    [[nodiscard]] Interest interest() const;
    void leaveNow(const std::string &subscription);
    [[nodiscard]] std::vector<shapes::ShapePtr> remainingShapes() const;
    [[nodiscard]] bool isWhole(const schema::TableName &table) const;
    [[nodiscard]] bool wants(const wire::LoggedTransaction &transaction, const schema::TableName &table) const;
    void sendOpLog(const std::string &begin, std::string_view operations, const std::vector<std::size_t> &ends, const std::string &commit,
        Actions &actions);
    void sendRefusedWrites(Actions &actions);
    void announce(std::shared_ptr<const schema::Table> table, Actions &actions);

    void queueDelivery(Delivery delivery, Actions &actions);
    void beginFirst(Actions &actions);
    void beginSnapshot(Delivery &delivery, Actions &actions);
    void deliver(Actions &actions); // the first in line
    void beginDelivery(Delivery &delivery, Actions &actions);
    void endDelivery(Actions &actions);
    void endRows(Delivery done, Actions &actions);
    void failDelivery(std::uint64_t key, const Failure &why, Actions &actions);
    void dropPending(const std::vector<std::string> &ids, Actions &actions);
    void leave(const std::vector<std::string> &ids, Actions &actions);
    [[nodiscard]] std::set<schema::TableName> held() const;
    [[nodiscard]] bool isKnown(const std::string &subscription) const;
    [[nodiscard]] bool acknowledges() const { return m_features.window != 0; }
    void await(std::uint64_t xid, bool counted); // its acknowledgement
    void saveProgress(Actions &actions);
    struct Contents { // of a frame, as far as they are counted
        std::size_t transactions = 0;
        std::size_t rows = 0;
    };
    void send(std::string frame, Actions &actions, Contents contents = {0, 0});

    const ProtocolFeatures m_features;
    LogCursor &m_log;
    const std::string m_clientId;
    const std::string m_userId;
    const SessionLimits m_limits;
    ClientState m_state; // as loaded, until replication starts
    bool m_streaming = false;
    bool m_congested = false;
    wire::Dialect m_dialect = wire::Dialect::Sqlite;
    Lsn m_position; // last transaction of the log that was dealt with
    Lsn m_checkpoint; // the newest acknowledged
    Lsn m_caughtUp; // as last saved
    std::uint64_t m_migratedUpTo = 0; // migrations up to this xid were sent at the start
    std::deque<Sent> m_unacknowledged;
    std::size_t m_inWindow = 0;
    std::uint64_t m_lastXid = 0;
    std::uint64_t m_lastAcknowledged = 0;
    std::map<std::string, Established> m_established;
    shapes::HeldRows m_held; // by filtered shapes
    std::optional<CatchUp> m_catchUp;
    // What was looked up after catching up: rows that were no longer found where they hung before are still in doubt until there.
    std::optional<shapes::SnapshotBegan> m_repaired;
    std::set<std::string> m_leaving; // established, but their rows are about to go
    std::deque<Delivery> m_deliveries;
    std::deque<in::Unsubscribe> m_heldUnsubscribes; // until the subscription being delivered is complete
    std::deque<RefusedWrite> m_refusedWrites;
    std::unordered_map<std::uint32_t, std::shared_ptr<const schema::Table>> m_announced;
    std::uint64_t m_nextKey = 1;
    std::uint64_t m_nextPing = 1;
    std::size_t m_sentBytes = 0; // since the last pump began
};

} // namespace electric::satellite
