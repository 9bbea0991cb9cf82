#pragma once

#include "service/pg/connection.h"
#include "service/satellite/sessionsocket.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace electric::satellite {

// Client state in tables of the service's own in the database that it syncs, so that another instance can go on with it
// (spec/satellite.md §5.13). One thread with one connection; checkpoints, of which only the newest of a client matters, are written
// together now and then.
class PostgresClientStore final : public ClientStore
{
public:
    PostgresClientStore();
    ~PostgresClientStore() override; // writes what is waiting, if the database is there

    // Where to keep it from now on. Thread-safe.
    void setDatabase(pg::ConnectionOptions options);

    void load(const std::string &clientId, const std::string &userId, std::function<void(Result<ClientState>)> done) override;
    void saveSubscription(const std::string &clientId, StoredSubscription subscription, std::function<void(Result<void>)> done) override;
    void removeSubscription(const std::string &clientId, const std::string &subscriptionId) override;
    void forget(const std::string &clientId) override;
    void saveCheckpoint(const std::string &clientId, Lsn position, Lsn caughtUp) override;

private:
    struct Checkpoint {
        Lsn position;
        Lsn caughtUp;
    };
    using Task = std::function<void(Result<pg::Connection *>)>;

    void post(Task task);
    void work();
    Result<pg::Connection *> connection();
    void writeCheckpoints();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Task> m_tasks;
    std::map<std::string, Checkpoint> m_checkpoints; // not written yet
    std::map<std::string, int> m_forgetting; // clients that tasks in the queue will forget
    pg::ConnectionOptions m_options;
    bool m_hasDatabase = false;
    bool m_isNewDatabase = false;
    bool m_stopping = false;
    std::optional<pg::Connection> m_connection; // the thread's
    std::thread m_thread;
};

} // namespace electric::satellite
