#pragma once

#include "service/pg/connectionoptions.h"
#include "service/pg/interrupt.h"
#include "service/writes/transactionwriter.h"
#include "service/writes/writequeue.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace electric::writes {

// What writing came to so far, since the start.
struct WriteFigures {
    std::uint64_t applied = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t rejected = 0;
    std::uint64_t retries = 0;
    std::size_t waiting = 0; // now
    double seconds = 0; // that those that are done took in all, from their arrival
};

// The write mode direct_writes: a few threads, each with a connection of its own, that merge what clients wrote into Postgres. What fails
// for a reason that may pass is tried again for as long as it takes; what Postgres refuses is put on record. Thread-safe. At its end the
// write under way is broken off, which leaves it undone or done; whoever sent it sends it again.
class DirectWriter final : public WriteSink
{
public:
    explicit DirectWriter(unsigned threads = 4);
    ~DirectWriter() override;

    // Nothing is written before. Connections that are made from now on go there.
    void setDatabase(pg::ConnectionOptions options);
    void submit(ClientTransaction transaction, std::function<void(Outcome)> done) override;

    [[nodiscard]] WriteFigures figures() const;

    // For tests that break a write at each of its steps; called on the writers' threads. To be set before setDatabase().
    void onStep(TransactionWriter::OnStep probe) { m_onStep = std::move(probe); }

private:
    void work();
    using WriterPtr = std::unique_ptr<TransactionWriter>;
    void carryOut(WriteQueue::Job job, WriterPtr &writer);
    // Nothing: to be tried again.
    std::optional<Outcome> attempt(WriteQueue::Job &job, WriterPtr &writer);
    static Result<TransactionWriter::Written> write(WriteQueue::Job &job, TransactionWriter &writer);
    static void onContention(WriteQueue::Job &job);
    static bool mayPass(WriteQueue::Job &job, const Failure &failure, WriterPtr &writer);
    Result<void> connect(WriterPtr &writer);
    void settle(const Outcome &outcome, WriteQueue::Clock::time_point since);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    WriteQueue m_queue;
    WriteFigures m_figures;
    std::optional<pg::ConnectionOptions> m_options;
    bool m_stopping = false;
    pg::Interrupt m_interrupt;
    TransactionWriter::OnStep m_onStep = [](TransactionWriter::Step) { return true; };
    std::vector<std::thread> m_threads;
};

} // namespace electric::writes
