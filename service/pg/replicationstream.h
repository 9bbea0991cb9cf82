#pragma once

#include "service/pg/connection.h"
#include "service/pg/interrupt.h"
#include "shared/base/lsn.h"

#include <chrono>
#include <string>
#include <variant>

namespace electric::pg {

// A replication slot being read, on one thread. Knows nothing of what the messages mean.
//
// Streams from the permanent slot itself. The original streamed from a temporary copy, so that the permanent slot could lag behind and
// keep a window of the log, and moved that one with pg_replication_slot_advance(), which makes Postgres decode every stretch a second
// time (spec/postgres.md §5.1, §5.5). Here the lag is simply what confirm() has not named yet. A second instance still meets a slot in use.
class ReplicationStream
{
public:
    // Makes the slot when there is none, checks what replication needs, and starts at the position that the slot has confirmed.
    // Raising `interrupt`, which must outlive the stream, ends open() (except while the connection itself is made) and next().
    static Result<ReplicationStream> open(
        const ConnectionOptions &options, const std::string &slot, const std::string &publication, const Interrupt &interrupt);
    ~ReplicationStream() = default;
    ReplicationStream(ReplicationStream &&) noexcept = default;
    ReplicationStream &operator=(ReplicationStream &&) = delete;

    struct Data {
        std::string_view message; // of pgoutput; valid until the next call
    };
    struct Position {
        Lsn upTo; // everything that commits before has been handed over
    };
    struct Nothing { }; // the time is over, or interrupted
    using Event = std::variant<Data, Position, Nothing>;

    // The next event; waits at most `patience`. Answers keep-alives by itself.
    Result<Event> next(std::chrono::milliseconds patience);

    // To be called every few seconds by those who do not want the next event yet; next() does it by itself.
    Result<void> keepAlive();

    // The server's position when streaming began, and a transaction id of that moment.
    [[nodiscard]] Lsn serverPosition() const { return m_serverPosition; }
    [[nodiscard]] std::uint64_t recentXid() const { return m_recentXid; }

    // Everything before may be forgotten by the server. Told within a second or so.
    void confirm(Lsn position) { m_confirmed = std::max(m_confirmed, position); }

private:
    using Clock = std::chrono::steady_clock;

    ReplicationStream(Connection connection, const Interrupt &interrupt) : m_connection(std::move(connection)), m_interrupt(&interrupt) { }

    struct SlotState {
        bool exists = false;
    };
    Result<void> prepare(const std::string &slot, const std::string &publication);
    Result<SlotState> check(const std::string &slot, const std::string &publication);
    Result<ResultHandle> execute(const std::string &sql);
    Result<Event> take();
    Result<Event> onKeepAlive(std::string_view message);
    Result<bool> wait(std::chrono::milliseconds patience); // false: interrupted
    Result<void> sendStatus();

    Connection m_connection;
    const Interrupt *m_interrupt;
    std::unique_ptr<char, Freed<PQfreemem>> m_buffer;
    Lsn m_serverPosition;
    std::uint64_t m_recentXid = 0;
    Lsn m_received;
    Lsn m_confirmed;
    Lsn m_toldConfirmed;
    Clock::time_point m_lastStatus;
    Clock::time_point m_lastDemand; // a keep-alive that wanted an answer
    int m_hastyDemands = 0;
};

// The slot's position that Postgres keeps for us: streaming begins there. Nothing when there is no such slot.
Result<std::optional<Lsn>> confirmedPosition(Connection &connection, const std::string &slot);

} // namespace electric::pg
