#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace electric::app {

// How far behind Postgres the service is in time, as well as that can be known: when the transactions that were not read yet were
// committed is not. But all that was committed before the newest one that was passed on has been passed on too, and whenever nothing
// was left, all up to that moment. The answer is the age of the later of the two. Knows no clock: times are milliseconds since 1970.
class LagClock
{
public:
    // `newestCommit`: of the transactions passed on, by the clock of Postgres; 0: there was none yet. Nothing: not known.
    std::optional<std::int64_t> measure(std::int64_t now, bool isCaughtUp, std::int64_t newestCommit)
    {
        if (isCaughtUp)
            m_caughtUpAt = now;
        const std::int64_t completeUpTo = std::max(m_caughtUpAt, newestCommit);
        if (completeUpTo == 0)
            return std::nullopt;
        return std::max(std::int64_t(0), now - completeUpTo); // the clocks of two computers differ
    }

private:
    std::int64_t m_caughtUpAt = 0;
};

} // namespace electric::app
