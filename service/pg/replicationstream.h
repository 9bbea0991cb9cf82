#pragma once

#include "service/pg/connection.h"
#include "shared/base/lsn.h"

#include <atomic>
#include <chrono>
#include <string>
#include <variant>

namespace electric::pg {

// A replication slot being read, on one thread. Streams from the permanent slot itself: what it must retain is told by confirm(),
// so no temporary copy is needed, and a second instance meets "slot in use" (spec/postgres.md §1.5, §5.1).
class ReplicationStream
{
public:
    // Makes the slot when there is none. `publication` must exist.
    static Result<ReplicationStream> open(const ConnectionOptions &options, const std::string &slot, const std::string &publication);
    ~ReplicationStream();
    ReplicationStream(ReplicationStream &&) noexcept;
    ReplicationStream &operator=(ReplicationStream &&) = delete;

    struct Data {
        std::string_view message; // of pgoutput; valid until the next call
    };
    struct Position {
        Lsn upTo; // everything that commits before has been handed over
    };
    struct Nothing {}; // the time is over, or wake() was called
    using Event = std::variant<Data, Position, Nothing>;

    // The next event; waits at most `patience`. Answers keep-alives by itself.
    Result<Event> next(std::chrono::milliseconds patience);

    // The server's position when streaming began, and a transaction id of that moment.
    [[nodiscard]] Lsn serverPosition() const { return m_serverPosition; }
    [[nodiscard]] std::uint64_t recentXid() const { return m_recentXid; }

    // Everything before may be forgotten by the server. Told with the next status message.
    void confirm(Lsn position) { m_confirmed = std::max(m_confirmed, position); }

    // Ends a waiting next(). From any thread.
    void wake() const;

private:
    ReplicationStream(Connection connection, int wakeDescriptor) : m_connection(std::move(connection)), m_wake(wakeDescriptor) {}

    Result<void> prepare(const std::string &slot, const std::string &publication);
    Result<Event> take();
    Result<void> wait(std::chrono::milliseconds patience);
    Result<void> sendStatus();

    Connection m_connection;
    int m_wake = -1;
    char *m_buffer = nullptr;
    Lsn m_serverPosition;
    std::uint64_t m_recentXid = 0;
    Lsn m_received;
    Lsn m_confirmed;
    Lsn m_toldConfirmed;
    std::chrono::steady_clock::time_point m_lastStatus;
};

// The slot's position that Postgres keeps for us: streaming begins there. Nothing when there is no such slot.
Result<std::optional<Lsn>> confirmedPosition(Connection &connection, const std::string &slot);

} // namespace electric::pg
