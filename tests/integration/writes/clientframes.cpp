#include "tests/integration/writes/clientframes.h"

#include <satellite.pb.h>

#include <utility>

namespace electric::writes::test {

namespace {

namespace protocol = Electric::Satellite;
using Kind = changes::Value::Kind;

const changes::Tuple &aRowOf(const Operation &operation)
{
    return operation.kind == Operation::Kind::Delete ? operation.oldRow : operation.row;
}

protocol::SatRelation relationFor(const Operation &operation, std::uint32_t id)
{
    protocol::SatRelation relation;
    relation.set_relation_id(id);
    relation.set_schema_name(operation.table->name.schema);
    relation.set_table_name(operation.table->name.name);
    const changes::Tuple &row = aRowOf(operation);
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (row.at(at).kind == Kind::Unchanged)
            continue;
        auto *column = relation.add_columns();
        column->set_name(operation.table->columns[at].name);
        column->set_type("TEXT");
        column->set_is_nullable(operation.table->columns[at].nullable);
    }
    return relation;
}

void fill(protocol::SatOpRow &to, const changes::Tuple &row)
{
    std::string mask;
    int width = 0;
    for (std::size_t at = 0; at < row.size(); ++at) {
        const changes::Value value = row.at(at);
        if (value.kind == Kind::Unchanged)
            continue;
        if (width % 8 == 0)
            mask += '\0';
        if (value.kind == Kind::Null)
            mask.back() = char(mask.back() | 0x80 >> width % 8);
        to.add_values(std::string(value.text));
        ++width;
    }
    to.set_nulls_bitmask(mask);
}

void fill(protocol::SatTransOp &to, const Operation &operation, std::uint32_t relation)
{
    const auto head = [&](auto &message) {
        message.set_relation_id(relation);
        for (const std::string &tag : operation.observedTags)
            message.add_tags(tag);
    };
    switch (operation.kind) {
    case Operation::Kind::Insert: head(*to.mutable_insert()); return fill(*to.mutable_insert()->mutable_row_data(), operation.row);
    case Operation::Kind::Update:
        head(*to.mutable_update());
        fill(*to.mutable_update()->mutable_old_row_data(), operation.oldRow);
        return fill(*to.mutable_update()->mutable_row_data(), operation.row);
    case Operation::Kind::Delete: head(*to.mutable_delete_()); return fill(*to.mutable_delete_()->mutable_old_row_data(), operation.oldRow);
    case Operation::Kind::Compensation:
        head(*to.mutable_compensation());
        return fill(*to.mutable_compensation()->mutable_pk_data(), operation.row);
    }
}

} // namespace

wire::ClientWriteDecoder::Decoded overTheWire(const ClientTransaction &transaction, const schema::Catalogue &catalogue)
{
    wire::ClientWriteDecoder decoder;
    protocol::SatOpLog log;
    log.add_ops()->mutable_begin()->set_lsn(transaction.lsn);
    log.mutable_ops(0)->mutable_begin()->set_commit_timestamp(std::uint64_t(transaction.timestampMs));
    std::uint32_t relation = 0;
    for (const Operation &operation : transaction.operations) {
        const auto known = decoder.relation(relationFor(operation, ++relation).SerializeAsString(), catalogue);
        if (!known)
            return {{}, known.error(), {}};
        fill(*log.add_ops(), operation, relation);
    }
    log.add_ops()->mutable_commit();
    auto decoded = decoder.opLog(log.SerializeAsString(), catalogue);
    for (ClientTransaction &one : decoded.transactions) {
        one.clientId = transaction.clientId;
        one.userId = transaction.userId;
    }
    return decoded;
}

} // namespace electric::writes::test
