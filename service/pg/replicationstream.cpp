#include "service/pg/replicationstream.h"

#include "service/pg/replicationtrouble.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <poll.h>

namespace electric::pg {

namespace {

constexpr std::chrono::seconds statusInterval {5}; // wal_sender_timeout is 60 s by default
constexpr std::chrono::seconds confirmInterval {1};
constexpr std::chrono::seconds untilInterrupted {3600};

// A server that shuts down waits for everything to be confirmed and asks again as soon as it is answered. Else it asks once in half of
// wal_sender_timeout.
constexpr std::chrono::milliseconds hasty {100};
constexpr int mostHastyDemands = 3;

constexpr std::size_t dataHead = 25; // w, start, end, clock (Postgres docs, "Streaming Replication Protocol")
constexpr std::size_t keepAliveHead = 18; // k, end, clock, whether an answer is wanted

std::uint64_t bigEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char c : bytes.substr(0, 8))
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

void appendBigEndian(std::string &out, std::uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        out += char(value >> shift);
}

// Microseconds since 2000-01-01, as status messages carry them.
std::uint64_t postgresClock()
{
    using namespace std::chrono;
    constexpr std::int64_t epochOf2000 = 946'684'800'000'000;
    return std::uint64_t(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count() - epochOf2000);
}

} // namespace

Result<std::optional<Lsn>> confirmedPosition(Connection &connection, const std::string &slot)
{
    auto rows = connection.query("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = $1", {slot});
    if (!rows)
        return fail(rows.error());
    if (rows->count() == 0 || rows->isNull(0, 0))
        return std::optional<Lsn>();
    return Lsn::fromHex(rows->text(0, 0));
}

Result<ReplicationStream> ReplicationStream::open(
    const ConnectionOptions &options, const std::string &slot, const std::string &publication, const Interrupt &interrupt)
{
    auto connection = Connection::open(options, "electric replication", true);
    if (!connection)
        return fail(explained(connection.error()));
    ReplicationStream stream(std::move(*connection), interrupt);
    if (auto prepared = stream.prepare(slot, publication); !prepared)
        return fail(explained(prepared.error()));
    return stream;
}

Result<void> ReplicationStream::prepare(const std::string &slot, const std::string &publication)
{
    const auto state = check(slot, publication);
    if (!state)
        return fail(state.error());
    const std::string quotedSlot = quoteIdentifier(slot);
    if (!state->exists) {
        // Waits for every transaction that is running in the cluster.
        const auto made = execute("CREATE_REPLICATION_SLOT " + quotedSlot + " LOGICAL pgoutput NOEXPORT_SNAPSHOT");
        if (!made && made.error().code != "42710") // somebody was faster
            return fail(made.error());
    }
    const auto started = execute("START_REPLICATION SLOT " + quotedSlot + " LOGICAL 0/0 (proto_version '1', publication_names "
        + quoteLiteral(quoteIdentifier(publication)) + ", messages 'true')");
    if (!started)
        return fail(started.error());
    if (PQresultStatus(started->get()) != PGRES_COPY_BOTH)
        return fail(Failure::Kind::Internal, "Postgres did not start the replication stream");
    m_lastStatus = Clock::now();
    m_lastDemand = m_lastStatus;
    return {};
}

// Trouble that Postgres itself would tell late (a missing publication: with the first change) or in words that differ by version and
// language.
Result<ReplicationStream::SlotState> ReplicationStream::check(const std::string &slot, const std::string &publication)
{
    // Replication connections speak the simple protocol only; made for a database, they take ordinary SQL too.
    const auto answer = execute(
        "SELECT pg_snapshot_xmax(pg_current_snapshot()), CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_flush_lsn() END,"
        " current_setting('wal_level'), EXISTS (SELECT FROM pg_publication WHERE pubname = "
        + quoteLiteral(publication)
        + "), s.slot_name, s.plugin = 'pgoutput' AND s.database = current_database(), s.wal_status"
          " FROM (SELECT) AS one LEFT JOIN pg_replication_slots AS s ON s.slot_name = "
        + quoteLiteral(slot));
    if (!answer)
        return fail(answer.error());
    const PGresult *const row = answer->get();
    const auto text = [row](int column) { return std::string_view(PQgetvalue(row, 0, column)); };
    std::from_chars(text(0).data(), text(0).data() + text(0).size(), m_recentXid);
    const auto position = Lsn::fromHex(text(1));
    if (!position)
        return fail(trouble::standby());
    m_serverPosition = *position;
    if (text(2) != "logical")
        return fail(trouble::walLevel(text(2)));
    if (text(3) != "t")
        return fail(trouble::noPublication(publication));
    const SlotState state {!PQgetisnull(row, 0, 4)};
    if (state.exists && text(5) != "t")
        return fail(trouble::foreignSlot(slot));
    if (state.exists && text(6) == "lost")
        return fail(trouble::invalidatedSlot(slot));
    return state;
}

// Not PQexec(): making a slot may take as long as the longest transaction, and we must be able to stop.
Result<ResultHandle> ReplicationStream::execute(const std::string &sql)
{
    PGconn *const handle = m_connection.handle();
    if (PQsendQuery(handle, sql.c_str()) == 0)
        return fail(failureOf(handle, nullptr));
    ResultHandle last;
    for (;;) {
        while (PQisBusy(handle) != 0) {
            const auto waited = wait(untilInterrupted);
            if (!waited)
                return fail(waited.error());
            if (!*waited)
                return fail(Failure::Kind::Unavailable, "stopped while the replication stream was being started");
        }
        ResultHandle result(PQgetResult(handle));
        if (!result)
            break;
        last = std::move(result);
        if (PQresultStatus(last.get()) == PGRES_COPY_BOTH)
            return last;
    }
    const auto status = PQresultStatus(last.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return fail(failureOf(handle, last.get()));
    return last;
}

Result<ReplicationStream::Event> ReplicationStream::next(std::chrono::milliseconds patience)
{
    auto event = take();
    if (!event || !std::holds_alternative<Nothing>(*event))
        return event;
    if (auto told = keepAlive(); !told)
        return fail(told.error());
    const auto waited = wait(patience);
    if (!waited)
        return fail(waited.error());
    if (!*waited)
        return Nothing {};
    return take();
}

Result<void> ReplicationStream::keepAlive()
{
    const auto sinceLast = Clock::now() - m_lastStatus;
    if (sinceLast < confirmInterval || (m_confirmed == m_toldConfirmed && sinceLast < statusInterval))
        return {};
    return sendStatus();
}

Result<bool> ReplicationStream::wait(std::chrono::milliseconds patience)
{
    PGconn *const handle = m_connection.handle();
    std::array<pollfd, 2> descriptors {pollfd {PQsocket(handle), POLLIN, 0}, pollfd {m_interrupt->descriptor(), POLLIN, 0}};
    if (poll(descriptors.data(), descriptors.size(), int(patience.count())) < 0 && errno != EINTR)
        return fail(Failure::Kind::Internal, "cannot wait for the replication stream");
    if (descriptors[0].revents != 0 && PQconsumeInput(handle) == 0)
        return fail(failureOf(handle, nullptr));
    return descriptors[1].revents == 0;
}

Result<ReplicationStream::Event> ReplicationStream::take()
{
    char *buffer = nullptr;
    const int length = PQgetCopyData(m_connection.handle(), &buffer, 1);
    m_buffer.reset(buffer);
    if (length == 0)
        return Nothing {};
    if (length < 0) {
        const ResultHandle result(PQgetResult(m_connection.handle()));
        auto failure = failureOf(m_connection.handle(), result.get());
        if (failure.detail.empty())
            failure = {Failure::Kind::Unavailable, "Postgres ended the replication stream", {}, {}};
        return fail(explained(std::move(failure)));
    }
    const std::string_view message(buffer, std::size_t(length));
    if (message.front() == 'w' && message.size() >= dataHead) {
        m_received = std::max(m_received, Lsn {bigEndian(message.substr(1))});
        m_hastyDemands = 0;
        // While there is much to read, next() comes here only; status must go out all the same. The clock is cheap, the branch rare.
        if (auto told = keepAlive(); !told)
            return fail(told.error());
        return Data {message.substr(dataHead)};
    }
    if (message.front() == 'k' && message.size() >= keepAliveHead)
        return onKeepAlive(message);
    return fail(Failure::Kind::Malformed, "the replication stream has a message that is not understood");
}

Result<ReplicationStream::Event> ReplicationStream::onKeepAlive(std::string_view message)
{
    const Lsn upTo {bigEndian(message.substr(1))};
    m_received = std::max(m_received, upTo);
    if (message[keepAliveHead - 1] != 0) {
        const auto now = Clock::now();
        m_hastyDemands = now - m_lastDemand < hasty ? m_hastyDemands + 1 : 0;
        m_lastDemand = now;
        // The server wants to stop but would wait forever for what we keep unconfirmed on purpose: it is up to us to go.
        if (m_hastyDemands >= mostHastyDemands)
            return fail(Failure::Kind::Unavailable, "Postgres is shutting down");
        if (auto told = sendStatus(); !told)
            return fail(told.error());
    }
    return Position {upTo};
}

Result<void> ReplicationStream::sendStatus()
{
    std::string status = "r";
    appendBigEndian(status, m_received.value); // written
    appendBigEndian(status, m_confirmed.value); // flushed
    appendBigEndian(status, m_confirmed.value); // applied
    appendBigEndian(status, postgresClock());
    status += '\0';
    if (PQputCopyData(m_connection.handle(), status.data(), int(status.size())) != 1 || PQflush(m_connection.handle()) < 0)
        return fail(failureOf(m_connection.handle(), nullptr));
    m_toldConfirmed = m_confirmed;
    m_lastStatus = Clock::now();
    return {};
}

} // namespace electric::pg
