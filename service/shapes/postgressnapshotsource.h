#pragma once

#include "service/pg/connectionoptions.h"
#include "service/shapes/sharedreading.h"
#include "service/shapes/snapshotsource.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace electric::shapes {

// Snapshots read from Postgres: each reading has a REPEATABLE READ transaction on one of a few threads, its rows come by COPY and are
// encoded as they pass. Requests for the same rows at the same time share one (SharedReading). Threads are started as readings wait for
// one, up to a limit; further ones queue, up to another. Outlives its handles.
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
    class Reading;
    class TakerHandle;
    using ReadingPtr = std::shared_ptr<Reading>;

    void work();
    ReadingPtr nextReading();
    void enqueue(const SnapshotTakerPtr &taker, SharedReading::Sharing sharing);
    bool join(const SnapshotTakerPtr &taker);
    bool deliver(Reading &reading, SnapshotEvent event);

    const Limits m_limits;
    std::mutex m_mutex; // also of the readings
    std::condition_variable m_changed;
    std::deque<ReadingPtr> m_waiting;
    std::vector<ReadingPtr> m_running;
    std::map<SnapshotTaker *, ReadingPtr> m_of; // of each handle
    std::vector<std::thread> m_threads;
    std::size_t m_idle = 0;
    bool m_stopping = false;
    pg::ConnectionOptions m_options;
    std::uint64_t m_optionsVersion = 0;
};

} // namespace electric::shapes
