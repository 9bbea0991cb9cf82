#pragma once

#include "service/schema/bootstrap.h"
#include "service/writes/directwriter.h"
#include "tests/support/throwawaycluster.h"

#include <future>
#include <memory>
#include <string>

namespace electric::writes::test {

// A database with electrified tables, and what a session would make of a client's frames.
class Database
{
public:
    // Runs `ddl`, then electrifies the tables named, in order.
    Database(electric::test::ThrowawayCluster &cluster, const std::string &ddl, const std::vector<std::string> &tables);
    // A copy of one that nobody is connected to.
    Database(electric::test::ThrowawayCluster &cluster, const std::string &original, const Database &tablesOf);

    [[nodiscard]] const pg::ConnectionOptions &options() const { return m_options; }
    [[nodiscard]] std::shared_ptr<const schema::Table> table(const std::string &name) const { return m_tables.at(name); }
    pg::Connection &sql() { return *m_connection; }
    void disconnect() { m_connection.reset(); }
    void run(const std::string &sql); // aborts the test program when refused
    std::string value(const std::string &sql); // rows by "; ", columns by "|", NULL as "-"
    void readTable(const std::string &name); // anew, after DDL

private:
    pg::ConnectionOptions m_options;
    std::unique_ptr<pg::Connection> m_connection;
    std::map<std::string, std::shared_ptr<const schema::Table>> m_tables;
};

// A row from its text: columns by "|", NULL, and ? for a column that the client does not have.
changes::Tuple row(const std::string &text);

Operation insert(const std::shared_ptr<const schema::Table> &table, const std::string &row, std::vector<std::string> tags = {});
Operation update(const std::shared_ptr<const schema::Table> &table, const std::string &before, const std::string &after,
    std::vector<std::string> tags = {});
Operation remove(const std::shared_ptr<const schema::Table> &table, const std::string &row, std::vector<std::string> tags = {});
Operation compensate(const std::shared_ptr<const schema::Table> &table, const std::string &row, std::vector<std::string> tags = {});

// As Postgres shows bytea.
std::string hex(const std::string &bytes);

// The position of a client's transaction as the TypeScript client writes it.
std::string lsn(std::uint32_t number);

std::future<WriteSink::Outcome> submit(WriteSink &sink, ClientTransaction transaction);
// Waits up to 20 s; "applied", "duplicate", "rejected 23503", or "no answer".
std::string said(std::future<WriteSink::Outcome> outcome);

} // namespace electric::writes::test
