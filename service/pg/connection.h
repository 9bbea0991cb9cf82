#pragma once

#include "service/pg/connectionoptions.h"
#include "shared/base/handle.h"
#include "shared/base/result.h"

#include <libpq-fe.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace electric::pg {

using ResultHandle = std::unique_ptr<PGresult, Freed<PQclear>>;

// A parameter of a statement in text form; no value is NULL.
using Parameter = std::optional<std::string>;

// The rows that a statement gave, in text form.
class Rows
{
public:
    explicit Rows(ResultHandle result) : m_result(std::move(result)) { }

    [[nodiscard]] int count() const { return PQntuples(m_result.get()); }
    [[nodiscard]] int columns() const { return PQnfields(m_result.get()); }
    [[nodiscard]] bool isNull(int row, int column) const { return PQgetisnull(m_result.get(), row, column) != 0; }
    [[nodiscard]] std::string_view text(int row, int column) const
    {
        return {PQgetvalue(m_result.get(), row, column), std::size_t(PQgetlength(m_result.get(), row, column))};
    }
    // The command tag's number: rows inserted, updated, deleted or selected.
    [[nodiscard]] long long affected() const;

private:
    ResultHandle m_result;
};

// One blocking connection to Postgres, used by one thread at a time. Statements are sent in the extended protocol unless
// said otherwise; results are text. Not a pool, not a replication stream, and it does not reconnect by itself: a failure
// of kind Unavailable means that it is of no more use.
class Connection
{
public:
    // `application` tells our connections apart in pg_stat_activity: "electric writer", "electric schema", …
    static Result<Connection> open(const ConnectionOptions &options, const std::string &application, bool replication = false);

    // One statement with parameters; any number of rows.
    Result<Rows> query(const std::string &sql, std::span<const Parameter> parameters = {});
    Result<Rows> query(const std::string &sql, std::initializer_list<Parameter> parameters)
    {
        return query(sql, std::span<const Parameter>(parameters.begin(), parameters.size()));
    }
    // One or more statements without parameters or rows (simple protocol, one implicit transaction).
    Result<void> execute(const std::string &sql);

    // Runs a `COPY … TO STDOUT` and hands over each line (text format, without its line feed) as it comes; `line` is valid
    // during the call only and returns whether to go on. Stopping early cancels the statement.
    Result<void> copyOut(const std::string &sql, const std::function<bool(std::string_view line)> &line);

    // What the server said beside results (NOTICE, WARNING) goes here; by default it is dropped.
    void onNotice(std::function<void(const std::string &message)> handler);

    // For those that need libpq itself (pipeline, replication). Stays owned by this object.
    [[nodiscard]] PGconn *handle() const { return m_connection.get(); }
    [[nodiscard]] bool isUsable() const { return PQstatus(m_connection.get()) == CONNECTION_OK; }
    [[nodiscard]] int serverVersion() const { return PQserverVersion(m_connection.get()); } // 150004 for 15.4

    // Asks the server to stop what this connection is doing. Safe to call from another thread.
    void cancel() const;

private:
    explicit Connection(std::unique_ptr<PGconn, Freed<PQfinish>> connection) : m_connection(std::move(connection)) { }

    std::unique_ptr<PGconn, Freed<PQfinish>> m_connection;
    std::unique_ptr<std::function<void(const std::string &)>> m_notice; // its address is known to libpq, so it must not move
};

// What a result of libpq that is not a success means: kind by SQLSTATE class, Unavailable when the connection is gone.
Failure failureOf(const PGconn *connection, const PGresult *result);

// The name as an SQL identifier, always in double quotes; embedded quotes doubled.
std::string quoteIdentifier(std::string_view name);
// The text as an SQL string literal (standard_conforming_strings is on in all our sessions).
std::string quoteLiteral(std::string_view text);

} // namespace electric::pg
