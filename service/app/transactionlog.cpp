#include "service/app/transactionlog.h"

#include "service/schema/schemastore.h"
#include "service/wire/transactionencoder.h"

#include <QLoggingCategory>

#include <chrono>

namespace electric::app {

namespace {

constexpr std::chrono::seconds retentionInterval {5};

} // namespace

Q_LOGGING_CATEGORY(lcLog, "electric.log", QtInfoMsg)

TransactionLog::TransactionLog(wire::LogWindow::Limits limits) : m_window(limits), m_retention(this)
{
    connect(&m_retention, &QTimer::timeout, this, &TransactionLog::reviewRetention);
}

void TransactionLog::open(const pg::ConnectionOptions &database, const schema::SchemaHistory::Ptr &history, Lsn start)
{
    m_options = database;
    m_connection.reset();
    m_broken = false;
    m_awaited.reset();
    // Usually the stream begins at what we confirmed last; what the window has of it already is skipped by append(). When the slot was
    // lost and made again, what is between is missing, and nobody can resume from before.
    if (m_schema && start <= m_window.position())
        return;
    publish(history);
    m_catalogue = history->catalogueAt(start);
    m_window.reset(start);
    noteFigures();
    m_confirmable = start;
    m_retention.start(retentionInterval);
    Q_EMIT opened(m_schema, start);
}

void TransactionLog::close()
{
    m_retention.stop();
    m_connection.reset();
}

void TransactionLog::awaitPosition(Lsn position)
{
    m_awaited = position;
    tellPosition();
}

void TransactionLog::append(const changes::TransactionPtr &transaction)
{
    if (m_broken || transaction->lsn <= m_window.last())
        return;
    std::shared_ptr<const schema::Migration> migration;
    if (!transaction->ddl.empty()) {
        auto migrated = migrate(*transaction);
        if (!migrated) {
            m_broken = true;
            Q_EMIT failed(QStringLiteral("a migration cannot be followed: ") + QString::fromStdString(migrated.error().detail));
            return;
        }
        migration = *std::move(migrated);
    }
    if (migration)
        m_catalogue = migration->catalogueAfter;
    const auto encoded = wire::encodeTransaction(*transaction, m_catalogue, migration.get());
    m_window.append(encoded);
    {
        const std::scoped_lock lock(m_figuresMutex);
        ++m_figures.transactionsRead;
        m_figures.rowsRead += encoded->operations.size();
        m_figures.newestCommitMs = encoded->timestampMs;
    }
    Q_EMIT logged(encoded);
    tellPosition();
}

Result<std::shared_ptr<const schema::Migration>> TransactionLog::migrate(const changes::Transaction &transaction)
{
    auto open = connection();
    if (!open)
        return fail(open.error());
    const changes::DdlCommand &first = transaction.ddl.front(); // one version a transaction (spec/postgres.md §4.2)
    auto found = schema::versionOf(**open, first.txid, first.txts);
    if (!found) {
        m_connection.reset();
        return fail(found.error());
    }
    if (auto known = m_schema->history->migration(found->version)) // replayed after a restart: those who resume before it want it still
        return known;
    std::vector<std::string> queries;
    for (const changes::DdlCommand &command : transaction.ddl)
        queries.push_back(command.query);
    auto next = m_schema->history->applied({transaction.xid, found->timestampMs, found->version, transaction.lsn, std::move(queries)});
    if (!next)
        return fail(next.error());
    auto resolved = schema::resolveOids(**open, **next);
    if (!resolved)
        return fail(resolved.error());
    const auto migration = (*resolved)->migrations().back();
    if (auto saved = schema::saveVersion(**open, *migration, *(*resolved)->catalogue()); !saved)
        return fail(saved.error());
    publish(*resolved);
    qCInfo(lcLog).noquote() << "migration" << QString::fromStdString(found->version) << "applied";
    Q_EMIT migrated(m_schema);
    return migration;
}

Result<pg::Connection *> TransactionLog::connection()
{
    if (!m_connection || !m_connection->isUsable()) {
        auto opened = pg::Connection::open(m_options, "electric schema");
        if (!opened)
            return fail(opened.error());
        m_connection.emplace(std::move(*opened));
    }
    return &*m_connection;
}

void TransactionLog::publish(const schema::SchemaHistory::Ptr &history)
{
    auto published = std::make_shared<PublishedSchema>();
    published->history = history;
    for (const auto &migration : history->migrations())
        published->migrations.push_back(wire::encodeMigration(*migration));
    m_schema = std::move(published);
}

void TransactionLog::advance(Lsn position)
{
    if (m_broken || position <= m_window.position())
        return;
    m_window.advance(position);
    Q_EMIT advanced(position);
    tellPosition();
}

LogFigures TransactionLog::figures() const
{
    const std::scoped_lock lock(m_figuresMutex);
    return m_figures;
}

void TransactionLog::noteFigures()
{
    const std::scoped_lock lock(m_figuresMutex);
    m_figures.first = m_window.first();
    m_figures.position = m_window.position();
    m_figures.bytes = m_window.bytes();
    m_figures.transactions = m_window.size();
}

void TransactionLog::tellPosition()
{
    noteFigures();
    if (m_awaited && m_window.position() >= *m_awaited) {
        m_awaited.reset();
        Q_EMIT caughtUp();
    }
    confirm(m_window.first());
}

void TransactionLog::confirm(Lsn position)
{
    if (position <= m_confirmable)
        return;
    m_confirmable = position;
    Q_EMIT confirmable(m_confirmable);
}

// A client that was forgotten or is behind the window syncs from the start whatever we keep.
void TransactionLog::reviewRetention()
{
    const Lsn read = m_window.position();
    if (m_broken || read <= m_confirmable)
        return;
    auto open = connection();
    if (!open)
        return; // the stream is in trouble as well, and begins again
    auto oldest
        = (*open)->query("SELECT min(coalesce(caught_up, position)) FROM electric.known_clients WHERE coalesce(caught_up, position) >= $1",
            {m_window.first().toDecimal()});
    if (!oldest) {
        qCWarning(lcLog).noquote() << "what clients still need of the log cannot be read:" << QString::fromStdString(oldest.error().detail);
        return;
    }
    confirm(oldest->isNull(0, 0) ? read : std::min(read, Lsn::fromDecimal(oldest->text(0, 0)).value_or(m_confirmable)));
}

} // namespace electric::app
