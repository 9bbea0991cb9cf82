#include "service/shapes/postgressnapshotsource.h"

#include "service/pg/connection.h"
#include "service/shapes/snapshotreader.h"

#include <algorithm>
#include <chrono>

namespace electric::shapes {

namespace {

constexpr std::chrono::seconds stalledReader {60};

} // namespace

// A reading on its way. The source's mutex orders deliveries against handles being dropped: afterwards nothing is delivered.
class PostgresSnapshotSource::Reading final : public SnapshotSink
{
public:
    Reading(PostgresSnapshotSource &source, SharedReading shared) : m_source(source), takers(std::move(shared)) { }

    bool deliver(SnapshotEvent event) override { return m_source.deliver(*this, std::move(event)); }
    [[nodiscard]] bool isWanted() const override
    {
        const std::scoped_lock lock(m_source.m_mutex);
        return takers.isWanted();
    }

private:
    PostgresSnapshotSource &m_source;

public: // with the source's mutex held
    SharedReading takers;
    std::condition_variable changed;
};

class PostgresSnapshotSource::TakerHandle final : public Handle
{
public:
    TakerHandle(PostgresSnapshotSource &source, SnapshotTakerPtr taker) : m_source(source), m_taker(std::move(taker)) { }
    ~TakerHandle() override
    {
        const std::scoped_lock lock(m_source.m_mutex);
        m_taker->isCancelled = true;
        if (const auto reading = m_source.m_of.extract(m_taker.get()))
            reading.mapped()->changed.notify_one();
    }
    TakerHandle(const TakerHandle &) = delete;
    TakerHandle &operator=(const TakerHandle &) = delete;

    void more() override
    {
        const std::scoped_lock lock(m_source.m_mutex);
        const auto reading = m_source.m_of.find(m_taker.get());
        if (reading == m_source.m_of.end())
            return;
        reading->second->takers.consumed(*m_taker);
        reading->second->changed.notify_one();
    }

private:
    PostgresSnapshotSource &m_source;
    const SnapshotTakerPtr m_taker;
};

PostgresSnapshotSource::PostgresSnapshotSource() : PostgresSnapshotSource(Limits {}) { }

PostgresSnapshotSource::PostgresSnapshotSource(Limits limits) : m_limits(limits) { }

PostgresSnapshotSource::~PostgresSnapshotSource()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        m_waiting.clear();
        for (const auto &[taker, reading] : m_of) {
            taker->isCancelled = true;
            reading->changed.notify_one();
        }
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
    auto taker = std::make_shared<SnapshotTaker>(SnapshotTaker {std::move(request), std::move(deliver)});
    const std::scoped_lock lock(m_mutex);
    if (!join(taker)) {
        if (m_waiting.size() < m_limits.queued)
            enqueue(taker, SharedReading::Sharing::Allowed);
        else
            taker->deliver(Failure {Failure::Kind::Limit, "too many subscriptions are waiting for their initial data", {}, {}});
    }
    return std::make_unique<TakerHandle>(*this, std::move(taker));
}

bool PostgresSnapshotSource::join(const SnapshotTakerPtr &taker)
{
    const auto answers = [&](const ReadingPtr &reading) { return reading->takers.answers(taker->request); };
    const auto running = std::ranges::find_if(m_running, answers);
    const auto waiting = running == m_running.end() ? std::ranges::find_if(m_waiting, answers) : m_waiting.end();
    if (running == m_running.end() && waiting == m_waiting.end())
        return false;
    const ReadingPtr &reading = running == m_running.end() ? *waiting : *running;
    reading->takers.join(taker);
    m_of[taker.get()] = reading;
    return true;
}

void PostgresSnapshotSource::enqueue(const SnapshotTakerPtr &taker, SharedReading::Sharing sharing)
{
    auto reading = std::make_shared<Reading>(*this, SharedReading(taker, sharing));
    m_of[taker.get()] = reading;
    m_waiting.push_back(std::move(reading));
    if (m_idle < m_waiting.size() && m_threads.size() < m_limits.threads)
        m_threads.emplace_back([this] { work(); });
    m_changed.notify_one();
}

bool PostgresSnapshotSource::deliver(Reading &reading, SnapshotEvent event)
{
    std::unique_lock lock(m_mutex);
    for (const SnapshotTakerPtr &other : reading.takers.add(std::move(event)))
        enqueue(other, SharedReading::Sharing::Refused);
    const bool consumed
        = reading.changed.wait_for(lock, stalledReader, [&] { return !reading.takers.isWanted() || reading.takers.hasRoom(); });
    if (!consumed)
        reading.takers.fail({Failure::Kind::Timeout, "the reader consumed nothing for a minute", {}, {}});
    return reading.takers.isWanted();
}

PostgresSnapshotSource::ReadingPtr PostgresSnapshotSource::nextReading()
{
    std::unique_lock lock(m_mutex);
    ++m_idle;
    m_changed.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
    --m_idle;
    if (m_stopping)
        return nullptr;
    auto reading = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_running.push_back(reading);
    return reading;
}

void PostgresSnapshotSource::work()
{
    SnapshotReader reader;
    std::uint64_t version = 0;
    while (const auto reading = nextReading()) {
        {
            const std::scoped_lock lock(m_mutex);
            if (std::exchange(version, m_optionsVersion) != m_optionsVersion)
                reader.setDatabase(m_options);
        }
        const auto read = reader.read(reading->takers.request(), *reading);
        const std::scoped_lock lock(m_mutex);
        if (!read)
            reading->takers.fail(read.error());
        std::erase(m_running, reading);
    }
}

} // namespace electric::shapes
