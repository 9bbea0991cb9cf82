#pragma once

#include "service/writes/mergebatch.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace electric::writes
{

// Where in a transaction the writer is; told to the fault seam before each step begins.
enum class WriteStep : std::uint8_t { Begin, Write, Commit, Committed, Refuse };

// Carries client transactions out on one connection, each in one Postgres transaction together with the client's
// position, so that a transaction that comes again is known. Blocking; used by one thread. Whether to try again, and
// when, is its caller's business.
class TransactionWriter
{
public:
    using Seam = std::function<void(WriteStep)>;

    // `secret` tells the triggers that the writes of this connection are clients' (resources/sql/README.md).
    static Result<std::unique_ptr<TransactionWriter>> open(
        const pg::ConnectionOptions &options, const std::string &secret, Seam seam);

    enum class Manner : std::uint8_t {
        AtOnce, // all operations merged together; parents are written before their children
        OneByOne, // in the client's order, for what that order alone makes valid
    };
    enum class Written : std::uint8_t {
        Applied,
        Duplicate,
        Contended
    }; // Contended: others were at the same rows; nothing is written

    Result<Written> write(const ClientTransaction &transaction, Manner manner, bool trustTags);
    // Records that Postgres refused it, and moves the client's position past it. Never Contended.
    Result<Written> refuse(const ClientTransaction &transaction, const Failure &why);

    [[nodiscard]] bool isUsable() const { return m_connection.isUsable(); }
    [[nodiscard]] int socket() const { return PQsocket(m_connection.handle()); }

private:
    TransactionWriter(pg::Connection connection, Seam seam);

    Result<void> knowTables(const ClientTransaction &transaction);
    void begin(const ClientTransaction &transaction);
    void settleDeletions(const ClientTransaction &transaction);
    Result<Written> run(const ClientTransaction &transaction, Manner manner, bool trustTags);
    Result<std::vector<pg::Rows>> echo(const ClientTransaction &transaction);
    Result<Written> commit(const ClientTransaction &transaction, MergeBatch *last);
    void advance(const ClientTransaction &transaction);
    [[nodiscard]] bool isKnown(const pg::Rows &position, const std::string &lsn);
    void at(WriteStep step) const;

    pg::Connection m_connection;
    Pipeline m_pipeline;
    Seam m_seam;
    bool m_settlesDeletions = false;
    MergeBatch::Tables m_tables;
    std::map<schema::TableName, std::shared_ptr<const schema::Table>> m_knownAs;
    pg::Parameter m_position; // of the client, as read; hex
};

} // namespace electric::writes
