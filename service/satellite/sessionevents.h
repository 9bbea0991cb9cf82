#pragma once

#include "service/satellite/interests.h"
#include "service/shapes/snapshotsource.h"
#include "service/wire/clientwrites.h"
#include "service/wire/loggedtransaction.h"
#include "service/writes/clienttransaction.h"
#include "shared/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace electric::satellite {

// Who a token says the client is.
struct Identity {
    std::string userId;
    std::optional<std::int64_t> expiresAtMs;
};
using VerifyToken = std::function<Result<Identity>(const std::string &token)>; // pure and quick

// What one client may ask for.
struct SessionLimits {
    std::size_t subscriptions = 1000;
    std::size_t shapeBytes = 256 * 1024 * 1024; // of memory for what it holds by filtered shapes
};

struct StoredSubscription {
    std::string id;
    std::string request; // encoded SatSubsReq
    std::vector<schema::TableName> tables; // everything that it holds, closed over foreign keys
};

// What is remembered of a client between its connections.
struct ClientState {
    std::string clientLsn; // newest applied write, verbatim; empty: none
    std::optional<std::string> userId; // whose client id it is; none: not seen before
    std::optional<Lsn> checkpoint; // the newest acknowledged
    std::optional<Lsn> caughtUp; // having that, it has everything up to here: nothing in between was for it
    std::vector<StoredSubscription> subscriptions;
};

// A session's own reading position in the log window of its thread, and what goes with that window.
class LogCursor
{
public:
    virtual ~LogCursor() = default;
    [[nodiscard]] virtual bool holds(Lsn position) const = 0; // first <= position <= last
    [[nodiscard]] virtual Lsn readUpTo() const = 0; // everything that committed before is in the window or left it
    [[nodiscard]] virtual schema::CataloguePtr catalogue() const = 0; // as of the newest transaction
    [[nodiscard]] virtual std::vector<wire::LoggedTransactionPtr> migrations() const = 0; // all, oldest first
    virtual void seek(Lsn after) = 0;
    [[nodiscard]] virtual wire::LoggedTransactionPtr peek() = 0; // the next one or null
    virtual void advance() = 0;
    [[nodiscard]] virtual bool isLost() const { return false; } // what would be next has left the window
    // The newest of those that are behind the reader: enough that all before them are surely visible to everybody.
    [[nodiscard]] virtual std::vector<std::uint64_t> newestRead() const { return {}; }
    // From now on peek() may leave out what this does not concern.
    virtual void setInterest(Interest) { }
    // Whether the reader is to be told of every position that is reached, beside the transactions that concern it.
    virtual void followPositions(bool) { }
};

// Decodes what a client writes; keeps its relations. Bodies are without the type byte.
class WriteDecoder
{
public:
    virtual ~WriteDecoder() = default;
    virtual Result<void> relation(std::string_view body, const schema::Catalogue &catalogue) = 0;
    virtual wire::ClientWriteDecoder::Decoded opLog(std::string_view body, const schema::Catalogue &catalogue) = 0;
    [[nodiscard]] virtual std::vector<std::string> relationFrames() const { return {}; } // of those that it keeps
};

// clang-format off
namespace event {
struct Frame { std::string bytes; };
struct StateLoaded { Result<ClientState> state; };
struct SubscriptionStored { std::string id; };
struct Pong { std::uint64_t key = 0; }; // the client has read all that was sent before this ping
struct LogAdvanced {}; // also: go on
struct Snapshot { std::uint64_t key = 0; shapes::SnapshotEvent what; };
struct WriteDone { std::int64_t timestampMs = 0; writes::WriteSink::Outcome outcome; };
struct Flow { bool congested = false; };
struct AuthTimeout {};
struct Expired {};
struct Silent {}; // pings stay unanswered
struct Superseded {}; // the same client connected again
struct Dismissed {}; // a person wants it to end
} // namespace event

using Event = std::variant<event::Frame, event::StateLoaded, event::SubscriptionStored, event::Pong, event::LogAdvanced, event::Snapshot,
                           event::WriteDone, event::Flow, event::AuthTimeout, event::Expired, event::Silent, event::Superseded,
                           event::Dismissed>;

namespace action {
struct Send { std::string frame; std::uint32_t transactions = 0; std::uint32_t rows = 0; }; // that end or are in the frame, to be counted
struct Close { int code = 1000; std::string reason {}; };
struct LoadState { std::string clientId; std::string userId; };
struct SignInFailed {};
struct Authenticated { std::string clientId; }; // from here on larger frames; an older connection of the client goes
struct ArmExpiry { std::optional<std::int64_t> atMs; };
struct StartSnapshot { std::uint64_t key = 0; shapes::SnapshotRequest request; };
struct MoreRows { std::uint64_t key = 0; };
struct CancelSnapshot { std::uint64_t key = 0; };
struct SubmitWrite { writes::ClientTransaction transaction; };
struct Ping { std::uint64_t key = 0; };
struct StoreSubscription { StoredSubscription subscription; };
struct ForgetSubscription { std::string id; };
struct ForgetClient {}; // subscriptions and checkpoint, not the client's LSN
struct SaveCheckpoint { Lsn position; Lsn caughtUp; };
struct Again {}; // come back with LogAdvanced as soon as the socket takes more
struct Note { std::string text; }; // for the log
} // namespace action
// clang-format on

using Action = std::variant<action::Send, action::Close, action::LoadState, action::SignInFailed, action::Authenticated, action::ArmExpiry,
    action::StartSnapshot, action::MoreRows, action::CancelSnapshot, action::SubmitWrite, action::Ping, action::StoreSubscription,
    action::ForgetSubscription, action::ForgetClient, action::SaveCheckpoint, action::Again, action::Note>;
using Actions = std::vector<Action>;

} // namespace electric::satellite
