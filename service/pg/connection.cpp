#include "service/pg/connection.h"

#include "service/pg/connectiontrouble.h"

#include <cstring>

namespace electric::pg {

namespace {

std::string trimmed(const char *text)
{
    std::string_view view(text ? text : "");
    while (!view.empty() && (view.back() == '\n' || view.back() == ' '))
        view.remove_suffix(1);
    return std::string(view);
}

Failure::Kind kindOf(std::string_view sqlState)
{
    using Kind = Failure::Kind;
    const auto inClass = [sqlState](std::string_view start) { return sqlState.starts_with(start); };
    if (sqlState == "57014")
        return Kind::Timeout; // query_canceled
    if (inClass("08") || inClass("57P") || inClass("53") || inClass("40") || inClass("58") || sqlState == "55P03")
        return Kind::Unavailable; // connection, shutdown, resources, serialization, system, lock: trying again may help
    if (inClass("28") || inClass("42501"))
        return Kind::NotAllowed;
    if (sqlState == "42P01" || sqlState == "42703" || sqlState == "42704" || sqlState == "3D000" || sqlState == "3F000")
        return Kind::NotFound;
    if (inClass("23") || inClass("55") || sqlState == "42710" || sqlState == "42P07")
        return Kind::Conflict;
    if (inClass("0A"))
        return Kind::Unsupported;
    return Kind::Malformed;
}

} // namespace

Failure failureOf(const PGconn *connection, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    if (!state)
        return {Failure::Kind::Unavailable, trimmed(PQerrorMessage(connection)), {}, {}};
    Failure failure;
    failure.kind = kindOf(state);
    failure.code = state;
    failure.detail = trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    failure.hint = trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    return failure;
}

std::string quoteIdentifier(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted += '"';
}

std::string quoteLiteral(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += '\'';
        quoted += c;
    }
    return quoted += '\'';
}

long long Rows::affected() const
{
    const char *const text = PQcmdTuples(m_result.get());
    return *text ? std::stoll(text) : 0;
}

Result<Connection> Connection::open(const ConnectionOptions &options, const std::string &application, bool replication)
{
    const auto all = options.keywords(application, replication);
    std::vector<const char *> names;
    std::vector<const char *> values;
    for (std::size_t at = 0; at < all.names.size(); ++at) {
        names.push_back(all.names[at].c_str());
        values.push_back(all.values[at].c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    Connection connection {std::unique_ptr<PGconn, Freed<PQfinish>>(PQconnectdbParams(names.data(), values.data(), 0))};
    if (!connection.handle())
        return fail(Failure::Kind::Internal, "out of memory while connecting to Postgres");
    if (!connection.isUsable()) {
        const std::string message = trimmed(PQerrorMessage(connection.handle()));
        return fail(Failure::Kind::Unavailable, message, connectionHint(message));
    }
    connection.onNotice([](const std::string &) {});
    return connection;
}

void Connection::onNotice(std::function<void(const std::string &)> handler)
{
    m_notice = std::make_unique<std::function<void(const std::string &)>>(std::move(handler));
    PQsetNoticeProcessor(
        handle(),
        [](void *context, const char *message) { (*static_cast<std::function<void(const std::string &)> *>(context))(trimmed(message)); },
        m_notice.get());
}

Result<Rows> Connection::query(const std::string &sql, std::span<const Parameter> parameters)
{
    std::vector<const char *> values;
    values.reserve(parameters.size());
    for (const Parameter &one : parameters)
        values.push_back(one ? one->c_str() : nullptr);
    ResultHandle result(PQexecParams(handle(), sql.c_str(), int(values.size()), nullptr, values.data(), nullptr, nullptr, 0));
    switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY: return Rows(std::move(result));
    default: return fail(failureOf(handle(), result.get()));
    }
}

Result<void> Connection::execute(const std::string &sql)
{
    const ResultHandle result(PQexec(handle(), sql.c_str()));
    switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY: return {};
    default: return fail(failureOf(handle(), result.get()));
    }
}

Result<void> Connection::copyOut(const std::string &sql, const std::function<bool(std::string_view)> &line)
{
    {
        const ResultHandle start(PQexec(handle(), sql.c_str()));
        if (PQresultStatus(start.get()) != PGRES_COPY_OUT)
            return fail(failureOf(handle(), start.get()));
    }
    bool wanted = true;
    char *buffer = nullptr;
    int length = 0;
    while ((length = PQgetCopyData(handle(), &buffer, 0)) > 0) {
        const std::unique_ptr<char, Freed<PQfreemem>> owned(buffer);
        const bool endsWithLineFeed = buffer[length - 1] == '\n';
        if (wanted && !line(std::string_view(buffer, std::size_t(length) - (endsWithLineFeed ? 1 : 0)))) {
            wanted = false;
            cancel();
        }
    }
    Failure failure;
    bool failed = false;
    while (ResultHandle end {PQgetResult(handle())}) {
        if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) {
            failed = true;
            failure = failureOf(handle(), end.get());
        }
    }
    if (failed && wanted)
        return fail(std::move(failure));
    return {};
}

void Connection::cancel() const
{
    const std::unique_ptr<PGcancel, Freed<PQfreeCancel>> handleToCancel(PQgetCancel(handle()));
    char message[256];
    if (handleToCancel)
        PQcancel(handleToCancel.get(), message, sizeof message);
}

} // namespace electric::pg
