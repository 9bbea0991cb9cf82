#pragma once

#include "service/pg/connection.h"
#include "shared/base/lsn.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace electric::app {

// What the database needs done now and then and nobody waits for: deletions that statements put aside are settled, and what no client can
// need any more is removed (resources/sql/README.md). One thread with one connection, batch by batch; trouble is tried again later.
class Upkeep final
{
public:
    Upkeep();
    ~Upkeep(); // cancels what runs, and waits

    // Where to work from now on. Thread-safe.
    void setDatabase(pg::ConnectionOptions options);
    // No client that can still resume lacks anything before `position`. Thread-safe.
    void setNeeded(Lsn position);

private:
    void work();
    [[nodiscard]] bool connect(); // false: not now
    void settleDeletions();
    void collectGarbage();
    [[nodiscard]] bool isStopping();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<pg::ConnectionOptions> m_options;
    std::optional<pg::Connection> m_connection; // used by the thread; replaced and cancelled under the lock
    Lsn m_needed;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace electric::app
