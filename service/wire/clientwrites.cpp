#include "service/wire/clientwrites.h"

#include "service/wire/frame.h"

#include <satellite.pb.h>

#include <google/protobuf/arena.h>

namespace electric::wire {

namespace protocol = Electric::Satellite;
using protocol::SatTransOp;

namespace {

constexpr std::size_t mostRelations = 10'000;
constexpr std::size_t mostTags = 10'000;

template <typename Tags> Result<std::vector<std::string>> observed(const Tags &tags)
{
    if (std::size_t(tags.size()) > mostTags)
        return fail(Failure::Kind::Limit, "an operation carries more than 10,000 tags");
    return std::vector<std::string>(tags.begin(), tags.end());
}

// A compensation speaks of a row's key alone, whatever else it carries.
changes::Tuple keyOf(const changes::Tuple &row, const schema::Table &table)
{
    changes::Tuple key;
    key.reserve(row.size(), row.byteCount());
    for (std::size_t column = 0; column < row.size(); ++column)
        key.append(table.isKey(table.columns[column].name) ? row.at(column) : changes::Value {});
    return key;
}

// The text that clients get (spec/satellite.md §6.7), without the row's values.
std::string immutableKey(const writes::Operation &operation, std::string_view lsn)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "Applying transaction [LSN ";
    for (const char c : lsn) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    text += "] failed write validation tests for the following reason: table " + operation.table->name.schema + '.'
        + operation.table->name.name;
    text += ", primary key (";
    for (const std::string &column : operation.table->primaryKey)
        text += (column == operation.table->primaryKey.front() ? "" : ", ") + column;
    return text + "): (ImmutablePrimaryKey) an update changes the primary key";
}

} // namespace

Result<void> ClientWriteDecoder::relation(std::string_view body, const schema::Catalogue &catalogue)
{
    protocol::SatRelation announced;
    if (!announced.ParseFromArray(body.data(), int(body.size())))
        return fail(Failure::Kind::Malformed, "a SatRelation does not parse");
    if (m_relations.size() >= mostRelations && !m_relations.contains(announced.relation_id()))
        return fail(Failure::Kind::Limit, "the client announced more than 10,000 relations");
    auto resolved = ClientRelation::resolve(announced, catalogue);
    if (!resolved)
        return fail(resolved.error());
    m_relations.insert_or_assign(announced.relation_id(), std::move(*resolved));
    return {};
}

std::vector<std::string> ClientWriteDecoder::relationFrames() const
{
    std::vector<std::string> frames;
    for (const auto &[id, relation] : m_relations) {
        protocol::SatRelation message = relation.described();
        message.set_relation_id(id);
        frames.push_back(encodeFrame(message));
    }
    return frames;
}

ClientWriteDecoder::Decoded ClientWriteDecoder::opLog(std::string_view body, const schema::Catalogue &catalogue)
{
    Decoded decoded;
    google::protobuf::Arena arena;
    auto *const log = google::protobuf::Arena::CreateMessage<protocol::SatOpLog>(&arena);
    if (!log->ParseFromArray(body.data(), int(body.size()))) {
        decoded.failure = Failure {Failure::Kind::Malformed, "a SatOpLog does not parse", {}, {}};
        return decoded;
    }
    for (const SatTransOp &operation : log->ops()) {
        if (auto done = step(operation, catalogue, decoded); !done) {
            decoded.failure = done.error();
            decoded.failedLsn = m_isOpen ? m_open.lsn : std::string();
            m_isOpen = false;
            break;
        }
    }
    return decoded;
}

Result<void> ClientWriteDecoder::step(const SatTransOp &operation, const schema::Catalogue &catalogue, Decoded &decoded)
{
    if (operation.has_begin())
        return begin(operation);
    if (!m_isOpen)
        return fail(Failure::Kind::Malformed, "an operation outside a transaction");
    if (operation.has_commit()) {
        m_isOpen = false;
        if (!m_open.operations.empty())
            decoded.transactions.push_back(std::move(m_open));
        return {};
    }
    m_openBytes += operation.ByteSizeLong();
    if (m_open.operations.size() >= m_limits.operations || m_openBytes > m_limits.bytes)
        return fail(Failure::Kind::Limit, "the transaction is larger than the service takes");
    auto decodedRow = row(operation, catalogue);
    if (!decodedRow)
        return fail(decodedRow.error());
    if (auto checked = checkKeyUnchanged(*decodedRow); !checked)
        return checked;
    m_open.operations.push_back(std::move(*decodedRow));
    return {};
}

Result<void> ClientWriteDecoder::begin(const SatTransOp &operation)
{
    if (m_isOpen)
        return fail(Failure::Kind::Malformed, "a transaction begins within another one");
    if (operation.begin().lsn().empty() || operation.begin().lsn().size() > 64)
        return fail(Failure::Kind::Malformed, "a transaction begins without a valid LSN");
    m_open = {};
    m_open.lsn = operation.begin().lsn();
    m_open.timestampMs = std::int64_t(operation.begin().commit_timestamp());
    m_openBytes = 0;
    m_isOpen = true;
    return {};
}

Result<const ClientRelation *> ClientWriteDecoder::relationOf(std::uint32_t id) const
{
    const auto found = m_relations.find(id);
    if (found == m_relations.end())
        return fail(Failure::Kind::Malformed, "an operation on a relation that was not announced");
    return &found->second;
}

Result<writes::Operation> ClientWriteDecoder::row(const SatTransOp &operation, const schema::Catalogue &catalogue) const
{
    using Kind = writes::Operation::Kind;
    writes::Operation decoded;
    Failure failure;
    bool failed = false;
    const auto keep = [&](auto result, auto &target) {
        if (result)
            target = std::move(*result);
        else if (!std::exchange(failed, true))
            failure = result.error();
    };
    const auto read = [&](const auto &message, Kind kind, const protocol::SatOpRow *newRow, const protocol::SatOpRow *oldRow) {
        decoded.kind = kind;
        const auto relation = relationOf(message.relation_id());
        if (!relation) {
            failed = true;
            failure = relation.error();
            return;
        }
        decoded.table = (*relation)->table();
        const bool mayBeNull = kind == Kind::Compensation;
        if (newRow)
            keep((*relation)->decode(*newRow, catalogue, mayBeNull), decoded.row);
        if (oldRow)
            keep((*relation)->decode(*oldRow, catalogue, mayBeNull), decoded.oldRow);
        keep(observed(message.tags()), decoded.observedTags);
    };
    switch (operation.op_case()) {
    case SatTransOp::kInsert:
        if (!operation.insert().has_row_data())
            return fail(Failure::Kind::Malformed, "an insert without a row");
        read(operation.insert(), Kind::Insert, &operation.insert().row_data(), nullptr);
        break;
    case SatTransOp::kUpdate:
        if (!operation.update().has_row_data())
            return fail(Failure::Kind::Malformed, "an update without a row");
        if (operation.update().has_old_row_data())
            read(operation.update(), Kind::Update, &operation.update().row_data(), &operation.update().old_row_data());
        else // very old clients write compensations so (spec/satellite.md §6.6)
            read(operation.update(), Kind::Compensation, &operation.update().row_data(), nullptr);
        break;
    case SatTransOp::kDelete:
        if (!operation.delete_().has_old_row_data())
            return fail(Failure::Kind::Malformed, "a delete without the old row");
        read(operation.delete_(), Kind::Delete, nullptr, &operation.delete_().old_row_data());
        break;
    case SatTransOp::kCompensation:
        if (!operation.compensation().has_pk_data())
            return fail(Failure::Kind::Malformed, "a compensation without a key");
        read(operation.compensation(), Kind::Compensation, &operation.compensation().pk_data(), nullptr);
        break;
    default: return fail(Failure::Kind::Malformed, "an operation that clients do not send");
    }
    if (failed)
        return fail(std::move(failure));
    if (decoded.kind == Kind::Compensation)
        decoded.row = keyOf(decoded.row, *decoded.table);
    return decoded;
}

Result<void> ClientWriteDecoder::checkKeyUnchanged(const writes::Operation &operation) const
{
    using Kind = changes::Value::Kind;
    const changes::Tuple &named = operation.kind == writes::Operation::Kind::Delete ? operation.oldRow : operation.row;
    for (const std::size_t key : operation.table->keyIndexes()) {
        if (named.at(key).kind != Kind::Text)
            return fail(Failure::Kind::Malformed, "a row of \"" + operation.table->name.name + "\" without a value in its key");
        if (operation.kind == writes::Operation::Kind::Update && !(operation.row.at(key) == operation.oldRow.at(key)))
            return fail(Failure::Kind::Conflict, immutableKey(operation, m_open.lsn));
    }
    return {};
}

} // namespace electric::wire
