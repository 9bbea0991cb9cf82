// A client says anything: whole frames, and what its relations and operation logs make of its rows.
#include "service/wire/clientwrites.h"
#include "service/wire/frame.h"
#include "tests/fuzz/driver.h"
#include "tests/unit/wire/tables.h"

#include <google/protobuf/stubs/logging.h>

namespace electric::fuzz {

using namespace wire;

namespace {

constexpr std::size_t mostBytes = 2048;

schema::Catalogue catalogue()
{
    schema::Catalogue made;
    made.put(wire::test::items(10));
    return made;
}

protocol::SatRelation itemsRelation()
{
    protocol::SatRelation relation;
    relation.set_schema_name("public");
    relation.set_table_name("items");
    relation.set_relation_id(1);
    for (const char *name : {"id", "content"}) {
        auto *const column = relation.add_columns();
        column->set_name(name);
        column->set_type("TEXT");
        column->set_is_nullable(true);
    }
    return relation;
}

void fill(protocol::SatOpRow &row, std::string_view id, std::string_view content)
{
    row.set_nulls_bitmask(std::string(1, '\0'));
    row.add_values(std::string(id));
    row.add_values(std::string(content));
}

protocol::SatOpLog transaction()
{
    protocol::SatOpLog log;
    auto *const begin = log.add_ops()->mutable_begin();
    begin->set_lsn("1");
    begin->set_commit_timestamp(1'686'827'885'372);
    auto *const insert = log.add_ops()->mutable_insert();
    insert->set_relation_id(1);
    insert->add_tags("c1@1686827885372");
    fill(*insert->mutable_row_data(), "1", "x");
    auto *const update = log.add_ops()->mutable_update();
    update->set_relation_id(1);
    fill(*update->mutable_row_data(), "1", "y");
    fill(*update->mutable_old_row_data(), "1", "x");
    auto *const deletion = log.add_ops()->mutable_delete_();
    deletion->set_relation_id(1);
    fill(*deletion->mutable_old_row_data(), "1", "y");
    log.add_ops()->mutable_commit()->set_lsn("1");
    return log;
}

} // namespace

std::vector<std::string> seeds()
{
    protocol::SatAuthReq auth;
    auth.set_id("c1");
    auth.set_token("token");
    protocol::SatInStartReplicationReq start;
    start.set_lsn("123");
    protocol::SatSubsReq subscribe;
    subscribe.set_subscription_id("s");
    subscribe.add_shape_requests()->set_request_id("r");
    return {encodeFrame(itemsRelation()), encodeFrame(transaction()), encodeFrame(protocol::SatOpLogAck()),
        encodeFrame(rpcRequest("authenticate", 1, auth)), encodeFrame(rpcRequest("startReplication", 2, start)),
        encodeFrame(rpcRequest("subscribe", 3, subscribe)),
        encodeFrame(rpcResult("startReplication", 2, protocol::SatInStartReplicationResp()))};
}

void fuzzOne(std::string_view input)
{
    static const schema::Catalogue known = catalogue();
    [[maybe_unused]] static const auto silenced = google::protobuf::SetLogHandler(nullptr); // it tells of each invalid text
    static const std::string relation = itemsRelation().SerializeAsString();
    const auto frame = decodeFrame(input, Receiver::Service, mostBytes);
    require(!frame || (!input.empty() && input.size() <= mostBytes), "frames have the length that was agreed");
    if (frame) {
        const auto again = decodeFrame(encodeFrame(*frame), Receiver::Service, 2 * mostBytes);
        require(again && again->index() == frame->index(), "what is read can be written and read again");
        if (const auto *const request = std::get_if<protocol::SatRpcRequest>(&*frame))
            (void)decodeCall(*request);
    }
    if (input.empty())
        return;
    ClientWriteDecoder decoder({50, mostBytes});
    (void)decoder.relation(input.substr(1), known);
    require(decoder.relation(relation, known).has_value(), "a good relation is taken, whatever came before");
    for (const auto &transaction : decoder.opLog(input.substr(1), known).transactions)
        require(
            !transaction.operations.empty() && transaction.operations.size() <= 50, "transactions are neither empty nor above the limit");
}

} // namespace electric::fuzz
