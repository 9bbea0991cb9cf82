#include "service/satellite/incoming.h"

#include "service/wire/protobuf.h"

namespace electric::satellite::in {
namespace {

using wire::FieldReader;

constexpr int maxIncludeDepth = 32; // real shapes have a handful

std::optional<Select> parseSelect(std::string_view bytes, int depth);

std::optional<Select::Relation> parseRelation(std::string_view bytes, int depth)
{
    Select::Relation relation;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            relation.foreignKey.emplace_back(field->bytes);
        else if (field->number == 2 && !(relation.select = parseSelect(field->bytes, depth + 1)))
            return std::nullopt;
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(relation));
}

std::optional<Select> parseSelect(std::string_view bytes, int depth)
{
    if (depth > maxIncludeDepth)
        return std::nullopt;
    Select select;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1) {
            select.table = field->bytes;
        } else if (field->number == 2) {
            select.where = field->bytes;
        } else if (field->number == 3) {
            auto relation = parseRelation(field->bytes, depth);
            if (!relation)
                return std::nullopt;
            select.include.push_back(*std::move(relation));
        }
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(select));
}

std::optional<ShapeRequest> parseShape(std::string_view bytes)
{
    ShapeRequest shape;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            shape.requestId = field->bytes;
        if (field->number != 2)
            continue;
        FieldReader definition(field->bytes);
        while (const auto part = definition.next()) {
            auto select = part->number == 1 ? parseSelect(part->bytes, 0) : std::optional(Select {});
            if (!select)
                return std::nullopt;
            if (part->number == 1)
                shape.selects.push_back(*std::move(select));
        }
        if (definition.isBroken())
            return std::nullopt;
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(shape));
}

std::optional<StartReplication> parseStart(std::string_view bytes)
{
    StartReplication start;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            start.lsn = field->bytes;
        else if (field->number == 4)
            start.subscriptions.emplace_back(field->bytes);
        else if (field->number == 5)
            start.schemaVersion = std::string(field->bytes);
        else if (field->number == 7)
            start.dialect = field->varint == 1 ? 1 : 0;
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(start));
}

struct Envelope {
    std::string method;
    std::uint32_t requestId = 0;
    std::string_view body {};
    bool isError = false;
};

std::optional<Envelope> parseEnvelope(std::string_view bytes)
{
    Envelope envelope;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            envelope.method = field->bytes;
        else if (field->number == 2)
            envelope.requestId = std::uint32_t(field->varint);
        else if (field->number == 3)
            envelope.body = field->bytes;
        else if (field->number == 4)
            envelope.isError = true;
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(envelope));
}

Message parseRequest(std::string_view bytes)
{
    const auto call = parseEnvelope(bytes);
    if (!call)
        return Unreadable {};
    const BadRpc bad {call->method, call->requestId};
    if (call->method == "startReplication") {
        auto start = parseStart(call->body);
        if (!start)
            return bad;
        start->requestId = call->requestId;
        return *std::move(start);
    }
    if (call->method == "subscribe") {
        auto subscribe = parseSubscribe(call->body);
        if (!subscribe)
            return bad;
        subscribe->requestId = call->requestId;
        return *std::move(subscribe);
    }
    if (call->method == "stopReplication")
        return StopReplication {call->requestId};
    FieldReader reader(call->body);
    if (call->method == "authenticate") {
        Authenticate authenticate {call->requestId, {}, {}};
        while (const auto field = reader.next())
            if (field->number == 1 || field->number == 2)
                (field->number == 1 ? authenticate.clientId : authenticate.token) = field->bytes;
        return reader.isBroken() ? Message(bad) : authenticate;
    }
    if (call->method == "unsubscribe") {
        Unsubscribe unsubscribe {call->requestId, {}};
        while (const auto field = reader.next())
            if (field->number == 1)
                unsubscribe.ids.emplace_back(field->bytes);
        return reader.isBroken() ? Message(bad) : unsubscribe;
    }
    return bad;
}

Message parseAck(std::string_view bytes)
{
    Ack ack;
    FieldReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 2)
            ack.lsn = field->bytes;
        else if (field->number == 3)
            ack.transactionId = field->varint;
    }
    return reader.isBroken() ? Message(Unreadable {}) : ack;
}

} // namespace

std::optional<Subscribe> parseSubscribe(std::string_view encoded)
{
    Subscribe subscribe;
    subscribe.encoded = encoded;
    FieldReader reader(encoded);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            subscribe.id = field->bytes;
        if (field->number != 2)
            continue;
        auto shape = parseShape(field->bytes);
        if (!shape)
            return std::nullopt;
        subscribe.shapes.push_back(*std::move(shape));
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(subscribe));
}

Message parse(std::string_view frame)
{
    if (frame.empty())
        return Unreadable {};
    const std::string_view body = frame.substr(1);
    switch (static_cast<unsigned char>(frame.front())) {
    case 0: return PeerError {};
    case 9: return OpLog {std::string(body)};
    case 10: return Relation {std::string(body)};
    case 21: return parseRequest(body);
    case 22:
        if (const auto answer = parseEnvelope(body))
            return RpcAnswer {answer->method, answer->requestId, answer->isError};
        return Unreadable {};
    case 23: return parseAck(body);
    default: return Unreadable {};
    }
}

} // namespace electric::satellite::in
