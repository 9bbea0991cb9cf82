#include "service/writes/directwriter.h"

#include <algorithm>
#include <chrono>

namespace electric::writes {

namespace {

using Clock = WriteQueue::Clock;

constexpr unsigned mostAttemptsAgainstOthers = 20; // deadlocks, serialization
constexpr unsigned mostAttemptsToInsert = 3;
constexpr std::chrono::milliseconds firstPause {10};
constexpr std::chrono::milliseconds longestPause {5000};

Clock::duration pauseAfter(unsigned attempts)
{
    return std::min<Clock::duration>(firstPause * (1U << std::min(attempts, 10U)), longestPause);
}

// Whether trying again may help: because Postgres is in trouble, or because somebody else was in the way.
bool mayPass(const Failure &failure, unsigned attempts)
{
    if (failure.code == "40001" || failure.code == "40P01")
        return attempts < mostAttemptsAgainstOthers;
    if (failure.code == "23505") // inserted by another since we looked, as a rule
        return attempts < mostAttemptsToInsert;
    if (failure.code == "25006" || failure.code == "0A000") // read-only since a failover; a plan of before a migration
        return attempts < mostAttemptsAgainstOthers || failure.code == "25006";
    return failure.kind == Failure::Kind::Unavailable || failure.kind == Failure::Kind::Timeout || failure.kind == Failure::Kind::Internal;
}

} // namespace

DirectWriter::DirectWriter(unsigned threads)
{
    for (unsigned at = 0; at < threads; ++at)
        m_threads.emplace_back([this] { work(); });
}

DirectWriter::~DirectWriter()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
    }
    m_interrupt.raise();
    m_changed.notify_all();
    for (std::thread &one : m_threads)
        one.join();
}

void DirectWriter::setDatabase(pg::ConnectionOptions options)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_options = std::move(options);
    }
    m_changed.notify_all();
}

void DirectWriter::submit(ClientTransaction transaction, std::function<void(Outcome)> done)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_queue.push({std::move(transaction), std::move(done)}, Clock::now());
    }
    m_changed.notify_one();
}

WriteFigures DirectWriter::figures() const
{
    const std::scoped_lock lock(m_mutex);
    WriteFigures figures = m_figures;
    figures.waiting = m_queue.size();
    return figures;
}

void DirectWriter::work()
{
    std::unique_ptr<Writer> writer;
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        auto job = m_options ? m_queue.take(Clock::now()) : std::nullopt;
        if (job) {
            lock.unlock();
            carryOut(*std::move(job), writer);
            lock.lock();
            continue;
        }
        if (const auto due = m_queue.nextDue(); due && m_options)
            m_changed.wait_until(lock, *due);
        else
            m_changed.wait(lock);
    }
}

void DirectWriter::carryOut(WriteQueue::Job job, std::unique_ptr<Writer> &writer)
{
    ++job.attempts;
    const auto outcome = attempt(job, writer);
    if (!outcome) {
        const std::scoped_lock lock(m_mutex);
        ++m_figures.retries;
        const auto pause = pauseAfter(job.attempts);
        m_queue.postpone(std::move(job), Clock::now() + pause);
        m_changed.notify_one(); // somebody must wait until then
        return;
    }
    job.done(*outcome);
    settle(*outcome);
    const std::scoped_lock lock(m_mutex);
    m_queue.finish(job.transaction.clientId, Clock::now());
    m_changed.notify_one();
}

void DirectWriter::settle(const Outcome &outcome)
{
    const std::scoped_lock lock(m_mutex);
    switch (outcome.kind) {
    case Outcome::Kind::Applied: ++m_figures.applied; break;
    case Outcome::Kind::Duplicate: ++m_figures.duplicates; break;
    case Outcome::Kind::Rejected: ++m_figures.rejected; break;
    }
}

// A failure: to be tried again.
Result<WriteSink::Outcome> DirectWriter::attempt(const WriteQueue::Job &job, std::unique_ptr<Writer> &writer)
{
    const auto ready = connected(writer);
    if (!ready)
        return fail(ready.error());
    const auto written = (*ready)->write(job.transaction);
    if (written)
        return Outcome {*written, {}};
    if (mayPass(written.error(), job.attempts))
        return fail(written.error());
    if (auto recorded = (*ready)->reject(job.transaction, written.error()); !recorded)
        return fail(recorded.error());
    return Outcome {Outcome::Kind::Rejected, written.error()};
}

Result<Writer *> DirectWriter::connected(std::unique_ptr<Writer> &writer)
{
    if (writer && writer->isUsable())
        return writer.get();
    writer.reset();
    pg::ConnectionOptions options;
    {
        const std::scoped_lock lock(m_mutex);
        options = *m_options;
    }
    auto opened = pg::Connection::open(options, "electric writer");
    if (!opened)
        return fail(opened.error());
    writer = std::make_unique<Writer>(*std::move(opened), m_interrupt, m_onStep);
    return writer.get();
}

} // namespace electric::writes
