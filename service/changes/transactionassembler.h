#pragma once

#include "service/changes/pgoutput.h"
#include "service/changes/tags.h"
#include "service/changes/transaction.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace electric::changes {

// Puts the messages of the replication stream together to committed transactions (spec/postgres.md §5.3): shadow rows give each
// change its tags, and the transaction its origin and time; Electric's own tables disappear. One for each start of the stream.
// Cost: linear in the changes; a transaction is held whole, some 150 bytes a row beside its values.
class TransactionAssembler
{
public:
    // `recentXid`: any 64-bit transaction id of this database that is not further than 2^31 from those to come; the stream's ids have
    // 32 bits.
    // `messageSecret`: Bootstrapped::messageSecret; without it rows that others refer to are left out.
    explicit TransactionAssembler(std::uint64_t recentXid, std::string messageSecret = {})
        : m_recentXid(recentXid), m_messageSecret(std::move(messageSecret))
    { }

    // Gives a transaction when the message was its commit, else null.
    Result<TransactionPtr> on(pgoutput::Message message);

    [[nodiscard]] bool isInTransaction() const { return m_open != nullptr; }
    [[nodiscard]] std::size_t openBytes() const { return m_openBytes; } // about, of the transaction that is coming in

private:
    enum class Role { User, Shadow, Ddl, Internal };
    struct RelationInfo {
        Role role = Role::Internal;
        std::uint32_t oid = 0;
        std::string name; // of the user table, also for a shadow table
        std::vector<std::string> columns;
        std::vector<std::size_t> keys; // Shadow: indexes of the primary key's columns
        std::size_t tagsColumn = 0; // Shadow
        std::size_t tagColumn = 0; // Shadow
    };
    struct TaggedTable {
        std::vector<std::string> keyColumns;
        std::unordered_map<std::string, std::vector<std::string>> tagsByKey; // key: values, each with its length in front
    };

    Result<void> step(pgoutput::Begin &begin);
    Result<void> step(pgoutput::Relation &relation);
    Result<void> step(pgoutput::Insert &insert);
    Result<void> step(pgoutput::Update &update);
    Result<void> step(pgoutput::Delete &deletion);
    Result<void> step(pgoutput::LogicalMessage &message);
    // Truncate: triggers have deleted the rows one by one before (resources/sql), so that clients see deletes.
    template <typename Other> Result<void> step(Other &) { return {}; }
    Result<TransactionPtr> finish(const pgoutput::Commit &commit);

    Result<const RelationInfo *> relation(std::uint32_t oid) const;
    void addShadow(const RelationInfo &relation, const Tuple &row);
    void addDdl(const RelationInfo &relation, const Tuple &row);
    void applyTags();
    static RelationInfo describe(const pgoutput::Relation &relation);

    std::uint64_t m_recentXid;
    const std::string m_messageSecret;
    std::unordered_map<std::uint32_t, RelationInfo> m_relations;
    std::shared_ptr<Transaction> m_open;
    std::size_t m_openBytes = 0;
    std::unordered_map<std::string, TaggedTable> m_tagged; // by user table
    std::string m_lastTag; // of the last shadow row, Postgres' text
    TagArrayReader m_tagReader;
};

} // namespace electric::changes
