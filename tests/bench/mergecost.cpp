#include "service/schema/bootstrap.h"
#include "service/writes/directwriter.h"
#include "tests/bench/satelliteclient.h"
#include "tests/bench/scenarios.h"

#include <algorithm>
#include <array>
#include <future>
#include <map>

namespace electric::bench {

namespace {

using writes::ClientTransaction;
using writes::Operation;
using writes::WriteSink;

constexpr std::array sizes {10'000, 100'000, 1'000'000};
constexpr int rounds = 15; // the median counts
constexpr int operationsAtOnce = 200;
constexpr int singleOperations = 50;
constexpr int warmRows = 2'000; // all over the table, and as many whatever its size
constexpr auto patience = std::chrono::minutes(2);

// A table that grows, and a writer as the service has it, in a database that no service reads: what is measured is the merge.
class GrowingTable
{
public:
    static Result<std::unique_ptr<GrowingTable>> make(Subject &subject)
    {
        if (auto made = subject.database().execute("CREATE DATABASE merge_cost"); !made)
            return fail(made.error());
        auto options = subject.cluster().options("merge_cost");
        auto connection = pg::Connection::open(options, "electric bench");
        if (!connection)
            return fail(connection.error());
        if (auto prepared = schema::bootstrap(*connection); !prepared)
            return fail(prepared.error());
        if (auto made = connection->execute("CREATE TABLE plain (id int4 PRIMARY KEY, content text, count int4);"
                                            " CREATE TABLE grown (LIKE plain INCLUDING ALL); CALL electric.electrify('grown')");
            !made)
            return fail(made.error());
        return std::unique_ptr<GrowingTable>(new GrowingTable(std::move(*connection), std::move(options)));
    }

    Result<void> growTo(int rows)
    {
        const std::string values
            = " SELECT i, repeat('x', 100), 0 FROM generate_series(" + std::to_string(m_rows + 1) + ", " + std::to_string(rows) + ") i";
        auto done = m_connection.execute("INSERT INTO grown" + values + "; INSERT INTO plain" + values);
        for (const char *statement : {"VACUUM ANALYZE", "CHECKPOINT"}) { // now, and not while it is measured
            if (done)
                done = m_connection.execute(statement);
        }
        m_rows = rows;
        return done ? awaitDecoders() : done;
    }

    struct Cold { // an operation, medians
        double mergedUs = 0;
        double plainUs = 0;
        double mergedLogKb = 0;
        double plainLogKb = 0;
    };
    // Of merging and of a plain UPDATE, for rows all over the table that nobody has touched since the last checkpoint: each page that is
    // written for the first time goes to the log whole. Merging writes a second table, so more pages; what it takes for a kilobyte of the
    // log should stay what it is for the plain one.
    Result<Cold> measureCold()
    {
        std::vector<double> merged;
        std::vector<double> plain;
        std::vector<double> mergedLog;
        std::vector<double> plainLog;
        for (int round = 0; round < rounds; ++round) {
            std::vector<Operation> operations;
            std::string keys;
            for (int at = 0; at < operationsAtOnce; ++at) {
                const std::string id = std::to_string(1 + random() % std::uint32_t(m_rows));
                operations.push_back(operation(Operation::Kind::Update, id));
                keys += (at == 0 ? "" : ",") + id;
            }
            const auto before = logPosition();
            qint64 begin = nowNs();
            if (auto written = write(std::move(operations)); !written)
                return fail(written.error());
            merged.push_back(double(nowNs() - begin) / 1e3 / operationsAtOnce);
            const auto between = logPosition();
            begin = nowNs();
            const std::string set = "UPDATE plain SET content = 'content of a usual length', count = 1 WHERE id IN (";
            if (auto updated = m_connection.execute(set + keys + ')'); !updated)
                return fail(updated.error());
            plain.push_back(double(nowNs() - begin) / 1e3 / operationsAtOnce);
            const auto after = logPosition();
            if (!before || !between || !after)
                return fail(Failure::Kind::Unavailable, "the position of the log could not be asked");
            mergedLog.push_back(double(*between - *before) / 1024 / operationsAtOnce);
            plainLog.push_back(double(*after - *between) / 1024 / operationsAtOnce);
        }
        return Cold {median(merged), median(plain), median(mergedLog), median(plainLog)};
    }

    // Microseconds an operation, by what was done, with the pages in memory and logged.
    Result<std::map<std::string, double>> measure()
    {
        std::map<std::string, std::vector<double>> samples;
        for (int row = 0; row < warmRows;) {
            std::vector<Operation> all;
            for (int at = 0; at < operationsAtOnce; ++at, ++row)
                all.push_back(operation(Operation::Kind::Update, warmKey(row)));
            if (auto written = write(std::move(all)); !written)
                return fail(written.error());
        }
        for (int round = -1; round < rounds; ++round) { // the first makes plans
            std::map<std::string, std::vector<Operation>> all {{"1 insert", {}}, {"2 update", {}}, {"3 delete", {}}};
            for (int at = 0; at < operationsAtOnce; ++at) {
                const std::string id = std::to_string(m_rows + 1 + at);
                all["1 insert"].push_back(operation(Operation::Kind::Insert, id));
                all["2 update"].push_back(operation(Operation::Kind::Update, warmKey(int(random() % warmRows))));
                all["3 delete"].push_back(operation(Operation::Kind::Delete, id));
            }
            for (auto &[what, operations] : all) {
                const qint64 begin = nowNs();
                if (auto written = write(std::move(operations)); !written)
                    return fail(written.error());
                if (round >= 0)
                    samples[what + "s, " + std::to_string(operationsAtOnce) + " in a transaction"].push_back(
                        double(nowNs() - begin) / 1e3 / operationsAtOnce);
            }
            const qint64 begin = nowNs();
            for (int at = 0; at < singleOperations; ++at) {
                if (auto written = write({operation(Operation::Kind::Update, warmKey(int(random() % warmRows)))}); !written)
                    return fail(written.error());
            }
            if (round >= 0)
                samples["4 updates, one in a transaction"].push_back(double(nowNs() - begin) / 1e3 / singleOperations);
        }
        std::map<std::string, double> medians;
        for (auto &[what, values] : samples) {
            medians[what] = median(values);
        }
        return medians;
    }

private:
    GrowingTable(pg::Connection connection, pg::ConnectionOptions options) : m_connection(std::move(connection)), m_writer(1)
    {
        auto table = std::make_shared<schema::Table>();
        table->name.name = "grown";
        table->columns = {{"id", {"int4", {}, {}}, false}, {"content", {"text", {}, {}}, true}, {"count", {"int4", {}, {}}, true}};
        table->primaryKey = {"id"};
        m_table = std::move(table);
        m_writer.setDatabase(std::move(options));
    }

    std::optional<std::uint64_t> logPosition()
    {
        auto position = m_connection.query("SELECT pg_current_wal_insert_lsn()");
        const auto lsn = position ? Lsn::fromHex(position->text(0, 0)) : std::nullopt;
        return lsn ? std::optional(lsn->value) : std::nullopt;
    }

    // The service's slot has to read past what this database wrote; it should not do so while others are measured.
    Result<void> awaitDecoders()
    {
        const auto end = std::chrono::steady_clock::now() + patience;
        auto position = m_connection.query("SELECT pg_current_wal_flush_lsn()");
        if (!position)
            return fail(position.error());
        const std::string wanted(position->text(0, 0));
        while (std::chrono::steady_clock::now() < end) {
            auto behind
                = m_connection.query("SELECT pg_sleep(0.1), count(*) FROM pg_stat_replication WHERE sent_lsn < $1::pg_lsn", {wanted});
            if (!behind)
                return fail(behind.error());
            if (behind->text(0, 1) == "0")
                return {};
        }
        return fail(Failure::Kind::Timeout, "the service did not read the log up to " + wanted);
    }

    std::string warmKey(int number) const { return std::to_string(1 + number * (m_rows / warmRows)); }

    std::uint32_t random()
    {
        m_random = m_random * 1'664'525 + 1'013'904'223;
        return m_random >> 4;
    }

    static double median(std::vector<double> &values)
    {
        const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    }

    Operation operation(Operation::Kind kind, const std::string &id) const
    {
        using Kind = changes::Value::Kind;
        const auto row = [&](const char *count) {
            changes::Tuple tuple;
            tuple.append({Kind::Text, id});
            tuple.append({Kind::Text, "content of a usual length"});
            tuple.append({Kind::Text, count});
            return tuple;
        };
        Operation made;
        made.kind = kind;
        made.table = m_table;
        if (kind != Operation::Kind::Insert)
            made.oldRow = row("0");
        if (kind != Operation::Kind::Delete)
            made.row = row("1");
        if (kind == Operation::Kind::Delete)
            made.observedTags = {m_insertTag};
        return made;
    }

    Result<void> write(std::vector<Operation> operations)
    {
        ++m_number;
        const std::string lsn {char(m_number >> 24), char(m_number >> 16), char(m_number >> 8), char(m_number)};
        for (Operation &one : operations) { // deletes come two transactions after the inserts
            if (one.kind == Operation::Kind::Insert)
                m_insertTag = changes::Tag {startMs + m_number, client}.text();
            else if (one.kind == Operation::Kind::Delete)
                one.observedTags = {m_insertTag};
        }
        auto promise = std::make_shared<std::promise<WriteSink::Outcome>>();
        auto outcome = promise->get_future();
        m_writer.submit({client, "user", lsn, startMs + m_number, std::move(operations)},
            [promise](const WriteSink::Outcome &one) { promise->set_value(one); });
        if (outcome.wait_for(patience) != std::future_status::ready)
            return fail(Failure::Kind::Timeout, "a write did not end");
        const auto known = outcome.get();
        if (known.kind != WriteSink::Outcome::Kind::Applied)
            return fail(Failure::Kind::Internal, "a write was not applied: " + known.why.detail);
        return {};
    }

    static constexpr std::int64_t startMs = 4'102'444'800'000; // 2100: after all that Postgres wrote, so that every write counts
    static inline const std::string client = "bench";

    pg::Connection m_connection;
    writes::DirectWriter m_writer;
    std::shared_ptr<const schema::Table> m_table;
    std::string m_insertTag;
    int m_rows = 0;
    std::uint32_t m_number = 0;
    std::uint32_t m_random = 1;
};

} // namespace

Result<void> measureMerging(Subject &subject, const Scale &, Report &report)
{
    auto table = GrowingTable::make(subject);
    if (!table)
        return fail(table.error());
    std::map<std::string, double> smallest;
    for (const int rows : sizes) {
        if (auto grown = (*table)->growTo(rows); !grown)
            return grown;
        const auto cold = (*table)->measureCold();
        if (!cold)
            return fail(cold.error());
        const QString log = QStringLiteral("%1 kB of log each");
        report.add({QStringLiteral("plain table of %1: updates of cold rows").arg(rows), cold->plainUs, QStringLiteral("us each"), {},
            log.arg(cold->plainLogKb, 0, 'f', 1), {}, {}});
        report.add({QStringLiteral("merging into %1: the log of cold rows").arg(rows), cold->mergedLogKb, QStringLiteral("kB each"),
            cold->plainLogKb, QStringLiteral("a plain UPDATE"), {}, {}});
        auto measured = (*table)->measure();
        if (!measured)
            return fail(measured.error());
        (*measured)["0 updates of cold rows"] = cold->mergedUs;
        for (const auto &[what, cost] : *measured) {
            const double first = smallest.try_emplace(what, cost).first->second;
            const QString name = QString::fromStdString(what.substr(2));
            Figure figure;
            figure.name = QStringLiteral("merging into %1: %2").arg(rows).arg(name);
            figure.value = cost;
            figure.unit = QStringLiteral("us each");
            figure.limit = first;
            figure.limitName = QStringLiteral("at %1 rows; x %2").arg(sizes.front()).arg(cost / first, 0, 'f', 2);
            report.add(figure);
        }
    }
    return {};
}

} // namespace electric::bench
