#pragma once

#include "service/pg/connectionoptions.h"
#include "service/shapes/snapshotsource.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace electric::shapes {

// Snapshots read from Postgres: each request gets a REPEATABLE READ transaction on one of a few threads, its rows come by COPY
// and are encoded as they pass; nothing is held but the pieces that the reader has not consumed. Threads are started as requests
// wait for one, up to a limit; further requests queue, up to another.
class PostgresSnapshotSource final : public SnapshotSource
{
public:
    struct Limits {
        std::size_t threads = 16;
        std::size_t queued = 10'000;
    };
    PostgresSnapshotSource();
    explicit PostgresSnapshotSource(Limits limits);
    ~PostgresSnapshotSource() override; // cancels what runs and waits for the threads

    // Where to read from now on. Thread-safe.
    void setDatabase(pg::ConnectionOptions options);

    std::unique_ptr<Handle> start(SnapshotRequest request, std::function<void(SnapshotEvent)> deliver) override;

private:
    class Job;
    class Worker;
    class JobHandle;

    void work();
    std::shared_ptr<Job> nextJob();

    const Limits m_limits;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::shared_ptr<Job>> m_waiting;
    std::vector<std::shared_ptr<Job>> m_running;
    std::vector<std::thread> m_threads;
    std::size_t m_idle = 0;
    bool m_stopping = false;
    pg::ConnectionOptions m_options;
    std::uint64_t m_optionsVersion = 0;
};

} // namespace electric::shapes
