#pragma once

#include "service/pg/connectionoptions.h"
#include "service/writes/clienttransaction.h"
#include "service/writes/transactionwriter.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace electric::writes
{

// Carries out what clients write, straight in Postgres: several threads with a connection each. A client's transactions
// follow one another; those of different clients go side by side and do not wait for each other. What passes (a lost
// connection, a lock, a full disk) is tried again for as long as it takes; what Postgres refuses is recorded, and the
// client's next transaction has its turn.
class DirectWriter : public WriteSink
{
public:
    explicit DirectWriter(int threads = 4, TransactionWriter::Seam seam = {}); // the seam is for tests
    ~DirectWriter() override; // what is not committed yet is dropped: its client sends it again
    DirectWriter(const DirectWriter &) = delete;
    DirectWriter &operator=(const DirectWriter &) = delete;

    // Where to write from now on; until the first call transactions wait. Thread-safe.
    void setDatabase(pg::ConnectionOptions options, std::string writeSecret);

    void submit(ClientTransaction transaction, std::function<void(Outcome)> done) override;

private:
    using Clock = std::chrono::steady_clock;

    struct Job {
        ClientTransaction transaction;
        std::function<void(Outcome)> done;
        TransactionWriter::Manner manner = TransactionWriter::Manner::AtOnce;
        int failures = 0; // that pass, one after the other
        int contentions = 0;
        bool isReloaded = false;
        std::optional<Failure> refused {}; // it is only to be recorded
    };
    struct Worker {
        std::unique_ptr<TransactionWriter> writer;
        int generation = 0; // of the database that it is connected to
        std::thread thread;
    };

    void work(Worker &worker);
    std::optional<std::string> takeClient(std::unique_lock<std::mutex> &lock); // nothing: stopping
    std::optional<Outcome> attempt(Worker &worker, Job &job); // nothing: to be tried again
    std::optional<Outcome> onFailure(Worker &worker, Job &job, const Failure &failure);
    std::optional<Outcome> onContention(Job &job) const;
    Result<void> connect(Worker &worker);
    void disconnect(Worker &worker);
    static std::chrono::milliseconds delay(const Job &job);

    const TransactionWriter::Seam m_seam;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::unordered_map<std::string, std::deque<Job>> m_jobs; // by client; the first may be under way
    std::deque<std::string> m_ready; // clients whose first job may begin
    std::multimap<Clock::time_point, std::string> m_waiting; // clients whose first job is to be tried again
    pg::ConnectionOptions m_options;
    std::string m_secret;
    int m_generation = 0; // 0: no database yet
    bool m_isStopping = false;
    std::vector<std::unique_ptr<Worker>> m_workers;
};

} // namespace electric::writes
