#pragma once

#include "service/pg/interrupt.h"
#include "service/writes/clienttransaction.h"
#include "service/writes/pipeline.h"
#include "service/writes/tablebatch.h"

#include <functional>
#include <map>

namespace electric::writes {

// Writes client transactions on one connection: each becomes one Postgres transaction that merges it by the conflict rules and advances the
// client's LSN (P1). Two packets to read and to write it, one to commit. Blocks; does not try again.
class Writer
{
public:
    // Where an attempt stands; for tests that break it there.
    enum class Step { Reading, Writing, Committing, Committed };

    Writer(pg::Connection connection, const pg::Interrupt &interrupt, const std::function<void(Step)> &onStep);

    // Applied or Duplicate. A failure has left nothing behind, unless the connection broke while it was committing.
    Result<WriteSink::Outcome::Kind> write(const ClientTransaction &transaction);

    // Puts it on record instead (electric.rejected_writes) and passes over it.
    Result<void> reject(const ClientTransaction &transaction, const Failure &why);

    [[nodiscard]] bool isUsable() const { return m_connection.isUsable(); }
    [[nodiscard]] const pg::Connection &connection() const { return m_connection; }

private:
    Result<std::vector<TableBatch>> batches(const ClientTransaction &transaction);
    Result<std::shared_ptr<const TableStatements>> statementsOf(const std::shared_ptr<const schema::Table> &table);
    void addBegin(const ClientTransaction &transaction);
    Result<WriteSink::Outcome::Kind> merge(const ClientTransaction &transaction, std::vector<TableBatch> &batches);
    Result<void> writeRows(const std::vector<TableBatch> &batches, const changes::Tag &tag, const ClientTransaction &transaction);
    void rollBack();

    struct Known {
        std::shared_ptr<const schema::Table> table; // kept alive, so that its address stays its name
        std::shared_ptr<const TableStatements> statements;
    };

    pg::Connection m_connection;
    Pipeline m_pipeline;
    const std::function<void(Step)> &m_onStep;
    std::map<const schema::Table *, Known> m_known;
};

} // namespace electric::writes
