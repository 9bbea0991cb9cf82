#include "service/writes/transactionwriter.h"

#include "service/writes/rejection.h"

#include <QByteArray>

#include <algorithm>
#include <set>

namespace electric::writes {

namespace {

// Marked for the session and not for each transaction, so that a server that logs statements never sees the secret and has little to do.
// Plans for few rows by index, made once, are right for any number of rows. Postgres looks for deadlocks after a second, by default; we
// give up before, so that it is never somebody else's transaction that is ended because of us. Commits are real ones even where the
// database has them asynchronous (P1).
constexpr const char *sessionSettings
    = "SELECT set_config('electric.client_write', (SELECT value FROM electric.service_state WHERE name = 'write_secret'), false),"
      " set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),"
      " set_config('jit', 'off', false), set_config('lock_timeout', '300ms', false),"
      " set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
      " ELSE current_setting('synchronous_commit') END, false), to_regproc('electric.settle_deletions_of') IS NOT NULL";

std::string hexBytes(std::string_view bytes)
{
    return "\\x" + QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toHex().toStdString();
}

// As big-endian numbers of any length, in the hexadecimal form of bytea (spec/postgres.md §10.3).
bool isNewer(std::string_view hexNumber, std::string_view than)
{
    const auto significant = [](std::string_view text) {
        text.remove_prefix(std::min<std::size_t>(2, text.size()));
        text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
        return text;
    };
    const auto one = significant(hexNumber);
    const auto other = significant(than);
    return one.size() != other.size() ? one.size() > other.size() : one > other;
}

changes::Tag tagOf(const ClientTransaction &transaction)
{
    return {transaction.timestampMs, transaction.clientId};
}

} // namespace

TransactionWriter::TransactionWriter(pg::Connection connection, const pg::Interrupt &interrupt, const OnStep &onStep)
    : m_connection(std::move(connection)), m_pipeline(m_connection, interrupt), m_onStep(onStep)
{ }

Result<std::unique_ptr<TransactionWriter>> TransactionWriter::open(
    const pg::ConnectionOptions &options, const pg::Interrupt &interrupt, const OnStep &onStep)
{
    auto connection = pg::Connection::open(options, "electric writer");
    if (!connection)
        return fail(connection.error());
    auto set = connection->query(sessionSettings);
    if (!set)
        return fail(set.error());
    std::unique_ptr<TransactionWriter> writer(new TransactionWriter(std::move(*connection), interrupt, onStep));
    writer->m_settlesDeletions = set->text(0, set->columns() - 1) == "t";
    return writer;
}

// Tables are asked for again when the catalogue has another version of them.
Result<void> TransactionWriter::knowTables(const ClientTransaction &transaction)
{
    for (const Operation &one : transaction.operations) {
        auto &known = m_knownAs[one.table->name];
        if (known == one.table)
            continue;
        auto loaded = TableStatements::load(m_connection, one.table->name);
        if (!loaded)
            return fail(loaded.error());
        m_tables.insert_or_assign(one.table->name, std::move(*loaded));
        known = one.table;
    }
    return {};
}

void TransactionWriter::begin(const ClientTransaction &transaction)
{
    m_pipeline.add("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    m_pipeline.add("SELECT set_config('electric.client_time', $1, true), set_config('electric.client_id', $2, true)",
        {changes::formatUtc(transaction.timestampMs), transaction.clientId});
    m_pipeline.add("SELECT lsn FROM electric.acknowledged_client_lsns WHERE client_id = $1 FOR UPDATE", {transaction.clientId});
}

void TransactionWriter::settleDeletions(const ClientTransaction &transaction)
{
    std::set<schema::TableName> names;
    for (const Operation &one : transaction.operations) {
        if (names.insert(one.table->name).second)
            m_pipeline.add("SELECT electric.settle_deletions_of($1::regclass)", {m_tables.at(one.table->name).qualifiedName()});
    }
}

bool TransactionWriter::isKnown(const pg::Rows &position, const std::string &lsn)
{
    m_position.reset();
    if (position.count() == 0)
        return false;
    m_position = std::string(position.text(0, 0));
    return !isNewer(hexBytes(lsn), *m_position);
}

// Writes nothing when somebody else has moved the client's position since it was read.
void TransactionWriter::advance(const ClientTransaction &transaction)
{
    m_pipeline.add("INSERT INTO electric.acknowledged_client_lsns AS known (client_id, lsn) VALUES ($1, $2::bytea)"
                   " ON CONFLICT (client_id) DO UPDATE SET lsn = excluded.lsn WHERE known.lsn = $3::bytea",
        {transaction.clientId, hexBytes(transaction.lsn), m_position});
}

Result<TransactionWriter::Written> TransactionWriter::write(const ClientTransaction &transaction, Manner manner, bool trustTags)
{
    if (auto known = knowTables(transaction); !known)
        return fail(known.error());
    auto written = run(transaction, manner, trustTags);
    if ((!written || *written != Written::Applied) && isUsable())
        (void)m_connection.execute("ROLLBACK");
    if (!written && (written.error().code == "42703" || written.error().code == "42P01" || written.error().code == "0A000")) {
        m_tables.clear(); // changed behind the catalogue
        m_knownAs.clear();
    }
    return written;
}

Result<TransactionWriter::Written> TransactionWriter::run(const ClientTransaction &transaction, Manner manner, bool trustTags)
{
    const changes::Tag tag = tagOf(transaction);
    const std::span<const Operation> all(transaction.operations);
    const std::size_t portion = manner == Manner::AtOnce ? all.size() : 1;
    for (std::size_t from = 0; from < all.size(); from += portion) {
        auto batch = MergeBatch::make(all.subspan(from, portion), m_tables);
        if (!batch)
            return fail(batch.error());
        std::size_t head = 0;
        if (from == 0) {
            m_onStep(Step::Reading);
            begin(transaction);
            if (m_settlesDeletions)
                settleDeletions(transaction);
            head = m_pipeline.size();
        }
        batch->read(m_pipeline);
        auto read = m_pipeline.run();
        if (!read)
            return fail(read.error());
        if (from == 0 && isKnown((*read)[2], transaction.lsn))
            return Written::Duplicate;
        for (std::size_t settled = 3; settled < head; ++settled) {
            if ((*read)[settled].text(0, 0) != "t")
                return Written::Contended;
        }
        if (!batch->take(std::span(*read).subspan(head), tag, trustTags))
            return Written::Contended;
        batch->write(m_pipeline, tag);
        if (from + portion >= all.size())
            return commit(transaction, &*batch);
        auto written = m_pipeline.run();
        if (!written)
            return fail(written.error());
        if (!batch->isComplete(*written))
            return Written::Contended;
    }
    return Written::Applied;
}

// Statements of the last portion wait in the pipeline.
Result<TransactionWriter::Written> TransactionWriter::commit(const ClientTransaction &transaction, MergeBatch *last)
{
    m_onStep(Step::Writing);
    advance(transaction);
    auto written = m_pipeline.run();
    if (!written)
        return fail(written.error());
    if (written->back().affected() != 1 || (last && !last->isComplete(*written)))
        return Written::Contended;
    m_onStep(Step::Committing);
    m_pipeline.add("COMMIT");
    if (auto committed = m_pipeline.run(); !committed)
        return fail(committed.error());
    m_onStep(Step::Committed);
    return Written::Applied;
}

Result<TransactionWriter::Written> TransactionWriter::refuse(const ClientTransaction &transaction, const Failure &why)
{
    m_onStep(Step::Refusing);
    const bool mayEcho = knowTables(transaction).has_value();
    begin(transaction);
    auto begun = m_pipeline.run();
    if (begun && isKnown(begun->back(), transaction.lsn)) {
        (void)m_connection.execute("ROLLBACK");
        return Written::Duplicate;
    }
    if (begun && mayEcho)
        begun = echo(transaction);
    if (!begun) {
        if (isUsable())
            (void)m_connection.execute("ROLLBACK");
        return fail(begun.error());
    }
    addRejection(m_pipeline, transaction, hexBytes(transaction.lsn), why);
    auto done = commit(transaction, nullptr);
    if ((!done || *done != Written::Applied) && isUsable())
        (void)m_connection.execute("ROLLBACK");
    return done;
}

// What cannot be echoed with its rows, because a trigger or a check stands against writing them as they are, is echoed
// without.
Result<std::vector<pg::Rows>> TransactionWriter::echo(const ClientTransaction &transaction)
{
    const auto batch = MergeBatch::make(transaction.operations, m_tables);
    Result<std::vector<pg::Rows>> done;
    for (const bool withRows : {true, false}) {
        m_pipeline.add("SAVEPOINT echo");
        if (batch)
            batch->echo(m_pipeline, tagOf(transaction), withRows);
        m_pipeline.add("RELEASE SAVEPOINT echo");
        done = m_pipeline.run();
        if (done || done.error().kind == Failure::Kind::Unavailable)
            return done;
        if (auto back = m_connection.execute("ROLLBACK TO SAVEPOINT echo"); !back)
            return fail(back.error());
    }
    return std::vector<pg::Rows> {};
}

} // namespace electric::writes
