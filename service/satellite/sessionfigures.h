#pragma once

#include "service/schema/catalogue.h"
#include "service/wire/loggedtransaction.h"
#include "shared/base/lsn.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace electric::satellite {

// What a session is at, for people who look at it. Plain values, taken in the session's thread. Times are milliseconds since 1970.

struct SubscriptionFigures {
    enum class State { Pending, Established, Leaving };
    std::string id;
    State state = State::Pending;
    std::vector<schema::TableName> tables;
    std::string request; // encoded SatSubsReq
};

struct ProducerFigures {
    bool isStreaming = false;
    wire::Dialect dialect = wire::Dialect::Sqlite;
    Lsn position;
    Lsn acknowledged;
    std::size_t unacknowledged = 0; // transactions
    std::size_t subscriptions = 0;
    std::size_t deliveries = 0;
    std::size_t heldRows = 0; // by shapes of several tables; others need no memory
    std::size_t heldBytes = 0; // of memory for them
};

struct Traffic {
    std::int64_t bytesIn = 0;
    std::int64_t bytesOut = 0;
    std::int64_t framesIn = 0;
    std::int64_t framesOut = 0;
    std::int64_t transactionsOut = 0;
    std::int64_t rowsOut = 0;

    Traffic &operator+=(const Traffic &other)
    {
        bytesIn += other.bytesIn, bytesOut += other.bytesOut, framesIn += other.framesIn, framesOut += other.framesOut;
        transactionsOut += other.transactionsOut, rowsOut += other.rowsOut;
        return *this;
    }
};

struct SessionFigures {
    enum class State { Unauthenticated, Loading, Idle, Replicating, Paused, Closed };
    std::int64_t number = 0; // one of its own in this process
    State state = State::Unauthenticated;
    std::string clientId;
    std::string userId;
    std::string version;
    std::string address;
    std::int64_t since = 0;
    std::int64_t lastMessageAt = 0;
    std::optional<std::int64_t> expiresAt;
    std::size_t writesInFlight = 0;
    ProducerFigures producer;
    std::optional<std::uint64_t> lagBytes; // of log that has been read here and was not dealt with for it
    std::int64_t waitingBytes = 0; // in the socket
    Traffic traffic;
};

} // namespace electric::satellite
