#pragma once

#include "service/pg/connection.h"
#include "shared/admin/framing.h"

#include <QObject>
#include <QThread>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace electric::admin {

[[nodiscard]] Error errorOf(const Failure &failure);

// One thread with one connection, for what is asked of Postgres: one thing after the other, none longer than 20 seconds. Everything is
// called in the thread of the owner, and answered there.
class Database final : public QObject
{
    Q_OBJECT

public:
    using Work = std::function<Outcome(pg::Connection &connection)>;
    using Done = std::function<void(const Outcome &outcome)>;

    explicit Database(pg::ConnectionOptions options, QObject *parent = nullptr);
    ~Database() override; // breaks off what is under way; nothing is answered any more

    void run(Work work, Done done);
    // The same without the connection, for what takes its own.
    void runAlone(std::function<Outcome()> work, Done done);

private:
    Outcome withConnection(const Work &work);

    static constexpr int mostWaiting = 64;

    const pg::ConnectionOptions m_options;
    QThread m_thread;
    QObject m_worker; // lives in the thread
    int m_waiting = 0;
    std::atomic<bool> m_isStopping = false;
    std::mutex m_mutex;
    std::optional<pg::Connection> m_connection; // used in the thread; made, dropped and cancelled under the mutex
};

} // namespace electric::admin
