#include "service/changes/transactionassembler.h"

#include "service/changes/referencedrow.h"

#include <algorithm>
#include <array>

namespace electric::changes {

namespace {

constexpr std::string_view internalSchema = "electric";
constexpr std::string_view shadowPrefix = "shadow__public__"; // only tables of public are electrified (spec/postgres.md §3.3)
constexpr std::int64_t epochOf2000Ms = 946'684'800'000;

// Columns of a shadow table that are not the primary key (spec/postgres.md §2.6).
bool isBookkeeping(std::string_view column)
{
    static constexpr std::array<std::string_view, 8> own {"_tags", "_last_modified", "_is_a_delete_operation", "_tag", "_observed_tags",
        "_modified_columns_bit_mask", "_resolved", "_currently_reordering"};
    return std::find(own.begin(), own.end(), column) != own.end() || column.starts_with("_tag_") || column.starts_with("__reordered_");
}

void appendKeyPart(std::string &key, Value value)
{
    key += std::to_string(value.text.size());
    key += value.kind == Value::Kind::Text ? ':' : '!';
    key += value.text;
}

// A row of which an update sent only what it changed: the rest is in the old row (TOAST; REPLICA IDENTITY FULL).
Tuple completed(Tuple newRow, const Tuple &oldRow)
{
    bool isComplete = true;
    for (std::size_t column = 0; column < newRow.size(); ++column)
        isComplete = isComplete && newRow.at(column).kind != Value::Kind::Unchanged;
    if (isComplete)
        return newRow;
    Tuple whole;
    for (std::size_t column = 0; column < newRow.size(); ++column) {
        const Value value = newRow.at(column);
        whole.append(value.kind == Value::Kind::Unchanged && column < oldRow.size() ? oldRow.at(column) : value);
    }
    return whole;
}

std::uint64_t widened(std::uint32_t xid, std::uint64_t recent)
{
    constexpr std::uint64_t epoch = 1ULL << 32;
    std::uint64_t wide = (recent & ~(epoch - 1)) | xid;
    if (wide > recent + epoch / 2 && wide >= epoch)
        wide -= epoch;
    else if (wide + epoch / 2 < recent)
        wide += epoch;
    return wide;
}

std::size_t bytesOf(const RowChange &change)
{
    const auto of = [](const Tuple &tuple) { return tuple.isEmpty() ? 0 : tuple.byteCount() + tuple.size() * 8; };
    return sizeof change + of(change.newRow) + of(change.oldRow);
}

} // namespace

Result<TransactionPtr> TransactionAssembler::on(pgoutput::Message message)
{
    if (const auto *const commit = std::get_if<pgoutput::Commit>(&message))
        return finish(*commit);
    auto done = std::visit([this](auto &one) { return step(one); }, message);
    if (!done)
        return fail(done.error());
    return TransactionPtr();
}

Result<void> TransactionAssembler::step(pgoutput::Begin &begin)
{
    if (m_open)
        return fail(Failure::Kind::Malformed, "the replication stream begins a transaction inside another");
    m_open = std::make_shared<Transaction>();
    m_open->xid = widened(begin.xid, m_recentXid);
    m_recentXid = std::max(m_recentXid, m_open->xid);
    m_open->timestampMs = begin.commitMicroseconds / 1000 + epochOf2000Ms;
    m_open->origin = postgresOrigin;
    m_openBytes = 0;
    m_tagged.clear();
    m_lastTag.clear();
    return {};
}

TransactionAssembler::RelationInfo TransactionAssembler::describe(const pgoutput::Relation &relation)
{
    RelationInfo info;
    info.oid = relation.oid;
    info.name = relation.name;
    info.columns = relation.columns;
    if (relation.schema != internalSchema) {
        info.role = Role::User;
    } else if (relation.name == "ddl_commands") {
        info.role = Role::Ddl;
    } else if (relation.name.starts_with(shadowPrefix)) {
        info.role = Role::Shadow;
        info.name = relation.name.substr(shadowPrefix.size());
        for (std::size_t column = 0; column < relation.columns.size(); ++column) {
            const std::string &name = relation.columns[column];
            if (name == "_tags")
                info.tagsColumn = column;
            else if (name == "_tag")
                info.tagColumn = column;
            else if (!isBookkeeping(name))
                info.keys.push_back(column);
        }
    }
    return info;
}

Result<void> TransactionAssembler::step(pgoutput::Relation &relation)
{
    m_relations.insert_or_assign(relation.oid, describe(relation));
    return {};
}

Result<const TransactionAssembler::RelationInfo *> TransactionAssembler::relation(std::uint32_t oid) const
{
    const auto found = m_relations.find(oid);
    if (found == m_relations.end() || !m_open)
        return fail(Failure::Kind::Malformed, "the replication stream has a change of a table that it did not describe");
    return &found->second;
}

Result<void> TransactionAssembler::step(pgoutput::Insert &insert)
{
    const auto found = relation(insert.relation);
    if (!found)
        return fail(found.error());
    switch ((*found)->role) {
    case Role::User: {
        RowChange change;
        change.kind = RowChange::Kind::Insert;
        change.tableOid = insert.relation;
        change.newRow = std::move(insert.newRow);
        m_openBytes += bytesOf(change);
        m_open->changes.push_back(std::move(change));
        break;
    }
    case Role::Shadow: addShadow(**found, insert.newRow); break;
    case Role::Ddl: addDdl(**found, insert.newRow); break;
    case Role::Internal: break;
    }
    return {};
}

Result<void> TransactionAssembler::step(pgoutput::Update &update)
{
    const auto found = relation(update.relation);
    if (!found)
        return fail(found.error());
    if ((*found)->role == Role::Shadow) {
        addShadow(**found, completed(std::move(update.newRow), update.oldRow));
        return {};
    }
    if ((*found)->role != Role::User)
        return {};
    RowChange change;
    change.kind = RowChange::Kind::Update;
    change.tableOid = update.relation;
    change.newRow = completed(std::move(update.newRow), update.oldRow);
    change.oldRow = update.oldRow.isEmpty() || update.isKeyOnly ? change.newRow : std::move(update.oldRow);
    m_openBytes += bytesOf(change);
    m_open->changes.push_back(std::move(change));
    return {};
}

Result<void> TransactionAssembler::step(pgoutput::Delete &deletion)
{
    const auto found = relation(deletion.relation);
    if (!found)
        return fail(found.error());
    if ((*found)->role != Role::User)
        return {};
    RowChange change;
    change.kind = RowChange::Kind::Delete;
    change.tableOid = deletion.relation;
    change.oldRow = std::move(deletion.oldRow);
    m_openBytes += bytesOf(change);
    m_open->changes.push_back(std::move(change));
    return {};
}

Result<void> TransactionAssembler::step(pgoutput::LogicalMessage &message)
{
    if (!m_open || !message.isTransactional || message.prefix != referencedRowPrefix)
        return {};
    if (auto change = readReferencedRow(message.content, m_messageSecret)) {
        m_openBytes += bytesOf(*change);
        m_open->changes.push_back(*std::move(change));
    }
    return {};
}

void TransactionAssembler::addShadow(const RelationInfo &relation, const Tuple &row)
{
    if (row.size() != relation.columns.size())
        return;
    TaggedTable &table = m_tagged[relation.name];
    if (table.keyColumns.empty()) {
        for (const std::size_t key : relation.keys)
            table.keyColumns.push_back(relation.columns[key]);
    }
    std::string key;
    for (const std::size_t column : relation.keys)
        appendKeyPart(key, row.at(column));
    m_openBytes += key.size() + 100;
    table.tagsByKey.insert_or_assign(std::move(key), m_tagReader.read(row.at(relation.tagsColumn).text));
    if (const Value tag = row.at(relation.tagColumn); tag.kind == Value::Kind::Text && m_lastTag != tag.text)
        m_lastTag = tag.text;
}

void TransactionAssembler::addDdl(const RelationInfo &relation, const Tuple &row)
{
    DdlCommand command;
    for (std::size_t column = 0; column < relation.columns.size() && column < row.size(); ++column) {
        const std::string_view text = row.at(column).text;
        if (relation.columns[column] == "txid")
            command.txid = text;
        else if (relation.columns[column] == "txts")
            command.txts = text;
        else if (relation.columns[column] == "query")
            command.query = text;
    }
    m_openBytes += sizeof command + command.query.size();
    m_open->ddl.push_back(std::move(command));
}

void TransactionAssembler::applyTags()
{
    struct Keys {
        TaggedTable *tagged = nullptr;
        std::vector<std::size_t> indexes;
    };
    std::unordered_map<std::uint32_t, Keys> tables;
    std::string key;
    for (RowChange &change : m_open->changes) {
        if (change.isReferenced) // brings its tags along; its table need not have been described
            continue;
        const auto [known, isNew] = tables.try_emplace(change.tableOid);
        Keys &keys = known->second;
        if (isNew) {
            const auto described = m_relations.find(change.tableOid); // not if all that there is are referenced rows
            const auto found = described == m_relations.end() ? m_tagged.end() : m_tagged.find(described->second.name);
            if (found != m_tagged.end()) {
                keys.tagged = &found->second;
                const std::vector<std::string> &columns = described->second.columns;
                for (const std::string &column : found->second.keyColumns)
                    keys.indexes.push_back(std::size_t(std::find(columns.begin(), columns.end(), column) - columns.begin()));
            }
        }
        if (!keys.tagged || change.kind == RowChange::Kind::Delete)
            continue;
        key.clear();
        for (const std::size_t column : keys.indexes) {
            if (column < change.newRow.size())
                appendKeyPart(key, change.newRow.at(column));
        }
        if (const auto found = keys.tagged->tagsByKey.find(key); found != keys.tagged->tagsByKey.end())
            change.tags = found->second;
    }
}

Result<TransactionPtr> TransactionAssembler::finish(const pgoutput::Commit &commit)
{
    if (!m_open)
        return fail(Failure::Kind::Malformed, "the replication stream commits a transaction that did not begin");
    m_open->lsn = commit.endLsn;
    applyTags();
    if (!m_lastTag.empty()) {
        if (auto tag = parseTag(m_lastTag)) {
            m_open->timestampMs = tag->timestampMs;
            m_open->origin = std::move(tag->origin);
        }
    }
    m_tagged.clear();
    return std::exchange(m_open, nullptr);
}

} // namespace electric::changes
