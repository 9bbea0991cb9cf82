#pragma once

#include "service/pg/interrupt.h"
#include "service/writes/mergebatch.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace electric::writes {

// Carries client transactions out on one connection, each in one Postgres transaction together with the client's
// position, so that a transaction that comes again is known. Blocking; used by one thread. Whether to try again, and
// when, is its caller's business.
class TransactionWriter
{
public:
    // Where an attempt stands; for tests that break it there.
    enum class Step : std::uint8_t { Reading, Writing, Committing, Committed, Refusing };
    using OnStep = std::function<void(Step)>;

    // The other two must outlive it. Interrupted, it gives up with Unavailable, and its connection is of no more use.
    static Result<std::unique_ptr<TransactionWriter>> open(
        const pg::ConnectionOptions &options, const pg::Interrupt &interrupt, const OnStep &onStep);

    enum class Manner : std::uint8_t {
        AtOnce, // all operations merged together; parents are written before their children
        OneByOne, // in the client's order, for what that order alone makes valid
    };
    enum class Written : std::uint8_t { Applied, Duplicate, Contended }; // Contended: others were at the same rows; nothing is written

    Result<Written> write(const ClientTransaction &transaction, Manner manner, bool trustTags);
    // Records that Postgres refused it, and moves the client's position past it. Never Contended.
    Result<Written> refuse(const ClientTransaction &transaction, const Failure &why);

    [[nodiscard]] bool isUsable() const { return m_connection.isUsable(); }

private:
    TransactionWriter(pg::Connection connection, const pg::Interrupt &interrupt, const OnStep &onStep);

    Result<void> knowTables(const ClientTransaction &transaction);
    void begin(const ClientTransaction &transaction);
    void settleDeletions(const ClientTransaction &transaction);
    Result<Written> run(const ClientTransaction &transaction, Manner manner, bool trustTags);
    Result<std::vector<pg::Rows>> echo(const ClientTransaction &transaction);
    Result<Written> commit(const ClientTransaction &transaction, MergeBatch *last);
    void advance(const ClientTransaction &transaction);
    [[nodiscard]] bool isKnown(const pg::Rows &position, const std::string &lsn);

    pg::Connection m_connection;
    Pipeline m_pipeline;
    const OnStep &m_onStep;
    bool m_settlesDeletions = false;
    MergeBatch::Tables m_tables;
    std::map<schema::TableName, std::shared_ptr<const schema::Table>> m_knownAs;
    pg::Parameter m_position; // of the client, as read; hex
};

} // namespace electric::writes
