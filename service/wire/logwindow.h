#pragma once

#include "service/wire/loggedtransaction.h"

#include <cstdint>
#include <deque>

namespace electric::wire {

// The newest transactions, which clients that were away can resume from: a queue bounded by the memory that it takes and by the
// distance in the log that it spans. Not thread-safe; each thread that reads has one of its own, sharing the transactions.
class LogWindow
{
public:
    struct Limits {
        std::uint64_t bytes = 256ULL << 20; // of encoded transactions
        std::uint64_t distance = 2ULL << 30; // of write-ahead log
    };
    explicit LogWindow(Limits limits) : m_limits(limits) { }

    // Empties it: everything up to `position` is before the window, and dropped for all that were reading.
    void reset(Lsn position);

    // `transaction` commits after all that are here.
    void append(LoggedTransactionPtr transaction);
    // Nothing that concerns us commits up to here.
    void advance(Lsn position);

    [[nodiscard]] Lsn first() const { return m_first; } // the oldest position that can be resumed from
    [[nodiscard]] Lsn last() const { return m_last; } // of the newest transaction, or where it was reset to
    [[nodiscard]] Lsn position() const { return m_position; } // how far the log has been read
    [[nodiscard]] bool holds(Lsn lsn) const { return lsn >= m_first && lsn <= m_position; }
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_transactions.size(); }

    // Transactions are numbered in the order of their coming; numbers survive what is dropped at the old end.
    [[nodiscard]] std::uint64_t numberAfter(Lsn lsn) const; // of the first transaction that commits after it
    [[nodiscard]] std::uint64_t endNumber() const { return m_dropped + m_transactions.size(); }
    // Null when the number has not come yet, or has been dropped: see isDropped().
    [[nodiscard]] LoggedTransactionPtr at(std::uint64_t number) const;
    [[nodiscard]] bool isDropped(std::uint64_t number) const { return number < m_dropped; }

private:
    void trim();

    const Limits m_limits;
    std::deque<LoggedTransactionPtr> m_transactions;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_bytes = 0;
    Lsn m_first;
    Lsn m_last;
    Lsn m_position;
};

} // namespace electric::wire
