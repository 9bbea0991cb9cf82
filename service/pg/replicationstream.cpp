#include "service/pg/replicationstream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace electric::pg {

namespace {

constexpr std::chrono::seconds statusInterval {5}; // wal_sender_timeout is 60 s by default

std::uint64_t bigEndian(const char *bytes)
{
    std::uint64_t value = 0;
    for (int at = 0; at < 8; ++at)
        value = value << 8 | static_cast<unsigned char>(bytes[at]);
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

// What Postgres says when replication cannot start, with what to do about it (spec/postgres.md §1.5).
Failure explained(Failure failure, const std::string &slot)
{
    if (failure.code == "55006")
        failure.hint = "Another instance of the service is connected to this database, or the last connection has not timed out yet.";
    else if (failure.code == "42601")
        failure.hint = "DATABASE_URL seems to point at a connection pooler. Use a direct connection to Postgres.";
    else if (failure.code == "55000" && failure.detail.find("wal_level") != std::string::npos)
        failure.hint = "Set wal_level = logical in postgresql.conf and restart Postgres.";
    else if (failure.code == "55000")
        failure.hint = "The slot can no longer be used. Drop it with SELECT pg_drop_replication_slot('" + slot
            + "'); clients that were away sync again from the start.";
    else if (failure.code == "42501" || failure.code == "28000")
        failure.hint = "The role needs the REPLICATION attribute: ALTER ROLE … REPLICATION.";
    else if (failure.code == "53400")
        failure.hint = "All replication slots are taken: raise max_replication_slots, or drop one that is not used.";
    return failure;
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

Result<ReplicationStream> ReplicationStream::open(const ConnectionOptions &options, const std::string &slot, const std::string &publication)
{
    auto connection = Connection::open(options, "electric replication", true);
    if (!connection)
        return fail(connection.error());
    ReplicationStream stream(std::move(*connection), eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (auto prepared = stream.prepare(slot, publication); !prepared)
        return fail(explained(prepared.error(), slot));
    return stream;
}

ReplicationStream::ReplicationStream(ReplicationStream &&other) noexcept
    : m_connection(std::move(other.m_connection)), m_wake(std::exchange(other.m_wake, -1)), m_buffer(std::exchange(other.m_buffer, nullptr)),
      m_serverPosition(other.m_serverPosition), m_recentXid(other.m_recentXid), m_received(other.m_received), m_confirmed(other.m_confirmed),
      m_toldConfirmed(other.m_toldConfirmed), m_lastStatus(other.m_lastStatus)
{
}

ReplicationStream::~ReplicationStream()
{
    if (m_buffer)
        PQfreemem(m_buffer);
    if (m_wake >= 0)
        close(m_wake);
}

Result<void> ReplicationStream::prepare(const std::string &slot, const std::string &publication)
{
    const std::string quotedSlot = quoteIdentifier(slot);
    // Replication connections speak the simple protocol only; made for a database, they take ordinary SQL too.
    auto simple = [this](const std::string &sql) -> Result<std::string> {
        const ResultHandle result(PQexec(m_connection.handle(), sql.c_str()));
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK && PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            return fail(failureOf(m_connection.handle(), result.get()));
        return PQntuples(result.get()) > 0 ? std::string(PQgetvalue(result.get(), 0, 0)) : std::string();
    };
    const auto made = simple("CREATE_REPLICATION_SLOT " + quotedSlot + " LOGICAL pgoutput NOEXPORT_SNAPSHOT");
    if (!made && made.error().code != "42710") // there already
        return fail(made.error());
    const auto xid = simple("SELECT pg_snapshot_xmax(pg_current_snapshot())");
    if (!xid)
        return fail(xid.error());
    m_recentXid = std::stoull(*xid);
    const auto position = simple("SELECT pg_current_wal_flush_lsn()");
    if (!position)
        return fail(position.error());
    m_serverPosition = Lsn::fromHex(*position).value_or(Lsn {});
    const ResultHandle started(PQexec(m_connection.handle(),
        ("START_REPLICATION SLOT " + quotedSlot + " LOGICAL 0/0 (proto_version '1', publication_names '" + quoteIdentifier(publication)
            + "', messages 'true')")
            .c_str()));
    if (PQresultStatus(started.get()) != PGRES_COPY_BOTH)
        return fail(failureOf(m_connection.handle(), started.get()));
    m_lastStatus = std::chrono::steady_clock::now();
    return {};
}

Result<ReplicationStream::Event> ReplicationStream::next(std::chrono::milliseconds patience)
{
    if (m_confirmed > m_toldConfirmed || std::chrono::steady_clock::now() - m_lastStatus > statusInterval) {
        if (std::chrono::steady_clock::now() - m_lastStatus > std::chrono::seconds(1)) {
            if (auto told = sendStatus(); !told)
                return fail(told.error());
        }
    }
    auto event = take();
    if (!event || !std::holds_alternative<Nothing>(*event))
        return event;
    if (auto waited = wait(patience); !waited)
        return fail(waited.error());
    return take();
}

Result<void> ReplicationStream::wait(std::chrono::milliseconds patience)
{
    std::array<pollfd, 2> descriptors {pollfd {PQsocket(m_connection.handle()), POLLIN, 0}, pollfd {m_wake, POLLIN, 0}};
    if (poll(descriptors.data(), descriptors.size(), int(patience.count())) < 0 && errno != EINTR)
        return fail(Failure::Kind::Internal, "cannot wait for the replication stream");
    if (descriptors[1].revents != 0) {
        std::uint64_t count = 0;
        (void)!read(m_wake, &count, sizeof count);
    }
    if (descriptors[0].revents != 0 && PQconsumeInput(m_connection.handle()) == 0)
        return fail(Failure::Kind::Unavailable, "the connection to Postgres was lost");
    return {};
}

Result<ReplicationStream::Event> ReplicationStream::take()
{
    if (m_buffer)
        PQfreemem(std::exchange(m_buffer, nullptr));
    const int length = PQgetCopyData(m_connection.handle(), &m_buffer, 1);
    if (length == 0)
        return Nothing {};
    if (length < 0) {
        const ResultHandle result(PQgetResult(m_connection.handle()));
        auto failure = failureOf(m_connection.handle(), result.get());
        if (failure.detail.empty())
            failure = {Failure::Kind::Unavailable, "Postgres ended the replication stream", {}, {}};
        return fail(std::move(failure));
    }
    if (m_buffer[0] == 'w' && length >= 25) { // XLogData: start, end, clock, payload
        m_received = std::max(m_received, Lsn {bigEndian(m_buffer + 1)});
        return Data {std::string_view(m_buffer + 25, std::size_t(length) - 25)};
    }
    if (m_buffer[0] == 'k' && length >= 18) { // keep-alive: end, clock, reply wanted
        m_received = std::max(m_received, Lsn {bigEndian(m_buffer + 1)});
        if (m_buffer[17] != 0) {
            if (auto told = sendStatus(); !told)
                return fail(told.error());
        }
        return Position {Lsn {bigEndian(m_buffer + 1)}};
    }
    return fail(Failure::Kind::Malformed, "the replication stream has a message that is not understood");
}

Result<void> ReplicationStream::sendStatus()
{
    std::string status = "r";
    appendBigEndian(status, m_received.value); // written
    appendBigEndian(status, m_confirmed.value); // flushed
    appendBigEndian(status, m_confirmed.value); // applied
    appendBigEndian(status, postgresClock());
    status += '\0';
    if (PQputCopyData(m_connection.handle(), status.data(), int(status.size())) != 1 || PQflush(m_connection.handle()) != 0)
        return fail(Failure::Kind::Unavailable, "the connection to Postgres was lost");
    m_toldConfirmed = m_confirmed;
    m_lastStatus = std::chrono::steady_clock::now();
    return {};
}

void ReplicationStream::wake() const
{
    const std::uint64_t one = 1;
    (void)!write(m_wake, &one, sizeof one);
}

} // namespace electric::pg
