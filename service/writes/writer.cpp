#include "service/writes/writer.h"

#include "service/writes/rejection.h"
#include "service/writes/tableorder.h"

#include <QByteArray>

#include <algorithm>

namespace electric::writes {

namespace {

using Kind = WriteSink::Outcome::Kind;

constexpr std::size_t mostKnownTables = 1000; // versions of tables come and go

// The planner cannot know how many rows the arrays have, and must find each by its key whatever it believes. Commits are real ones even
// where the database has them asynchronous (P1), and who holds a lock for long keeps only those waiting who want the same rows.
const std::string settings
    = "SELECT set_config('electric.client_write', (SELECT value FROM electric.service_state WHERE name = 'write_secret'), true),"
      " set_config('electric.client_id', $1, true), set_config('electric.client_time', $2, true), set_config('lock_timeout', '5s', true),"
      " set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
      " set_config('jit', 'off', true), set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
      " ELSE current_setting('synchronous_commit') END, true)";
const std::string claim = "INSERT INTO electric.acknowledged_client_lsns (client_id, lsn) VALUES ($1, '') ON CONFLICT DO NOTHING";
const std::string newest = "SELECT lsn FROM electric.acknowledged_client_lsns WHERE client_id = $1 FOR UPDATE";
const std::string acknowledge = "UPDATE electric.acknowledged_client_lsns SET lsn = $2 WHERE client_id = $1";

std::string hex(std::string_view bytes)
{
    return "\\x" + QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toHex().toStdString();
}

// As big-endian numbers of any length, in the hexadecimal form without leading zeros (spec/postgres.md §10.3).
bool isNewer(std::string_view hexNumber, std::string_view than)
{
    const auto significant = [](std::string_view text) {
        text.remove_prefix(std::min<std::size_t>(2, text.size())); // \x
        text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
        return text;
    };
    const auto one = significant(hexNumber);
    const auto other = significant(than);
    return one.size() != other.size() ? one.size() > other.size() : one > other;
}

} // namespace

Writer::Writer(pg::Connection connection, const pg::Interrupt &interrupt, const std::function<void(Step)> &onStep)
    : m_connection(std::move(connection)), m_pipeline(m_connection, interrupt), m_onStep(onStep)
{
}

Result<Kind> Writer::write(const ClientTransaction &transaction)
{
    auto batched = batches(transaction);
    if (!batched)
        return fail(batched.error());
    auto written = merge(transaction, *batched);
    if (!written)
        rollBack();
    return written;
}

Result<std::vector<TableBatch>> Writer::batches(const ClientTransaction &transaction)
{
    std::vector<std::shared_ptr<const schema::Table>> tables;
    for (const Operation &operation : transaction.operations)
        if (std::find(tables.begin(), tables.end(), operation.table) == tables.end())
            tables.push_back(operation.table);
    std::vector<TableBatch> batches;
    std::map<const schema::Table *, std::size_t> places;
    for (const auto &table : parentsFirst(tables)) {
        auto statements = statementsOf(table);
        if (!statements)
            return fail(statements.error());
        places.emplace(table.get(), batches.size());
        batches.emplace_back(table, *std::move(statements));
    }
    for (const Operation &operation : transaction.operations)
        batches[places.at(operation.table.get())].add(operation);
    for (TableBatch &batch : batches)
        batch.seal();
    return batches;
}

Result<std::shared_ptr<const TableStatements>> Writer::statementsOf(const std::shared_ptr<const schema::Table> &table)
{
    if (const auto known = m_known.find(table.get()); known != m_known.end())
        return known->second.statements;
    const auto rows = m_connection.query(
        "SELECT electric.shadow_name($1, $2), electric.tombstone_name($1, $2), a.attname, format_type(a.atttypid, -1) FROM pg_attribute a"
        " WHERE a.attrelid = to_regclass(format('%I.%I', $1::text, $2::text)) AND a.attnum > 0 AND NOT a.attisdropped",
        {table->name.schema, table->name.name});
    if (!rows)
        return fail(rows.error());
    TablePlace place;
    place.types.resize(table->columns.size());
    for (int row = 0; row < rows->count(); ++row) {
        place.shadow = rows->text(row, 0);
        place.tombstone = rows->text(row, 1);
        if (const auto column = table->columnIndex(rows->text(row, 2)))
            place.types[*column] = rows->text(row, 3);
    }
    for (std::size_t column = 0; column < place.types.size(); ++column)
        if (place.types[column].empty())
            return fail(Failure {Failure::Kind::NotFound,
                "the column \"" + table->columns[column].name + "\" of table \"" + table->name.name + "\" is not in Postgres any more", "42703", {}});
    if (m_known.size() >= mostKnownTables)
        m_known.clear();
    Known &known = m_known[table.get()];
    known = {table, std::make_shared<TableStatements>(*table, place)};
    return known.statements;
}

void Writer::addBegin(const ClientTransaction &transaction)
{
    m_pipeline.add("BEGIN");
    m_pipeline.add(settings, {transaction.clientId, changes::formatUtc(transaction.timestampMs)});
    m_pipeline.add(claim, {transaction.clientId});
    m_pipeline.add(newest, {transaction.clientId});
}

Result<Kind> Writer::merge(const ClientTransaction &transaction, std::vector<TableBatch> &batches)
{
    m_onStep(Step::Reading);
    addBegin(transaction);
    for (const TableBatch &batch : batches) {
        const auto keys = batch.keyParameters();
        m_pipeline.add(batch.statements().lock, keys);
        m_pipeline.add(batch.statements().shadow, keys);
        m_pipeline.add(batch.statements().tombstones, keys);
    }
    const auto read = m_pipeline.run();
    if (!read)
        return fail(read.error());
    if (!isNewer(hex(transaction.lsn), (*read)[3].text(0, 0))) {
        rollBack();
        return Kind::Duplicate;
    }
    const changes::Tag tag {transaction.timestampMs, transaction.clientId};
    std::size_t at = 4;
    for (TableBatch &batch : batches) {
        batch.merge((*read)[at], (*read)[at + 1], (*read)[at + 2], tag);
        at += 3;
    }
    m_onStep(Step::Writing);
    if (auto written = writeRows(batches, tag, transaction); !written)
        return fail(written.error());
    m_onStep(Step::Committing);
    if (auto committed = m_connection.execute("COMMIT"); !committed)
        return fail(committed.error());
    m_onStep(Step::Committed);
    return Kind::Applied;
}

Result<void> Writer::writeRows(const std::vector<TableBatch> &batches, const changes::Tag &tag, const ClientTransaction &transaction)
{
    std::vector<std::pair<const TableBatch *, long long>> expected;
    const auto add = [&](const TableBatch &batch, std::vector<TableBatch::Write> writes) {
        for (TableBatch::Write &one : writes) {
            m_pipeline.add(std::move(one.sql), std::move(one.parameters));
            expected.emplace_back(&batch, one.rows);
        }
    };
    for (const TableBatch &batch : batches)
        add(batch, batch.upserts(tag));
    for (auto batch = batches.rbegin(); batch != batches.rend(); ++batch)
        add(*batch, batch->removals(tag));
    m_pipeline.add(acknowledge, {transaction.clientId, hex(transaction.lsn)});
    const auto written = m_pipeline.run();
    if (!written)
        return fail(written.error());
    for (std::size_t at = 0; at < expected.size(); ++at) {
        const auto &[batch, rows] = expected[at];
        if (rows < 0 || (*written)[at].affected() == rows)
            continue;
        return fail(Failure {Failure::Kind::NotAllowed,
            "a trigger or a row-level security policy of table \"" + batch->table().name.name + "\" left rows out", "42501", {}});
    }
    return {};
}

Result<void> Writer::reject(const ClientTransaction &transaction, const Failure &why)
{
    addBegin(transaction);
    const auto begun = m_pipeline.run();
    if (!begun) {
        rollBack();
        return fail(begun.error());
    }
    if (!isNewer(hex(transaction.lsn), (*begun)[3].text(0, 0))) {
        rollBack();
        return {};
    }
    addRejection(m_pipeline, transaction, hex(transaction.lsn), why);
    m_pipeline.add(acknowledge, {transaction.clientId, hex(transaction.lsn)});
    m_pipeline.add("COMMIT");
    if (auto written = m_pipeline.run(); !written) {
        rollBack();
        return fail(written.error());
    }
    return {};
}

void Writer::rollBack()
{
    if (m_connection.isUsable() && PQtransactionStatus(m_connection.handle()) != PQTRANS_IDLE)
        (void)m_connection.execute("ROLLBACK");
}

} // namespace electric::writes
