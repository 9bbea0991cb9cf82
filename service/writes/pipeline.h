#pragma once

#include "service/pg/connection.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace electric::writes
{

// Statements sent together, answered together: one round trip however many. Each text is prepared once a connection, so
// it must come from a small set. Used by one thread.
class Pipeline
{
public:
    explicit Pipeline(pg::Connection &connection)
        : m_connection(&connection)
    {
    }

    void add(std::string sql, std::vector<pg::Parameter> parameters = {});
    [[nodiscard]] std::size_t size() const { return m_statements.size(); } // since the last run

    // Runs what was added, in order, up to the first that fails: its failure is the result. An open transaction stays
    // open.
    Result<std::vector<pg::Rows>> run();

private:
    struct Statement {
        std::string sql;
        std::vector<pg::Parameter> parameters;
    };
    struct Expected {
        std::string prepared; // the text, when this is the answer to its preparation
    };
    Result<void> send(const Statement &statement, std::vector<Expected> &expected);
    Failure lost() const;

    pg::Connection *m_connection;
    std::vector<Statement> m_statements;
    std::unordered_map<std::string, std::string> m_prepared; // names by text
    std::size_t m_nextName = 0;
};

} // namespace electric::writes
