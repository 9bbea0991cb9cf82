#pragma once

#include "service/satellite/sessionevents.h"

#include <deque>
#include <set>

namespace electric::satellite {

// One batch of rows on its way to a client, either the first rows of a subscription or the keys of rows that go with one. It has its
// place in the stream: before the first transaction that its snapshot does not show.
struct Delivery {
    enum class Kind { Rows, Gone };

    Kind kind = Kind::Rows;
    std::uint64_t key = 0;
    std::vector<std::string> subscriptions; // one when Rows; as the client named them when Gone
    StoredSubscription subscription; // Rows
    std::vector<std::string> requestIds; // Rows: of its shape requests, in order
    std::set<schema::TableName> tables; // read by the snapshot
    bool stored = false; // Rows: the subscription survives a restart, so its data may go out
    std::uint64_t ping = 0; // Rows: sent behind the answer to the subscription
    bool answerRead = false; // Rows: a client that finds the data in one packet with the answer does not know it yet and breaks
    bool begun = false; // its first frame is out
    bool ended = false; // the snapshot has no more
    bool sentRows = false;
    std::optional<shapes::SnapshotBegan> snapshot;
    std::deque<shapes::SnapshotRows> chunks; // bounded by SnapshotSource::unconsumedLimit

    // Whether it is this batch's turn: `next` is the transaction that the stream would go on with, null when there is none yet.
    [[nodiscard]] bool isDue(const wire::LoggedTransaction *next, Lsn readUpTo) const
    {
        if (begun)
            return true;
        if (kind == Kind::Rows && !(stored && answerRead))
            return false;
        if (tables.empty())
            return true;
        if (!snapshot)
            return false;
        return next ? next->lsn >= snapshot->upTo || !snapshot->visibility.shows(next->xid) : readUpTo >= snapshot->upTo;
    }
};

// A subscription whose data the client has.
struct Established {
    StoredSubscription subscription;
    // Transactions before this position may already be in the data; those that it shows are not sent again for it.
    std::optional<shapes::SnapshotBegan> since;
};

} // namespace electric::satellite
