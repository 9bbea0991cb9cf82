#include "service/writes/directwriter.h"

#include <QLoggingCategory>

#include <algorithm>
#include <chrono>

namespace electric::writes {

Q_LOGGING_CATEGORY(lcWrites, "electric.writes", QtInfoMsg)

namespace {

using Clock = WriteQueue::Clock;

constexpr unsigned contentionsUntilOneByOne = 3;
constexpr unsigned mostContentions = 20;
constexpr unsigned attemptsUntilTold = 5;
constexpr std::chrono::milliseconds firstPause {10};
constexpr std::chrono::milliseconds longestPause {5000};

Clock::duration pauseAfter(unsigned attempts)
{
    return std::min<Clock::duration>(firstPause * (1U << std::min(attempts, 10U)), longestPause);
}

// Postgres is in trouble, or somebody else was in the way for a moment: the same succeeds some time.
bool isTransient(const Failure &failure)
{
    return failure.kind == Failure::Kind::Unavailable || failure.kind == Failure::Kind::Timeout || failure.kind == Failure::Kind::Internal
        || failure.code == "25006"; // read-only since a failover
}

// Prepared plans, or what is known of a table, are of before a migration.
bool isOutdated(const Failure &failure)
{
    return failure.code == "0A000" || failure.code == "42703" || failure.code == "42P01" || failure.code == "26000";
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
    WriterPtr writer;
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

void DirectWriter::carryOut(WriteQueue::Job job, WriterPtr &writer)
{
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
    settle(*outcome, job.since);
    const std::scoped_lock lock(m_mutex);
    m_queue.finish(job.transaction.clientId, Clock::now());
    m_changed.notify_one();
}

void DirectWriter::settle(const Outcome &outcome, Clock::time_point since)
{
    const std::scoped_lock lock(m_mutex);
    m_figures.seconds += std::chrono::duration<double>(Clock::now() - since).count();
    switch (outcome.kind) {
    case Outcome::Kind::Applied: ++m_figures.applied; break;
    case Outcome::Kind::Duplicate: ++m_figures.duplicates; break;
    case Outcome::Kind::Rejected: ++m_figures.rejected; break;
    }
}

std::optional<WriteSink::Outcome> DirectWriter::attempt(WriteQueue::Job &job, WriterPtr &writer)
{
    using Written = TransactionWriter::Written;
    while (true) {
        const auto connected = connect(writer);
        const auto written = connected ? write(job, *writer) : fail(connected.error());
        if (written && *written == Written::Contended) {
            onContention(job);
            return std::nullopt;
        }
        if (written && job.refusal)
            return Outcome {Outcome::Kind::Rejected, *job.refusal, std::move(job.gone)};
        if (written)
            return Outcome {*written == Written::Applied ? Outcome::Kind::Applied : Outcome::Kind::Duplicate, {}};
        if (mayPass(job, written.error(), writer)) {
            ++job.attempts;
            return std::nullopt;
        }
        job.attempts = 0;
    }
}

Result<TransactionWriter::Written> DirectWriter::write(WriteQueue::Job &job, TransactionWriter &writer)
{
    if (job.refusal)
        return writer.refuse(job.transaction, *job.refusal, job.gone);
    const auto manner = job.isOneByOne ? TransactionWriter::Manner::OneByOne : TransactionWriter::Manner::AtOnce;
    return writer.write(job.transaction, manner, job.contentions >= contentionsUntilOneByOne);
}

void DirectWriter::onContention(WriteQueue::Job &job)
{
    ++job.contentions;
    job.isOneByOne = job.isOneByOne || job.contentions >= contentionsUntilOneByOne;
    if (job.contentions >= mostContentions && !job.refusal)
        job.refusal = Failure {Failure::Kind::NotAllowed,
            "rows are not in their table after they were written: a trigger or a row-level security policy takes them away", "42501", {}};
}

// Whether to wait before the next attempt. If not, the job has been changed so that the next one goes another way.
bool DirectWriter::mayPass(WriteQueue::Job &job, const Failure &failure, WriterPtr &writer)
{
    if (failure.kind == Failure::Kind::Unavailable && failure.code.empty())
        writer.reset(); // the connection is of no more use
    if (isTransient(failure) || job.refusal) {
        if (job.attempts == attemptsUntilTold)
            qCWarning(lcWrites).noquote() << "a client's write cannot be carried out now and is tried again until it can:"
                                          << QString::fromStdString(failure.code) << QString::fromStdString(failure.detail);
        return true;
    }
    if (isOutdated(failure) && !std::exchange(job.isReloaded, true))
        writer.reset();
    else if (!job.isOneByOne && job.transaction.operations.size() > 1)
        job.isOneByOne = true;
    else
        job.refusal = failure;
    return false;
}

Result<void> DirectWriter::connect(WriterPtr &writer)
{
    if (writer && writer->isUsable())
        return {};
    writer.reset();
    pg::ConnectionOptions options;
    {
        const std::scoped_lock lock(m_mutex);
        options = *m_options;
    }
    auto opened = TransactionWriter::open(options, m_interrupt, m_onStep);
    if (!opened) // whatever it is: the write itself is not at fault
        return fail(Failure {Failure::Kind::Unavailable, opened.error().detail, opened.error().code, {}});
    writer = std::move(*opened);
    return {};
}

} // namespace electric::writes
