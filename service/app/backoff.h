#pragma once

#include <algorithm>
#include <chrono>

namespace electric::app {

// How long to wait before the next attempt: 250 ms, doubled each time, 10 s at most. The original began at 2 s
// (spec/postgres.md §1.6); on a laptop the database is usually back in a moment.
class Backoff
{
public:
    [[nodiscard]] std::chrono::milliseconds next()
    {
        const auto now = m_next;
        m_next = std::min(m_next * 2, longest);
        return now;
    }
    void reset() { m_next = shortest; }

private:
    static constexpr std::chrono::milliseconds shortest {250};
    static constexpr std::chrono::milliseconds longest {10'000};

    std::chrono::milliseconds m_next = shortest;
};

} // namespace electric::app
