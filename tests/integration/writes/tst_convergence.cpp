#include <QTest>

#include "tests/integration/writes/database.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace electric::writes::test {

namespace {

const char *const tables = "CREATE TABLE items (id int4 PRIMARY KEY, content text, content_b text);"
                           "CREATE TABLE parents (id int4 PRIMARY KEY, content text NOT NULL);"
                           "CREATE TABLE children (id int4 PRIMARY KEY, parent_id int4 REFERENCES parents ON DELETE CASCADE)";
constexpr std::int64_t epochMs = 4'102'444'800'000;
constexpr int rowCount = 6;

} // namespace

// Clients write at random what they might have seen; whatever the order of arrival, the same must come of it (spec/conflicts.md §2).
class ConvergenceTest : public QObject
{
    Q_OBJECT

    struct Write {
        ClientTransaction transaction;
        std::set<std::size_t> after; // writes that its author had seen
    };
    // What a client sees of a row, and the writes that made it so.
    struct Seen {
        std::string row; // empty: none
        std::vector<std::string> tags;
    };

    std::unique_ptr<electric::test::ThrowawayCluster> m_cluster;
    std::unique_ptr<Database> m_database;

    std::string state()
    {
        return m_database->value("SELECT * FROM items ORDER BY id") + " / "
            + m_database->value("SELECT id, (SELECT array_agg(t ORDER BY t::text) FROM unnest(_tags) t), _tag_content, _tag_content_b"
                                " FROM electric.shadow__public__items ORDER BY id");
    }

    void clean()
    {
        m_database->run("DELETE FROM items; TRUNCATE electric.shadow__public__items, electric.tombstone__public__items, "
                        "electric.acknowledged_client_lsns");
    }

    Seen seen(int id)
    {
        const std::string where = " WHERE id = " + std::to_string(id);
        Seen one {m_database->value("SELECT id, coalesce(content, 'NULL'), coalesce(content_b, 'NULL') FROM items" + where), {}};
        changes::TagArrayReader reader;
        one.tags = reader.read(m_database->value("SELECT _tags FROM electric.shadow__public__items" + where));
        return one;
    }

    // Carries out a random history and gives its writes with what each depends on.
    std::vector<Write> history(unsigned seed, DirectWriter &writer)
    {
        std::mt19937 random(seed);
        const auto upTo = [&](int limit) { return int(random() % unsigned(limit)); };
        const auto table = m_database->table("items");
        constexpr int clientCount = 4;
        std::map<int, Seen> views[clientCount];
        std::set<std::size_t> known[clientCount];
        std::int64_t clocks[clientCount] = {};
        std::vector<Write> writes;
        for (int number = 0; number < 60; ++number) {
            const int client = upTo(clientCount);
            if (upTo(3) == 0 || views[client].empty()) { // it syncs
                for (int id = 1; id <= rowCount; ++id)
                    views[client][id] = seen(id);
                for (std::size_t at = 0; at < writes.size(); ++at)
                    known[client].insert(at);
            }
            const std::string name = "c" + std::to_string(client);
            // Clocks differ, but a client's own goes forward: a time is what tells its transactions apart.
            clocks[client] = std::max<std::int64_t>(clocks[client] + 1, number * 10 + upTo(200));
            Write write {{name, "user", lsn(std::uint32_t(number) + 1), epochMs + clocks[client], {}}, known[client]};
            const std::string tag = name + '@' + std::to_string(write.transaction.timestampMs);
            for (int count = upTo(3); count >= 0; --count) {
                const int id = 1 + upTo(rowCount);
                Seen &view = views[client][id];
                const std::string value = "v" + std::to_string(number);
                if (view.row.empty()) {
                    const std::string row = std::to_string(id) + '|' + value + "|NULL";
                    write.transaction.operations.push_back(insert(table, row, view.tags));
                    view = {row, {tag}};
                } else if (upTo(3) == 0) {
                    write.transaction.operations.push_back(remove(table, view.row, view.tags));
                    view = {};
                } else {
                    const bool isFirst = upTo(2) == 0;
                    const auto first = view.row.find('|');
                    const auto second = view.row.find('|', first + 1);
                    const std::string changed = isFirst ? view.row.substr(0, first + 1) + value + view.row.substr(second)
                                                        : view.row.substr(0, second + 1) + value;
                    write.transaction.operations.push_back(update(table, view.row, changed, view.tags));
                    view = {changed, {tag}};
                }
            }
            [&] { QCOMPARE(said(submit(writer, write.transaction)), std::string("applied")); }();
            known[client].insert(writes.size());
            writes.push_back(std::move(write));
        }
        return writes;
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto cluster = electric::test::ThrowawayCluster::start();
        QVERIFY2(cluster.has_value(), cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);
        m_database = std::make_unique<Database>(*m_cluster, tables, std::vector<std::string> {"items", "parents", "children"});
    }

    void cleanupTestCase() { m_database.reset(); }

    void doesNotDependOnTheOrder_data()
    {
        QTest::addColumn<unsigned>("seed");
        const int count = qEnvironmentVariableIsSet("ELECTRIC_SOAK") ? 200 : 4;
        for (unsigned seed = 1; seed <= unsigned(count); ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }

    void doesNotDependOnTheOrder()
    {
        QFETCH(unsigned, seed);
        DirectWriter writer(4);
        writer.setDatabase(m_database->options());
        clean();
        const std::vector<Write> writes = history(seed, writer);
        const std::string expected = state();
        std::mt19937 random(seed);
        for (int round = 0; round < 3; ++round) {
            clean();
            std::vector<std::size_t> left(writes.size());
            for (std::size_t at = 0; at < left.size(); ++at)
                left[at] = at;
            std::set<std::size_t> done;
            while (!left.empty()) {
                // All that may come now, in any order; in the last round at the same time.
                std::vector<std::size_t> due;
                std::copy_if(left.begin(), left.end(), std::back_inserter(due), [&](std::size_t at) {
                    return std::includes(done.begin(), done.end(), writes[at].after.begin(), writes[at].after.end());
                });
                std::shuffle(due.begin(), due.end(), random);
                if (round < 2)
                    due.resize(1);
                std::vector<std::future<WriteSink::Outcome>> outcomes;
                for (const std::size_t at : due)
                    outcomes.push_back(submit(writer, writes[at].transaction));
                for (auto &one : outcomes)
                    QCOMPARE(said(std::move(one)), std::string("applied"));
                for (const std::size_t at : due) {
                    done.insert(at);
                    std::erase(left, at);
                }
            }
            const std::string found = state();
            QVERIFY2(found == expected, ("round " + std::to_string(round) + "\n" + found + "\n" + expected).c_str());
        }
    }

    // Clients and SQL sessions at the same few rows, with foreign keys: nobody is harmed, and a row is there if and only if it has tags.
    void livesWithSqlSessions()
    {
        std::atomic<int> harmed = 0;
        std::atomic<bool> isOver = false;
        const auto session = [&](unsigned seed) {
            std::mt19937 random(seed);
            auto sql = pg::Connection::open(m_database->options(), "session");
            while (!isOver) {
                const std::string id = std::to_string(1 + random() % rowCount);
                static const char *const statements[] = {"INSERT INTO items VALUES (%, 'pg', 'pg') ON CONFLICT DO NOTHING",
                    "UPDATE items SET content = 'pg' WHERE id = %", "DELETE FROM items WHERE id = %",
                    "INSERT INTO parents VALUES (%, 'pg') ON CONFLICT (id) DO UPDATE SET content = 'again'",
                    "DELETE FROM parents WHERE id = %"};
                std::string text = statements[random() % 5];
                text.replace(text.find('%'), 1, id);
                if (auto done = sql->execute(text); !done && done.error().code == "40P01")
                    ++harmed;
            }
        };
        clean();
        {
            DirectWriter writer(4);
            writer.setDatabase(m_database->options());
            std::vector<std::thread> sessions;
            for (unsigned seed = 1; seed <= 2; ++seed)
                sessions.emplace_back(session, seed);
            std::mt19937 random(7);
            std::vector<std::future<WriteSink::Outcome>> outcomes;
            for (int number = 0; number < 400; ++number) {
                const std::string client = "c" + std::to_string(number % 4);
                const std::string id = std::to_string(1 + random() % rowCount);
                ClientTransaction one {client, "user", lsn(std::uint32_t(number) + 1), epochMs + number, {}};
                if (number % 3 == 0)
                    one.operations
                        = {compensate(m_database->table("parents"), id + "|NULL"), insert(m_database->table("children"), id + '|' + id)};
                one.operations.push_back(random() % 4 == 0 ? remove(m_database->table("items"), id + "|a|b", {})
                                                           : insert(m_database->table("items"), id + "|c" + std::to_string(number) + "|b"));
                outcomes.push_back(submit(writer, std::move(one)));
            }
            for (auto &one : outcomes) {
                const std::string what = said(std::move(one));
                QVERIFY2(what == "applied" || what == "rejected 23502" || what == "rejected 23503", what.c_str());
            }
            isOver = true;
            for (std::thread &one : sessions)
                one.join();
        }
        QCOMPARE(int(harmed), 0);
        for (const std::string table : {"items", "parents", "children"}) {
            QCOMPARE(m_database->value("SELECT count(*) FROM " + table + " m FULL JOIN electric.shadow__public__" + table
                         + " s USING (id) WHERE (m.tableoid IS NULL) <> (s._tags IS NULL OR s._tags = '{}')"),
                std::string("0"));
        }
    }
};

} // namespace electric::writes::test

QTEST_GUILESS_MAIN(electric::writes::test::ConvergenceTest)
#include "tst_convergence.moc"
