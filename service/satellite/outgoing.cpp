#include "service/satellite/outgoing.h"

#include "service/wire/protobuf.h"

namespace electric::satellite::out {
namespace {

using wire::FieldWriter;

std::string frame(char type, FieldWriter &fields)
{
    return std::string(1, type) + fields.take();
}

std::string errorMessage(ErrorCode code, std::string_view message, std::string_view clientLsn)
{
    FieldWriter fields;
    if (code != ErrorCode::Internal)
        fields.number(1, std::uint64_t(code));
    return fields.text(2, clientLsn).text(3, message).take();
}

FieldWriter envelope(std::string_view method, std::uint32_t requestId)
{
    FieldWriter fields;
    fields.text(1, method);
    if (requestId != 0)
        fields.number(2, requestId);
    return fields;
}

} // namespace

std::string error(ErrorCode code, std::string_view message, std::string_view clientLsn)
{
    return std::string(1, '\0') + errorMessage(code, message, clientLsn);
}

std::string rpcResult(std::string_view method, std::uint32_t requestId, std::string_view message)
{
    // Field 3 is there even when empty, or the real client throws (spec/satellite.md §3).
    return frame(22, envelope(method, requestId).bytes(3, message));
}

std::string rpcError(std::string_view method, std::uint32_t requestId, ErrorCode code)
{
    return frame(22, envelope(method, requestId).bytes(4, errorMessage(code, {}, {})));
}

std::string authenticated(std::uint32_t requestId, std::string_view serverId)
{
    return rpcResult("authenticate", requestId, FieldWriter().text(1, serverId).take());
}

std::string startRequest(std::uint32_t requestId, std::string_view clientLsn)
{
    return frame(21, envelope("startReplication", requestId).text(3, FieldWriter().text(1, clientLsn).take()));
}

std::string started(std::uint32_t requestId, std::uint32_t window)
{
    FieldWriter response;
    if (window != 0)
        response.number(2, window);
    return rpcResult("startReplication", requestId, response.take());
}

std::string startRefused(std::uint32_t requestId, StartError code, std::string_view message)
{
    const std::string why = FieldWriter().number(1, std::uint64_t(code)).text(2, message).take();
    return rpcResult("startReplication", requestId, FieldWriter().bytes(1, why).take());
}

std::string subscribed(std::uint32_t requestId, std::string_view subscription)
{
    return rpcResult("subscribe", requestId, FieldWriter().text(1, subscription).take());
}

std::string subscribeRefused(
    std::uint32_t requestId, std::string_view subscription, std::string_view message, const std::vector<ShapeError> &errors)
{
    FieldWriter why;
    why.text(3, message);
    for (const ShapeError &one : errors) {
        FieldWriter fields;
        if (one.code != ShapeErrorCode::Unspecified)
            fields.number(1, std::uint64_t(one.code));
        why.bytes(4, fields.text(2, one.message).text(3, one.requestId).take());
    }
    return rpcResult("subscribe", requestId, FieldWriter().text(1, subscription).bytes(2, why.take()).take());
}

std::string relation(const schema::Table &table)
{
    FieldWriter fields;
    fields.text(1, table.name.schema).text(3, table.name.name).number(4, table.oid);
    for (const schema::Column &column : table.columns) {
        FieldWriter one;
        one.text(1, column.name).text(2, column.type.name);
        if (table.isKey(column.name))
            one.number(3, 1);
        if (column.nullable)
            one.number(4, 1);
        fields.bytes(5, one.take());
    }
    return frame(10, fields);
}

std::string beginOp(const TransactionFrame &transaction)
{
    FieldWriter begin;
    if (transaction.timestampMs != 0)
        begin.number(1, std::uint64_t(transaction.timestampMs));
    begin.text(3, transaction.lsn).bytes(4, transaction.origin);
    if (transaction.isMigration)
        begin.number(5, 1);
    begin.number(7, transaction.xid);
    return FieldWriter().bytes(1, FieldWriter().bytes(1, begin.take()).take()).take();
}

std::string commitOp(const TransactionFrame &transaction)
{
    FieldWriter commit;
    if (transaction.timestampMs != 0)
        commit.number(1, std::uint64_t(transaction.timestampMs));
    commit.text(3, transaction.lsn);
    return FieldWriter().bytes(1, FieldWriter().bytes(2, commit.take()).take()).take();
}

std::string subscriptionBegin(std::string_view subscription, std::string_view lsn)
{
    return frame(15, FieldWriter().text(1, subscription).text(2, lsn));
}

std::string shapeBegin(std::string_view requestId)
{
    return frame(17, FieldWriter().text(1, requestId));
}

std::string shapeEnd()
{
    return std::string(1, 18);
}

std::string subscriptionEnd()
{
    return std::string(1, 16);
}

std::string subscriptionFailed(std::string_view subscription)
{
    return frame(14, FieldWriter().text(2, "Could not retrieve initial data for subscription").text(3, subscription));
}

std::string unsubscribeBegin(const std::vector<std::string> &subscriptions, std::string_view lsn)
{
    FieldWriter fields;
    for (const std::string &id : subscriptions)
        fields.bytes(1, id);
    return frame(24, fields.text(2, lsn));
}

std::string unsubscribeEnd()
{
    return std::string(1, 25);
}

} // namespace electric::satellite::out
