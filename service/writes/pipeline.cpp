#include "service/writes/pipeline.h"

#include <poll.h>

#include <array>
#include <cerrno>

namespace electric::writes {

namespace {

constexpr std::size_t mostPrepared = 500; // tables and sets of columns come and go; then everything is prepared anew

} // namespace

void Pipeline::add(std::string sql, std::vector<pg::Parameter> parameters)
{
    m_statements.push_back({std::move(sql), std::move(parameters)});
}

Result<std::vector<pg::Rows>> Pipeline::run()
{
    if (m_prepared.size() > mostPrepared) {
        if (auto dropped = m_connection.execute("DEALLOCATE ALL"); !dropped) // only outside of a failed transaction, else next time
            return fail(dropped.error());
        m_prepared.clear();
    }
    PGconn *const handle = m_connection.handle();
    if (PQenterPipelineMode(handle) == 0 || PQsetnonblocking(handle, 1) != 0)
        return fail(pg::failureOf(handle, nullptr));
    auto sent = send();
    auto results = sent ? receive() : fail(sent.error());
    m_statements.clear();
    if (m_connection.isUsable())
        PQexitPipelineMode(handle);
    PQsetnonblocking(handle, 0);
    return results;
}

Result<void> Pipeline::send()
{
    for (Statement &one : m_statements)
        if (auto sent = send(one); !sent)
            return sent;
    if (PQpipelineSync(m_connection.handle()) == 0)
        return fail(pg::failureOf(m_connection.handle(), nullptr));
    return flush();
}

Result<void> Pipeline::send(Statement &statement)
{
    PGconn *const handle = m_connection.handle();
    auto known = m_prepared.find(statement.sql);
    if (known == m_prepared.end()) {
        known = m_prepared.emplace(statement.sql, 's' + std::to_string(++m_names)).first;
        statement.isPrepared = true;
        if (PQsendPrepare(handle, known->second.c_str(), statement.sql.c_str(), 0, nullptr) == 0)
            return fail(pg::failureOf(handle, nullptr));
    }
    std::vector<const char *> values;
    values.reserve(statement.parameters.size());
    for (const pg::Parameter &one : statement.parameters)
        values.push_back(one ? one->c_str() : nullptr);
    if (PQsendQueryPrepared(handle, known->second.c_str(), int(values.size()), values.data(), nullptr, nullptr, 0) == 0)
        return fail(pg::failureOf(handle, nullptr));
    return {};
}

// The result of what was sent next; each statement's is followed by a null one.
Result<pg::ResultHandle> Pipeline::next()
{
    PGconn *const handle = m_connection.handle();
    while (PQisBusy(handle) != 0) {
        if (auto waited = wait(POLLIN); !waited)
            return fail(waited.error());
        if (PQconsumeInput(handle) == 0)
            return fail(pg::failureOf(handle, nullptr));
    }
    pg::ResultHandle result(PQgetResult(handle));
    if (!result && !m_connection.isUsable())
        return fail(pg::failureOf(handle, nullptr));
    return result;
}

Result<std::vector<pg::Rows>> Pipeline::receive()
{
    std::vector<pg::Rows> rows;
    Failure failure;
    bool hasFailed = false;
    for (const Statement &one : m_statements) {
        for (int answer = one.isPrepared ? 0 : 1; answer < 2; ++answer) {
            auto result = next();
            if (!result)
                return fail(result.error());
            const auto status = PQresultStatus(result->get());
            const bool isGood = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
            if (!isGood && answer == 0)
                m_prepared.erase(one.sql);
            if (!isGood && !std::exchange(hasFailed, true))
                failure = pg::failureOf(m_connection.handle(), result->get());
            if (isGood && answer == 1)
                rows.emplace_back(std::move(*result));
            if (auto end = next(); !end)
                return fail(end.error());
        }
    }
    if (auto sync = next(); !sync)
        return fail(sync.error());
    if (hasFailed)
        return fail(std::move(failure));
    return rows;
}

// What does not fit into the socket waits until the server has read; its answers are taken meanwhile, lest both sides wait.
Result<void> Pipeline::flush()
{
    PGconn *const handle = m_connection.handle();
    for (int left = PQflush(handle); left != 0; left = PQflush(handle)) {
        if (left < 0)
            return fail(pg::failureOf(handle, nullptr));
        if (auto waited = wait(POLLIN | POLLOUT); !waited)
            return waited;
        if (PQconsumeInput(handle) == 0)
            return fail(pg::failureOf(handle, nullptr));
    }
    return {};
}

Result<void> Pipeline::wait(short events)
{
    std::array<pollfd, 2> descriptors {pollfd {PQsocket(m_connection.handle()), events, 0}, pollfd {m_interrupt.descriptor(), POLLIN, 0}};
    if (poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR)
        return fail(Failure::Kind::Internal, "cannot wait for Postgres");
    if (descriptors[1].revents != 0)
        return fail(Failure::Kind::Unavailable, "stopped while a write was under way");
    return {};
}

} // namespace electric::writes
