#include "service/wire/frame.h"

#include <array>
#include <optional>

namespace electric::wire {

namespace {

struct Kind {
    FrameType type;
    bool forService;
    bool forClient;
};

// In the order of Frame's alternatives.
constexpr std::array kinds {
    Kind {FrameType::ErrorResp, true, true},
    Kind {FrameType::OpLog, true, true},
    Kind {FrameType::Relation, true, true},
    Kind {FrameType::SubsDataError, false, true},
    Kind {FrameType::SubsDataBegin, false, true},
    Kind {FrameType::SubsDataEnd, false, true},
    Kind {FrameType::ShapeDataBegin, false, true},
    Kind {FrameType::ShapeDataEnd, false, true},
    Kind {FrameType::RpcRequest, true, true},
    Kind {FrameType::RpcResponse, true, true},
    Kind {FrameType::OpLogAck, true, false},
    Kind {FrameType::UnsubsDataBegin, false, true},
    Kind {FrameType::UnsubsDataEnd, false, true},
};
static_assert(kinds.size() == std::variant_size_v<Frame>);

// The alternative of that index, default-constructed.
template <typename Variant, std::size_t... Index> Variant alternative(std::size_t wanted, std::index_sequence<Index...>)
{
    Variant made;
    ((wanted == Index ? void(made.template emplace<Index>()) : void()), ...);
    return made;
}

template <typename Variant> Result<Variant> parsed(std::size_t index, std::string_view bytes, std::string_view what)
{
    auto message = alternative<Variant>(index, std::make_index_sequence<std::variant_size_v<Variant>> {});
    if (!std::visit([bytes](auto &one) { return one.ParseFromArray(bytes.data(), int(bytes.size())); }, message))
        return fail(Failure::Kind::Malformed, std::string(what) + " does not parse");
    return message;
}

constexpr std::size_t largest = 0x7fffffff; // protobuf's own limit

} // namespace

std::string encodeFrame(const Frame &frame)
{
    std::string bytes(1, char(kinds[frame.index()].type));
    std::visit([&bytes](const auto &message) { message.AppendToString(&bytes); }, frame);
    return bytes;
}

Result<Frame> decodeFrame(std::string_view bytes, Receiver receiver, std::size_t maxBytes)
{
    if (bytes.empty())
        return fail(Failure::Kind::Malformed, "an empty frame");
    if (bytes.size() > std::min(maxBytes, largest))
        return fail(Failure::Kind::Limit, "a frame of " + std::to_string(bytes.size()) + " bytes is longer than agreed");
    for (std::size_t index = 0; index < kinds.size(); ++index) {
        const Kind &kind = kinds[index];
        if (char(kind.type) == bytes.front() && (receiver == Receiver::Service ? kind.forService : kind.forClient))
            return parsed<Frame>(index, bytes.substr(1), "the message in a frame");
    }
    return fail(Failure::Kind::Malformed, "a frame of a type that is not expected here");
}

Result<Call> decodeCall(const protocol::SatRpcRequest &request)
{
    // In the order of Call's alternatives.
    static constexpr std::array<std::string_view, std::variant_size_v<Call>> methods {
        "authenticate", "startReplication", "stopReplication", "subscribe", "unsubscribe"};
    for (std::size_t index = 0; index < methods.size(); ++index) {
        if (request.method() == methods[index])
            return parsed<Call>(index, request.message(), methods[index]);
    }
    return fail(Failure::Kind::NotFound, "a call of a method that does not exist");
}

protocol::SatRpcRequest rpcRequest(std::string_view method, std::uint32_t id, const google::protobuf::MessageLite &message)
{
    protocol::SatRpcRequest request;
    request.set_method(std::string(method));
    request.set_request_id(id);
    request.set_message(message.SerializeAsString());
    return request;
}

protocol::SatRpcResponse rpcResult(std::string_view method, std::uint32_t id, const google::protobuf::MessageLite &message)
{
    protocol::SatRpcResponse response;
    response.set_method(std::string(method));
    response.set_request_id(id);
    response.set_message(message.SerializeAsString());
    return response;
}

protocol::SatRpcResponse rpcError(std::string_view method, std::uint32_t id, protocol::SatErrorResp error)
{
    protocol::SatRpcResponse response;
    response.set_method(std::string(method));
    response.set_request_id(id);
    *response.mutable_error() = std::move(error);
    return response;
}

} // namespace electric::wire
