#pragma once

#include "shared/base/result.h"

#include <satellite.pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace electric::wire {

namespace protocol = Electric::Satellite;

// What goes over the WebSocket: one byte that names the message, then the message (spec/satellite.md §1.5). Both directions, for
// the service and for programs that play a client. Says nothing about who may send what when.
enum class FrameType : std::uint8_t {
    ErrorResp = 0,
    OpLog = 9,
    Relation = 10,
    SubsDataError = 14,
    SubsDataBegin = 15,
    SubsDataEnd = 16,
    ShapeDataBegin = 17,
    ShapeDataEnd = 18,
    RpcRequest = 21,
    RpcResponse = 22,
    OpLogAck = 23,
    UnsubsDataBegin = 24,
    UnsubsDataEnd = 25,
};

using Frame = std::variant<protocol::SatErrorResp, protocol::SatOpLog, protocol::SatRelation, protocol::SatSubsDataError,
    protocol::SatSubsDataBegin, protocol::SatSubsDataEnd, protocol::SatShapeDataBegin, protocol::SatShapeDataEnd, protocol::SatRpcRequest,
    protocol::SatRpcResponse, protocol::SatOpLogAck, protocol::SatUnsubsDataBegin, protocol::SatUnsubsDataEnd>;

[[nodiscard]] std::string encodeFrame(const Frame &frame);

// Reads what `receiver` may be sent. Malformed when it is no such frame, Limit when it is longer than `maxBytes`.
enum class Receiver : std::uint8_t { Service, Client };
[[nodiscard]] Result<Frame> decodeFrame(std::string_view bytes, Receiver receiver, std::size_t maxBytes);

// Calls from client to service, by their method's name.
using Call = std::variant<protocol::SatAuthReq, protocol::SatInStartReplicationReq, protocol::SatInStopReplicationReq, protocol::SatSubsReq,
    protocol::SatUnsubsReq>;

// NotFound for a method that does not exist, Malformed for one whose message cannot be read.
[[nodiscard]] Result<Call> decodeCall(const protocol::SatRpcRequest &request);

[[nodiscard]] protocol::SatRpcRequest rpcRequest(std::string_view method, std::uint32_t id, const google::protobuf::MessageLite &message);
// Answers carry their message or their error even when that is empty (spec/satellite.md §3).
[[nodiscard]] protocol::SatRpcResponse rpcResult(std::string_view method, std::uint32_t id, const google::protobuf::MessageLite &message);
[[nodiscard]] protocol::SatRpcResponse rpcError(std::string_view method, std::uint32_t id, protocol::SatErrorResp error);

} // namespace electric::wire
