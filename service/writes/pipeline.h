#pragma once

#include "service/pg/connection.h"
#include "service/pg/interrupt.h"

#include <map>
#include <string>
#include <vector>

namespace electric::writes {

// Statements that go to Postgres in one packet and are answered in one (Postgres docs, "Pipeline Mode"). The first failure skips the rest.
// Each text is prepared once a connection, so few texts should be used. Blocks; run() of another thread's interrupt returns early.
class Pipeline
{
public:
    Pipeline(pg::Connection &connection, const pg::Interrupt &interrupt) : m_connection(connection), m_interrupt(interrupt) { }

    // Valid until the next run().
    void add(std::string sql, std::vector<pg::Parameter> parameters = {});

    [[nodiscard]] std::size_t size() const { return m_statements.size(); } // since the last run()

    // The results, one a statement, in order. When interrupted: Unavailable, and the connection is of no more use.
    Result<std::vector<pg::Rows>> run();

private:
    struct Statement {
        std::string sql;
        std::vector<pg::Parameter> parameters;
        bool isPrepared = false; // by this run, before it
    };

    Result<void> send();
    Result<void> send(Statement &statement);
    Result<pg::ResultHandle> next();
    Result<std::vector<pg::Rows>> receive();
    Result<void> flush();
    Result<void> wait(short events);

    pg::Connection &m_connection;
    const pg::Interrupt &m_interrupt;
    std::vector<Statement> m_statements;
    std::map<std::string, std::string> m_prepared; // text to name
    unsigned m_names = 0;
};

} // namespace electric::writes
