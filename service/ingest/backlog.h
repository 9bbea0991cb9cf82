#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

namespace electric::ingest {

// What was handed over but not dealt with yet, in bytes, so that a slow receiver holds the reader back. Thread-safe; the receiver deals
// with things in the order in which they were handed over.
class Backlog final
{
public:
    explicit Backlog(std::size_t most) : m_most(most) { }

    void add(std::size_t bytes)
    {
        const std::scoped_lock lock(m_mutex);
        m_sizes.push_back(bytes);
        m_bytes += bytes;
    }
    void removeOldest()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_sizes.empty())
            return; // of a run before clear()
        m_bytes -= m_sizes.front();
        m_sizes.pop_front();
        if (hasRoom())
            m_changed.notify_all();
    }
    void clear()
    {
        const std::scoped_lock lock(m_mutex);
        m_sizes.clear();
        m_bytes = 0;
        m_changed.notify_all();
    }
    [[nodiscard]] bool isEmpty() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_sizes.empty();
    }
    // Is there room for more? Waits for it, at most so long. One thing is let through however large it is.
    [[nodiscard]] bool waitForRoom(std::chrono::milliseconds patience)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, patience, [this] { return hasRoom(); });
    }

private:
    [[nodiscard]] bool hasRoom() const { return m_bytes <= m_most || m_sizes.size() <= 1; }

    const std::size_t m_most;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::size_t> m_sizes;
    std::size_t m_bytes = 0;
};

} // namespace electric::ingest
