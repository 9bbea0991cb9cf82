#pragma once

#include "service/changes/transaction.h"
#include "service/ingest/backlog.h"
#include "service/pg/connectionoptions.h"
#include "service/pg/interrupt.h"
#include "shared/base/lsn.h"
#include "shared/base/result.h"

#include <QObject>
#include <QThread>

#include <atomic>
#include <memory>

namespace electric::changes {
class TransactionAssembler;
}
namespace electric::pg {
class ReplicationStream;
}

namespace electric::ingest {

// Reads the replication stream on a thread of its own and emits committed transactions, from that thread: connect queued, or directly
// to something thread-safe. Ends with lost(); whoever owns it decides about starting again. When the receiver lags by more than a
// bound (delivered() not called), reading pauses, which holds Postgres back.
class Ingest final : public QObject
{
    Q_OBJECT

public:
    explicit Ingest(QObject *parent = nullptr);
    ~Ingest() override; // stops

    void start(const pg::ConnectionOptions &options, const std::string &slot);
    void stop(); // waits; a few milliseconds unless a connection is being made. What is queued already may still arrive.

    // The server may forget what is before. Thread-safe.
    void confirm(Lsn position) { m_confirmed.store(position.value, std::memory_order_relaxed); }
    // One committed() has been dealt with. Thread-safe.
    void delivered() { m_backlog.removeOldest(); }
    [[nodiscard]] bool hasUndelivered() const { return !m_backlog.isEmpty(); } // thread-safe

Q_SIGNALS:
    void streaming(electric::Lsn serverPosition); // the server's position when the stream began
    void committed(const electric::changes::TransactionPtr &transaction);
    void positionReached(electric::Lsn position); // nothing of interest commits up to here
    void lost(const electric::Failure &failure);

private:
    void run(const pg::ConnectionOptions &options, const std::string &slot);
    Result<void> read(pg::ReplicationStream &stream, changes::TransactionAssembler &assembler);
    Result<void> onData(std::string_view bytes, pg::ReplicationStream &stream, changes::TransactionAssembler &assembler);
    Result<void> waitForRoom(pg::ReplicationStream &stream);

    std::unique_ptr<QThread> m_thread;
    pg::Interrupt m_interrupt;
    Backlog m_backlog;
    std::atomic<std::uint64_t> m_confirmed = 0;
    std::atomic<bool> m_stopping = false;
};

} // namespace electric::ingest
