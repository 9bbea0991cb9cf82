#include "service/schema/bootstrap.h"
#include "tests/bench/scenarios.h"

#include <QElapsedTimer>

#include <algorithm>
#include <limits>
#include <map>

namespace electric::bench {

namespace {

constexpr int rounds = 4; // the best counts; the first fills caches

// Two pairs of tables that are alike, "kept" electrified and "plain" not, in a database that no service reads: what is measured
// is the statement and its triggers.
Result<pg::Connection> makeDatabase(Subject &subject)
{
    if (auto made = subject.database().execute("CREATE DATABASE trigger_cost"); !made)
        return fail(made.error());
    auto connection = pg::Connection::open(subject.cluster().options("trigger_cost"), "electric bench");
    if (!connection)
        return connection;
    if (auto prepared = schema::bootstrap(*connection); !prepared)
        return fail(prepared.error());
    auto made
        = connection->execute("CREATE TABLE plain_parent (id uuid PRIMARY KEY, name text);"
                              " INSERT INTO plain_parent SELECT md5('p' || i)::uuid, 'name ' || i FROM generate_series(1, 1000) i;"
                              " CREATE TABLE plain (id uuid PRIMARY KEY, content text, count int4, parent_id uuid REFERENCES plain_parent);"
                              " CREATE TABLE kept_parent (LIKE plain_parent INCLUDING ALL); CALL electric.electrify('kept_parent');"
                              " INSERT INTO kept_parent SELECT * FROM plain_parent;"
                              " CREATE TABLE kept (id uuid PRIMARY KEY, content text, count int4, parent_id uuid REFERENCES kept_parent);"
                              " CALL electric.electrify('kept')");
    return made ? std::move(connection) : fail(made.error());
}

Result<double> secondsFor(pg::Connection &connection, const std::string &statement)
{
    QElapsedTimer timer;
    timer.start();
    if (auto run = connection.execute(statement); !run)
        return fail(run.error());
    return double(timer.nsecsElapsed()) / 1e9;
}

} // namespace

Result<void> measureTriggers(Subject &subject, const Scale &scale, Report &report)
{
    auto connection = makeDatabase(subject);
    if (!connection)
        return fail(connection.error());
    std::map<std::string, std::map<std::string, double>> best; // by statement and table
    for (int round = 0; round < rounds; ++round) {
        for (const std::string table : {"plain", "kept"}) {
            const std::map<std::string, std::string> statements {
                {"1 insert",
                    "INSERT INTO " + table
                        + " SELECT gen_random_uuid(), 'content of a usual length ' || i, i,"
                          " md5('p' || 1 + i % 1000)::uuid FROM generate_series(1, "
                        + std::to_string(scale.rows) + ") i"},
                {"2 update", "UPDATE " + table + " SET count = count + 1"},
                {"3 delete", "DELETE FROM " + table},
            };
            for (const auto &[name, statement] : statements) {
                auto took = secondsFor(*connection, statement);
                if (!took)
                    return fail(took.error());
                auto &known = best[name].try_emplace(table, std::numeric_limits<double>::max()).first->second;
                known = std::min(known, *took);
            }
        }
        auto tidied = connection->query("SELECT electric.settle_deletions_of('kept')");
        if (tidied)
            tidied = connection->query("VACUUM");
        if (!tidied)
            return fail(tidied.error());
    }
    for (const auto &[name, took] : best) {
        Figure figure;
        figure.name = QStringLiteral("SQL %1 of %2 rows at once").arg(QString::fromStdString(name.substr(2))).arg(scale.rows);
        figure.value = scale.rows / took.at("kept");
        figure.unit = QStringLiteral("rows/s");
        figure.limit = scale.rows / took.at("plain");
        figure.limitName = QStringLiteral("plain table");
        report.add(figure);
    }
    return {};
}

} // namespace electric::bench
