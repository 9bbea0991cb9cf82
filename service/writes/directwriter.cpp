#include "service/writes/directwriter.h"

#include <QLoggingCategory>

#include <algorithm>
#include <sys/socket.h>

namespace electric::writes
{

Q_LOGGING_CATEGORY(lcWrites, "electric.writes", QtInfoMsg)

namespace
{

constexpr int contentionsUntilOneByOne = 3;
constexpr int mostContentions = 20;

// Will the same succeed some time, with nobody changing the transaction?
bool passes(const Failure &failure)
{
    return failure.kind == Failure::Kind::Unavailable || failure.kind == Failure::Kind::Timeout
        || failure.code == "25006"; // read-only
}

// Prepared plans or what we know of a table are out of date.
bool isOutdated(const Failure &failure)
{
    return failure.code == "0A000" || failure.code == "42703" || failure.code == "42P01" || failure.code == "26000";
}

} // namespace

DirectWriter::DirectWriter(int threads, TransactionWriter::Seam seam)
    : m_seam(std::move(seam))
{
    for (int number = 0; number < threads; ++number) {
        Worker &worker = *m_workers.emplace_back(std::make_unique<Worker>());
        worker.thread = std::thread([this, &worker] { work(worker); });
    }
}

DirectWriter::~DirectWriter()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
        for (const auto &worker : m_workers) {
            if (worker->writer)
                ::shutdown(worker->writer->socket(), SHUT_RDWR); // it may be waiting for Postgres
        }
    }
    m_changed.notify_all();
    for (const auto &worker : m_workers)
        worker->thread.join();
}

void DirectWriter::setDatabase(pg::ConnectionOptions options, std::string writeSecret)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_options = std::move(options);
        m_secret = std::move(writeSecret);
        ++m_generation;
        for (const auto &[when, client] : m_waiting) // the trouble may be over
            m_ready.push_back(client);
        m_waiting.clear();
    }
    m_changed.notify_all();
}

void DirectWriter::submit(ClientTransaction transaction, std::function<void(Outcome)> done)
{
    {
        const std::scoped_lock lock(m_mutex);
        auto &jobs = m_jobs[transaction.clientId];
        if (jobs.empty())
            m_ready.push_back(transaction.clientId);
        jobs.push_back({std::move(transaction), std::move(done)});
    }
    m_changed.notify_one();
}

std::optional<std::string> DirectWriter::takeClient(std::unique_lock<std::mutex> &lock)
{
    while (!m_isStopping) {
        while (!m_waiting.empty() && m_waiting.begin()->first <= Clock::now()) {
            m_ready.push_back(std::move(m_waiting.begin()->second));
            m_waiting.erase(m_waiting.begin());
        }
        if (m_generation != 0 && !m_ready.empty()) {
            std::string client = std::move(m_ready.front());
            m_ready.pop_front();
            return client;
        }
        if (m_waiting.empty())
            m_changed.wait(lock);
        else
            m_changed.wait_until(lock, m_waiting.begin()->first);
    }
    return std::nullopt;
}

void DirectWriter::work(Worker &worker)
{
    std::unique_lock lock(m_mutex);
    while (const auto client = takeClient(lock)) {
        std::deque<Job> &jobs = m_jobs.at(*client);
        Job &job = jobs.front(); // stays where it is: others only append
        lock.unlock();
        const auto outcome = attempt(worker, job);
        if (outcome)
            job.done(*outcome);
        lock.lock();
        if (!outcome) {
            m_waiting.emplace(Clock::now() + delay(job), *client);
            m_changed.notify_one(); // somebody may have to wake earlier
            continue;
        }
        jobs.pop_front();
        if (jobs.empty())
            m_jobs.erase(*client);
        else
            m_ready.push_back(*client);
    }
    worker.writer.reset();
}

// 10 ms at first, doubled each time up to 5 s.
std::chrono::milliseconds DirectWriter::delay(const Job &job)
{
    if (job.failures == 0)
        return std::chrono::milliseconds(job.contentions);
    return std::chrono::milliseconds(std::min(5000, 5 << std::min(job.failures, 10)));
}

Result<void> DirectWriter::connect(Worker &worker)
{
    pg::ConnectionOptions options;
    std::string secret;
    int generation = 0;
    {
        const std::scoped_lock lock(m_mutex);
        options = m_options;
        secret = m_secret;
        generation = m_generation;
    }
    if (worker.writer && worker.writer->isUsable() && worker.generation == generation)
        return {};
    disconnect(worker);
    auto opened = TransactionWriter::open(options, secret, m_seam);
    if (!opened)
        return fail(Failure{Failure::Kind::Unavailable, opened.error().detail, opened.error().code, {}});
    const std::scoped_lock lock(m_mutex);
    if (m_isStopping)
        return fail(Failure::Kind::Unavailable, "stopping");
    worker.writer = std::move(*opened);
    worker.generation = generation;
    return {};
}

void DirectWriter::disconnect(Worker &worker)
{
    const std::scoped_lock lock(m_mutex);
    worker.writer.reset();
}

std::optional<WriteSink::Outcome> DirectWriter::attempt(Worker &worker, Job &job)
{
    if (auto connected = connect(worker); !connected)
        return onFailure(worker, job, connected.error());
    const bool mustTrustTags = job.contentions >= contentionsUntilOneByOne;
    auto written = job.refused ? worker.writer->refuse(job.transaction, *job.refused)
                               : worker.writer->write(job.transaction, job.manner, mustTrustTags);
    if (!written)
        return onFailure(worker, job, written.error());
    job.failures = 0;
    switch (*written) {
    case TransactionWriter::Written::Applied:
        return job.refused ? Outcome{Outcome::Kind::Rejected, *job.refused} : Outcome{};
    case TransactionWriter::Written::Duplicate:
        return job.refused ? Outcome{Outcome::Kind::Rejected, *job.refused} : Outcome{Outcome::Kind::Duplicate, {}};
    case TransactionWriter::Written::Contended:
        return onContention(job);
    }
    return std::nullopt;
}

std::optional<WriteSink::Outcome> DirectWriter::onContention(Job &job) const
{
    ++job.contentions;
    if (job.contentions >= contentionsUntilOneByOne)
        job.manner = TransactionWriter::Manner::OneByOne;
    if (job.contentions >= mostContentions && !job.refused)
        job.refused = Failure{Failure::Kind::Conflict,
            "a row is not in its table after it was written; a trigger of the table takes it away", "P0001", {}};
    return std::nullopt;
}

std::optional<WriteSink::Outcome> DirectWriter::onFailure(Worker &worker, Job &job, const Failure &failure)
{
    if (worker.writer && !worker.writer->isUsable())
        disconnect(worker);
    if (passes(failure) || job.refused) {
        if (job.failures++ == 3)
            qCWarning(lcWrites).noquote() << "a client's write has to wait:" << QString::fromStdString(failure.code)
                                          << QString::fromStdString(failure.detail);
        return std::nullopt;
    }
    job.failures = 0;
    if (isOutdated(failure) && !std::exchange(job.isReloaded, true))
        disconnect(worker);
    else if (job.manner == TransactionWriter::Manner::AtOnce && job.transaction.operations.size() > 1)
        job.manner = TransactionWriter::Manner::OneByOne;
    else
        job.refused = failure;
    return attempt(worker, job);
}

} // namespace electric::writes
