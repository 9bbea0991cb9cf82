#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace electric::satellite::in {

// What a client may send, one value type a message (spec/satellite.md §2). Only what the session decides upon is taken apart.
struct Authenticate {
    std::uint32_t requestId = 0;
    std::string clientId;
    std::string token;
};
struct StartReplication {
    std::uint32_t requestId = 0;
    std::string lsn;
    std::vector<std::string> subscriptions;
    std::optional<std::string> schemaVersion;
    std::uint32_t dialect = 0;
};
struct StopReplication {
    std::uint32_t requestId = 0;
};
struct Select {
    struct Relation;
    std::string table;
    std::string where;
    std::vector<Relation> include;
};
struct Select::Relation {
    std::vector<std::string> foreignKey;
    std::optional<Select> select;
};
struct ShapeRequest {
    std::string requestId;
    std::vector<Select> selects;
};
struct Subscribe {
    std::uint32_t requestId = 0;
    std::string id;
    std::vector<ShapeRequest> shapes;
    std::string encoded; // the SatSubsReq itself, to be kept
};
struct Unsubscribe {
    std::uint32_t requestId = 0;
    std::vector<std::string> ids;
};
struct BadRpc { // unknown method or unreadable inner message
    std::string method;
    std::uint32_t requestId = 0;
};
struct RpcAnswer {
    std::string method;
    std::uint32_t requestId = 0;
    bool isError = false;
};
struct Ack {
    std::string lsn;
    std::uint64_t transactionId = 0;
};
struct Relation {
    std::string body;
};
struct OpLog {
    std::string body;
};
struct PeerError {
    std::uint64_t code = 0;
};
struct Unreadable { };

using Message = std::variant<Authenticate, StartReplication, StopReplication, Subscribe, Unsubscribe, BadRpc, RpcAnswer, Ack, Relation,
    OpLog, PeerError, Unreadable>;

// Reads one frame: a type byte and a protobuf message.
[[nodiscard]] Message parse(std::string_view frame);

// Reads a kept SatSubsReq again.
[[nodiscard]] std::optional<Subscribe> parseSubscribe(std::string_view encoded);

} // namespace electric::satellite::in
