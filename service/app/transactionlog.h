#pragma once

#include "service/changes/transaction.h"
#include "service/pg/connection.h"
#include "service/schema/schemahistory.h"
#include "service/wire/loggedtransaction.h"
#include "service/wire/logwindow.h"

#include <QObject>
#include <QTimer>

#include <mutex>
#include <optional>

namespace electric::app {

// The schema's history, and each of its migrations encoded for clients that start afresh.
struct PublishedSchema {
    schema::SchemaHistory::Ptr history;
    std::vector<wire::LoggedTransactionPtr> migrations;
};
using PublishedSchemaPtr = std::shared_ptr<const PublishedSchema>;

// What the log is at, for people who look at it.
struct LogFigures {
    Lsn first;
    Lsn position;
    std::uint64_t bytes = 0;
    std::size_t transactions = 0; // in the window
    std::uint64_t transactionsRead = 0; // since the start
    std::uint64_t rowsRead = 0;
    std::int64_t newestCommitMs = 0; // of the last transaction read; 0: none yet
};

// What arrives from Postgres becomes what clients get: migrations are looked up and applied to the schema, each transaction is
// encoded once, in commit order. Keeps the authoritative log window and decides what Postgres must retain for us: what some client
// that can still resume lacks, and no more, so that a restart replays little. Lives in a thread of its own, since it asks Postgres when
// a migration comes by.
class TransactionLog final : public QObject
{
    Q_OBJECT

public:
    explicit TransactionLog(wire::LogWindow::Limits limits);

    [[nodiscard]] LogFigures figures() const; // thread-safe

    // Begins at `start` with the schema as it was stored there, or goes on when it has come there already. To be called in the object's
    // thread, before the stream's first transaction.
    void open(const pg::ConnectionOptions &database, const schema::SchemaHistory::Ptr &history, Lsn start);
    void close(); // to be called in the object's thread, before it ends
    // Emits caughtUp() once, as soon as the log has come to this position.
    void awaitPosition(Lsn position);

    void append(const changes::TransactionPtr &transaction);
    void advance(Lsn position);

Q_SIGNALS:
    void opened(const electric::app::PublishedSchemaPtr &schema, electric::Lsn start);
    void migrated(const electric::app::PublishedSchemaPtr &schema); // comes before the logged() of its transaction
    void logged(const electric::wire::LoggedTransactionPtr &transaction);
    void advanced(electric::Lsn position);
    void caughtUp();
    void confirmable(electric::Lsn position); // Postgres may forget what is before
    void failed(const QString &why); // the stream must be started again

private:
    Result<std::shared_ptr<const schema::Migration>> migrate(const changes::Transaction &transaction);
    Result<pg::Connection *> connection();
    void publish(const schema::SchemaHistory::Ptr &history);
    void tellPosition();
    void noteFigures();
    void confirm(Lsn position);
    void reviewRetention();

    pg::ConnectionOptions m_options;
    std::optional<pg::Connection> m_connection;
    PublishedSchemaPtr m_schema; // null until opened
    schema::CataloguePtr m_catalogue; // that of the newest transaction: behind m_schema's while old ones are replayed
    wire::LogWindow m_window;
    Lsn m_confirmable;
    QTimer m_retention;
    std::optional<Lsn> m_awaited;
    bool m_broken = false; // between failed() and the next open()
    mutable std::mutex m_figuresMutex; // held for a copy only
    LogFigures m_figures;
};

} // namespace electric::app
