#include "service/shapes/postgressnapshotsource.h"

#include "service/pg/connection.h"
#include "service/shapes/snapshotreader.h"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace electric::shapes {

namespace {

constexpr std::chrono::seconds stalledReader {60};

} // namespace

// One request on its way. The mutex orders deliveries against the handle being dropped: afterwards nothing is delivered.
class PostgresSnapshotSource::Job final : public SnapshotSink
{
public:
    Job(SnapshotRequest what, std::function<void(SnapshotEvent)> deliver) : request(std::move(what)), m_deliver(std::move(deliver)) { }

    const SnapshotRequest request;

    bool deliver(SnapshotEvent event) override
    {
        std::unique_lock lock(m_mutex);
        if (std::holds_alternative<SnapshotRows>(event)) {
            const bool consumed = m_changed.wait_for(lock, stalledReader, [this] { return m_cancelled || m_unconsumed < unconsumedLimit; });
            if (!consumed) {
                m_deliver(Failure {Failure::Kind::Timeout, "the reader consumed nothing for a minute", {}, {}});
                m_cancelled = true;
            } else {
                ++m_unconsumed;
            }
        }
        if (m_cancelled)
            return false;
        m_deliver(std::move(event));
        return true;
    }

    [[nodiscard]] bool isWanted() const override { return !m_cancelled; }

    void consumed()
    {
        const std::scoped_lock lock(m_mutex);
        --m_unconsumed;
        m_changed.notify_one();
    }

    void cancel()
    {
        const std::scoped_lock lock(m_mutex);
        m_cancelled = true;
        m_changed.notify_one();
    }

private:
    const std::function<void(SnapshotEvent)> m_deliver;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::atomic<bool> m_cancelled = false;
    int m_unconsumed = 0;
};

class PostgresSnapshotSource::JobHandle final : public Handle
{
public:
    explicit JobHandle(std::shared_ptr<Job> job) : m_job(std::move(job)) { }
    ~JobHandle() override { m_job->cancel(); }
    JobHandle(const JobHandle &) = delete;
    JobHandle &operator=(const JobHandle &) = delete;

    void more() override { m_job->consumed(); }

private:
    const std::shared_ptr<Job> m_job;
};

PostgresSnapshotSource::PostgresSnapshotSource() : PostgresSnapshotSource(Limits {}) { }

PostgresSnapshotSource::PostgresSnapshotSource(Limits limits) : m_limits(limits) { }

PostgresSnapshotSource::~PostgresSnapshotSource()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        for (const auto &job : m_running)
            job->cancel();
        m_waiting.clear();
    }
    m_changed.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
}

void PostgresSnapshotSource::setDatabase(pg::ConnectionOptions options)
{
    const std::scoped_lock lock(m_mutex);
    m_options = std::move(options);
    ++m_optionsVersion;
}

std::unique_ptr<SnapshotSource::Handle> PostgresSnapshotSource::start(SnapshotRequest request, std::function<void(SnapshotEvent)> deliver)
{
    auto job = std::make_shared<Job>(std::move(request), std::move(deliver));
    {
        const std::scoped_lock lock(m_mutex);
        if (m_waiting.size() >= m_limits.queued) {
            job->deliver(Failure {Failure::Kind::Limit, "too many subscriptions are waiting for their initial data", {}, {}});
        } else {
            m_waiting.push_back(job);
            if (m_idle < m_waiting.size() && m_threads.size() < m_limits.threads)
                m_threads.emplace_back([this] { work(); });
        }
    }
    m_changed.notify_one();
    return std::make_unique<JobHandle>(std::move(job));
}

std::shared_ptr<PostgresSnapshotSource::Job> PostgresSnapshotSource::nextJob()
{
    std::unique_lock lock(m_mutex);
    ++m_idle;
    m_changed.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
    --m_idle;
    if (m_stopping)
        return nullptr;
    auto job = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_running.push_back(job);
    return job;
}

void PostgresSnapshotSource::work()
{
    SnapshotReader reader;
    std::uint64_t version = 0;
    while (const auto job = nextJob()) {
        {
            const std::scoped_lock lock(m_mutex);
            if (std::exchange(version, m_optionsVersion) != m_optionsVersion)
                reader.setDatabase(m_options);
        }
        if (auto read = reader.read(job->request, *job); !read)
            job->deliver(read.error());
        const std::scoped_lock lock(m_mutex);
        std::erase(m_running, job);
    }
}

} // namespace electric::shapes
