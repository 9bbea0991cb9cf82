#include "service/writes/pipeline.h"

namespace electric::writes
{

namespace
{

constexpr std::size_t mostPrepared = 1000; // of a connection; further texts are sent whole each time

std::vector<const char *> pointers(const std::vector<pg::Parameter> &parameters)
{
    std::vector<const char *> values;
    values.reserve(parameters.size());
    for (const pg::Parameter &one : parameters)
        values.push_back(one ? one->c_str() : nullptr);
    return values;
}

} // namespace

void Pipeline::add(std::string sql, std::vector<pg::Parameter> parameters)
{
    m_statements.push_back({std::move(sql), std::move(parameters)});
}

Failure Pipeline::lost() const
{
    return pg::failureOf(m_connection->handle(), nullptr);
}

Result<void> Pipeline::send(const Statement &statement, std::vector<Expected> &expected)
{
    PGconn *const connection = m_connection->handle();
    const auto values = pointers(statement.parameters);
    const int count = int(values.size());
    auto name = m_prepared.find(statement.sql);
    if (name == m_prepared.end() && m_prepared.size() < mostPrepared) {
        name = m_prepared.emplace(statement.sql, "w" + std::to_string(m_nextName++)).first;
        if (PQsendPrepare(connection, name->second.c_str(), statement.sql.c_str(), 0, nullptr) == 0)
            return fail(lost());
        expected.push_back({statement.sql});
    }
    const int sent = name == m_prepared.end()
        ? PQsendQueryParams(connection, statement.sql.c_str(), count, nullptr, values.data(), nullptr, nullptr, 0)
        : PQsendQueryPrepared(connection, name->second.c_str(), count, values.data(), nullptr, nullptr, 0);
    if (sent == 0)
        return fail(lost());
    expected.push_back({});
    return {};
}

Result<std::vector<pg::Rows>> Pipeline::run()
{
    PGconn *const connection = m_connection->handle();
    const std::vector<Statement> statements = std::exchange(m_statements, {});
    std::vector<Expected> expected;
    if (PQenterPipelineMode(connection) == 0)
        return fail(lost());
    for (const Statement &one : statements) {
        if (auto sent = send(one, expected); !sent)
            return fail(sent.error());
    }
    if (PQpipelineSync(connection) == 0)
        return fail(lost());
    std::vector<pg::Rows> all;
    std::optional<Failure> failure;
    for (const Expected &one : expected) {
        pg::ResultHandle result(PQgetResult(connection));
        const ExecStatusType status = PQresultStatus(result.get());
        const bool isGood = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
        if (!isGood && !one.prepared.empty())
            m_prepared.erase(one.prepared);
        if (!isGood && !failure) // later ones are only told to be skipped
            failure = pg::failureOf(connection, result.get());
        if (!m_connection->isUsable())
            return fail(*failure);
        if (isGood && one.prepared.empty())
            all.emplace_back(std::move(result));
        (void)pg::ResultHandle(PQgetResult(connection)); // the end of each statement's answers
    }
    const pg::ResultHandle sync(PQgetResult(connection));
    if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(connection) == 0)
        return fail(lost());
    if (failure)
        return fail(std::move(*failure));
    return all;
}

} // namespace electric::writes
