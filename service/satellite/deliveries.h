#pragma once

#include "service/satellite/sessionevents.h"
#include "service/shapes/heldrows.h"

#include <deque>
#include <map>
#include <set>

namespace electric::satellite {

// Whether the stream has come to the snapshot's place: `next` is the transaction that it would go on with, null when there is none yet.
[[nodiscard]] inline bool hasCome(const shapes::SnapshotBegan &snapshot, const wire::LoggedTransaction *next, Lsn readUpTo)
{
    return next ? next->lsn >= snapshot.upTo || !snapshot.visibility.shows(next->xid) : readUpTo >= snapshot.upTo;
}

// Whether everything that the snapshot shows is behind the stream. Transactions that it shows and others that it does not can come mixed
// before, since they become visible in another order than they are written.
[[nodiscard]] inline bool hasPassed(const shapes::SnapshotBegan &snapshot, const wire::LoggedTransaction *next, Lsn readUpTo)
{
    return next ? next->lsn > snapshot.upTo : readUpTo >= snapshot.upTo;
}

using RowName = std::pair<schema::TableName, std::string>; // a table and a packed key

// A transaction that was put together but is not sent yet, since rows have to be read before. Clients take the values of the last
// operation on a row and the tags of the first one, so that no row may occur twice.
struct HeldTransaction {
    std::string begin;
    std::string operations;
    std::vector<std::size_t> ends {}; // of operations
    std::string commit;
    std::uint64_t xid = 0;
    std::map<RowName, shapes::HeldRows::Row> gone {}; // to be taken away, save what is read again
    std::set<RowName> rows {}; // that operations has, or that were sent already
};

// One batch of rows on its way to a client.
struct Delivery {
    enum class Kind {
        Rows, // the first rows of a subscription. Has its place in the stream: before the first transaction that its snapshot does not show
        Gone, // the keys of rows that go with one; likewise
        MovedIn, // rows that a transaction has let in, sent inside of it
        Recalled, // keys of what a client holds that was away: nothing is sent
        Repair, // rows that may have come or gone while a client was away, inside of a transaction made for them
    };

    Kind kind = Kind::Rows;
    std::uint64_t key = 0;
    std::vector<std::string> subscriptions {}; // one when Rows; as the client named them when Gone
    StoredSubscription subscription {}; // Rows
    std::vector<std::string> requestIds {}; // Rows: of its shape requests, in order
    std::set<schema::TableName> tables {}; // read whole by the snapshot, as far as no other subscription has them
    std::vector<shapes::ShapePtr> shapes {}; // Rows: filtered ones
    std::vector<shapes::Selection> selections {}; // read by the snapshot
    std::vector<shapes::HeldRows::ShapeId> selected {}; // whose they are, one a selection
    HeldTransaction transaction {}; // MovedIn, Repair
    std::map<RowName, std::string> caughtUp {}; // Repair: operations that are sent besides what is read
    bool stored = false; // Rows: the subscription survives a restart, so its data may go out
    std::uint64_t ping = 0; // Rows: sent behind the answer to the subscription
    bool answerRead = false; // Rows: a client that finds the data in one packet with the answer does not know it yet and breaks
    bool begun = false; // its first frame is out
    bool ended = false; // the snapshot has no more
    bool sentRows = false;
    std::optional<shapes::SnapshotBegan> snapshot {};
    std::deque<shapes::SnapshotRows> chunks {}; // bounded by SnapshotSource::unconsumedLimit

    [[nodiscard]] bool readsNothing() const { return tables.empty() && selections.empty(); }

    // Whether the stream has come to the place of this batch. Until its snapshot is known, any transaction may be the first behind it.
    enum class Place { Ahead, Unknown, Reached };
    [[nodiscard]] Place place(const wire::LoggedTransaction *next, Lsn readUpTo) const
    {
        if (begun || readsNothing())
            return Place::Reached;
        if (!snapshot)
            return Place::Unknown;
        return hasCome(*snapshot, next, readUpTo) ? Place::Reached : Place::Ahead;
    }
    [[nodiscard]] bool mayBegin() const { return kind != Kind::Rows || (stored && answerRead); }
};

// A subscription whose data the client has.
struct Established {
    StoredSubscription subscription;
    std::vector<shapes::HeldRows::ShapeId> shapes {}; // filtered ones
    // Transactions before this position may already be in the data; those that it shows are not sent again for it.
    std::optional<shapes::SnapshotBegan> since {};
};

// A client that was away: until the stream has come to the snapshot that says what it should hold, nothing is known of what it does hold.
// All that happened meanwhile is one transaction to it, since rows come as they are at the end, and what they point at with them.
struct CatchUp {
    shapes::SnapshotBegan until;
    std::set<shapes::HeldRows::Wanted> wanted {}; // what may have come or gone besides
    wire::LoggedTransactionPtr first {}; // whose name that transaction bears
    std::map<RowName, std::string> rows {}; // what becomes of each row, as an operation
    std::vector<wire::LoggedTransactionPtr> own {}; // of the client itself, which have to come back
};

} // namespace electric::satellite
