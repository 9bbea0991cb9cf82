#include "tests/integration/writes/database.h"

#include <QDebug>

#include <chrono>
#include <sstream>

namespace electric::writes::test {

namespace {

template <typename T> T must(Result<T> result, const std::string &what)
{
    if (!result)
        qFatal("%s: %s %s", what.c_str(), result.error().code.c_str(), result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

Operation made(Operation::Kind kind, const std::shared_ptr<const schema::Table> &table, std::vector<std::string> tags)
{
    Operation operation;
    operation.kind = kind;
    operation.table = table;
    operation.observedTags = std::move(tags);
    return operation;
}

} // namespace

Database::Database(electric::test::ThrowawayCluster &cluster, const std::string &ddl, const std::vector<std::string> &tables)
{
    m_options = cluster.options(must(cluster.createDatabase(), "a database"));
    m_connection = std::make_unique<pg::Connection>(must(pg::Connection::open(m_options, "test"), "connect"));
    must(schema::bootstrap(*m_connection), "bootstrap");
    run(ddl);
    for (const std::string &one : tables) {
        run("CALL electric.electrify('" + one + "')");
        readTable(one);
    }
}

Database::Database(electric::test::ThrowawayCluster &cluster, const std::string &original, const Database &tablesOf)
    : m_options(cluster.options()), m_tables(tablesOf.m_tables)
{
    static int copies = 0;
    m_options.database = original + "_copy" + std::to_string(++copies);
    auto administration = must(pg::Connection::open(cluster.options(), "test"), "connect");
    const bool hasStrategies = PQserverVersion(administration.handle()) >= 150'000; // 14 knows this one only
    must(administration.execute(
             "CREATE DATABASE " + m_options.database + " TEMPLATE " + original + (hasStrategies ? " STRATEGY file_copy" : "")),
        "copy");
    m_connection = std::make_unique<pg::Connection>(must(pg::Connection::open(m_options, "test"), "connect"));
}

void Database::run(const std::string &sql)
{
    must(m_connection->execute(sql), sql);
}

std::string Database::value(const std::string &sql)
{
    const pg::Rows rows = must(m_connection->query(sql), sql);
    std::string text;
    for (int at = 0; at < rows.count(); ++at) {
        text += at == 0 ? "" : "; ";
        for (int column = 0; column < rows.columns(); ++column) {
            text += column == 0 ? "" : "|";
            text += rows.isNull(at, column) ? "-" : std::string(rows.text(at, column));
        }
    }
    return text;
}

void Database::readTable(const std::string &name)
{
    auto table = std::make_shared<schema::Table>();
    table->name.name = name;
    const std::string place = pg::quoteLiteral(pg::quoteIdentifier(name));
    const pg::Rows columns
        = must(m_connection->query("SELECT a.attname, t.typname, NOT a.attnotnull, coalesce(a.attnum = ANY (i.indkey), false)"
                                   " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                                   " LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
                                   " WHERE a.attrelid = "
                   + place + "::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"),
            name);
    for (int at = 0; at < columns.count(); ++at) {
        table->columns.push_back(
            {std::string(columns.text(at, 0)), {std::string(columns.text(at, 1)), {}, {}}, columns.text(at, 2) == "t"});
        if (columns.text(at, 3) == "t")
            table->primaryKey.emplace_back(columns.text(at, 0));
    }
    const pg::Rows keys = must(m_connection->query("SELECT c.conname, t.relname FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid"
                                                   " WHERE c.contype = 'f' AND c.conrelid = "
                                   + place + "::regclass"),
        name);
    for (int at = 0; at < keys.count(); ++at)
        table->foreignKeys.push_back({std::string(keys.text(at, 0)), {}, {"public", std::string(keys.text(at, 1))}, {}});
    m_tables[name] = std::move(table);
}

changes::Tuple row(const std::string &text)
{
    using Kind = changes::Value::Kind;
    changes::Tuple tuple;
    std::istringstream fields(text);
    for (std::string field; std::getline(fields, field, '|');)
        tuple.append(field == "NULL" ? changes::Value {}
                : field == "?"       ? changes::Value {Kind::Unchanged}
                                     : changes::Value {Kind::Text, field});
    return tuple;
}

Operation insert(const std::shared_ptr<const schema::Table> &table, const std::string &text, std::vector<std::string> tags)
{
    Operation operation = made(Operation::Kind::Insert, table, std::move(tags));
    operation.row = row(text);
    return operation;
}

Operation update(
    const std::shared_ptr<const schema::Table> &table, const std::string &before, const std::string &after, std::vector<std::string> tags)
{
    Operation operation = made(Operation::Kind::Update, table, std::move(tags));
    operation.oldRow = row(before);
    operation.row = row(after);
    return operation;
}

Operation remove(const std::shared_ptr<const schema::Table> &table, const std::string &text, std::vector<std::string> tags)
{
    Operation operation = made(Operation::Kind::Delete, table, std::move(tags));
    operation.oldRow = row(text);
    return operation;
}

Operation compensate(const std::shared_ptr<const schema::Table> &table, const std::string &text, std::vector<std::string> tags)
{
    Operation operation = made(Operation::Kind::Compensation, table, std::move(tags));
    operation.row = row(text);
    return operation;
}

std::string hex(const std::string &bytes)
{
    return "\\x" + QByteArray::fromStdString(bytes).toHex().toStdString();
}

std::string lsn(std::uint32_t number)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xff);
    return bytes;
}

std::future<WriteSink::Outcome> submit(WriteSink &sink, ClientTransaction transaction)
{
    auto promise = std::make_shared<std::promise<WriteSink::Outcome>>();
    auto outcome = promise->get_future();
    sink.submit(std::move(transaction), [promise](const WriteSink::Outcome &one) { promise->set_value(one); });
    return outcome;
}

std::string said(std::future<WriteSink::Outcome> outcome)
{
    if (outcome.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
        return "no answer";
    const WriteSink::Outcome known = outcome.get();
    switch (known.kind) {
    case WriteSink::Outcome::Kind::Applied: return "applied";
    case WriteSink::Outcome::Kind::Duplicate: return "duplicate";
    case WriteSink::Outcome::Kind::Rejected: return "rejected " + known.why.code;
    }
    return {};
}

} // namespace electric::writes::test
