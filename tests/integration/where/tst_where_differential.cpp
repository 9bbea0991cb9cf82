// Conditions are evaluated by us over rows of the stream, and by Postgres over the first rows: both must say the same, about everything.
#include <QTest> // first: moc 6.4 does not read <concepts>

#include "service/where/condition.h"
#include "tests/support/throwawaycluster.h"

#include <random>

using namespace electric;
using changes::Value;

namespace {

struct Kind {
    const char *column;
    const char *type;
    std::vector<const char *> values; // as SQL literals, without quotes
};

const std::vector<Kind> &kinds()
{
    static const std::vector<Kind> all {
        {"b", "bool", {"t", "f"}},
        {"i2", "int2", {"0", "1", "-1", "32767", "-32768"}},
        {"i4", "int4", {"0", "1", "-1", "5", "2147483647", "-2147483648"}},
        {"i8", "int8", {"0", "1", "5", "-5", "9223372036854775807", "-9223372036854775808", "9007199254740993"}},
        {"f4", "float4", {"0", "-0", "1", "0.1", "1.5", "NaN", "Infinity", "-Infinity", "16777216", "3.4e38", "1e-45"}},
        {"f8", "float8", {"0", "1", "0.1", "1.5", "NaN", "Infinity", "-Infinity", "9007199254740993", "1e300", "5e-324"}},
        {"t", "text",
            {"", "a", "A", "ab", "a%b", "a_b", "a\\b", "\xc3\xa4", "\xc3\x84", "z\nz", " a", "a ", "it''s", "\xe2\x82\xac", "true", "5"}},
        {"v", "varchar", {"", "a", "b", "ab"}},
        {"u", "uuid",
            {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}},
        {"d", "date",
            {"2024-02-29", "1999-12-31", "2024-02-29 12:00:00.5", "0044-03-15 BC", "infinity", "-infinity", "10000-01-01", "0001-01-01",
                "5000000-12-31", "4714-11-24 BC"}},
        {"ti", "time", {"00:00:00", "2024-02-29 12:30:00", "23:59:59.999999", "24:00:00", "12:30:00"}},
        {"ts", "timestamp",
            {"2024-02-29 00:00:00", "2024-02-29 12:00:00.5", "1969-12-31 23:59:59.999999", "infinity", "-infinity",
                "0044-03-15 01:02:03 BC", "294276-12-31 23:59:59.999999", "4714-11-24 00:00:00 BC"}},
        {"tz", "timestamptz", {"2024-02-29 00:00:00+00", "2024-02-28 23:00:00-01", "infinity", "2000-01-01 00:00:00.000001+00"}},
        {"e", "colour", {"red", "green", "blue"}},
        {"j", "jsonb", {"{}", "null"}},
    };
    return all;
}

// Makes expressions that are right most of the time, in the language of the clients.
class Generator
{
public:
    explicit Generator(std::uint32_t seed) : m_random(seed) { }

    std::string condition(int depth)
    {
        switch (depth <= 0 ? 2 + pick(8) : pick(10)) {
        case 0: return '(' + condition(depth - 1) + ") AND (" + condition(depth - 1) + ')';
        case 1: return '(' + condition(depth - 1) + ") OR (" + condition(depth - 1) + ')';
        case 2: return depth > 0 ? "NOT (" + condition(depth - 1) + ')' : "this.b";
        case 3: return "this." + std::string(kind().column) + (pick(2) ? " IS NULL" : " IS NOT NULL");
        case 4: return in();
        case 5: return like();
        case 6: return depth > 0 ? '(' + condition(depth - 1) + ')' + truth() : "this.b" + truth();
        case 7: return between();
        default: return comparison();
        }
    }

private:
    std::size_t pick(std::size_t below) { return m_random() % below; }
    template <typename List> auto any(const List &list) { return list[pick(list.size())]; }
    const Kind &kind() { return kinds()[pick(kinds().size())]; }

    std::string truth()
    {
        return any(std::vector<std::string> {" IS TRUE", " IS NOT TRUE", " IS FALSE", " IS NOT FALSE", " IS UNKNOWN", " IS NOT UNKNOWN"});
    }
    std::string literal(const Kind &of) { return pick(12) == 0 ? "NULL" : '\'' + std::string(any(of.values)) + '\''; }
    std::string number()
    {
        return any(std::vector<std::string> {"0", "1", "-1", "5", "2.5", "0.1", "-0.000000000000001", "2147483648", "9223372036854775807",
            "1000000000000000000", "16777217", "-(5)", "- -5", "1e0", "2.5e-1", "5.0", "0.30000000000000004", "1e300", "0.1::float4",
            "5::float4"});
    }
    // A value of the kind, or of one that can be compared with it.
    std::string operand(const Kind &of)
    {
        const std::string type = of.type;
        const bool isNumber = type.starts_with("int") || type.starts_with("float");
        switch (pick(6)) {
        case 0: return "this." + std::string(of.column);
        case 1: return isNumber ? number() : literal(of);
        case 2: return isNumber ? "this." + any(std::vector<std::string> {"i2", "i4", "i8", "f4", "f8"}) : literal(of);
        case 3:
            if (type == "text")
                return any(std::vector<std::string> {"lower(this.t)", "upper(this.t)", "this.t || 'a'", "this.v", "this.i4::text",
                    "this.b::text", "this.ts::text", "this.f8::text", "this.u::text", "'a'::text"});
            if (type == "int4" || type == "int8")
                return any(std::vector<std::string> {"this.i4 + this.i8", "this.i8 - 1", "- this.i4", "@ this.i2", "this.i4 & 5",
                    "this.i8 | 1", "this.i4 # this.i2", "this.b::int4", "this.i2::int8", "this.i8 + 0.5", "this.i8::float4",
                    "this.i4::float4", "this.f4::float8", "this.i2::numeric", "this.i4 / this.i2", "this.i8 / 2", "(this.i4 + this.i8) / 3",
                    "this.i8 % 5", "this.i4 % this.i2", "this.i4 % 2.5", "- this.i8 / -7", "int4('5')", "this.d - '2024-02-29'",
                    "this.d - this.d", "(this.d + 7) - this.d", "float8(this.i4)"});
            if (type == "date")
                return any(std::vector<std::string> {
                    "this.d + 5", "this.d - 100000", "3 + this.d", "date '2024-01-31' - 1", "this.d + 3600000", "this.ts"});
            if (type == "time")
                return "this.ti" + any(std::vector<std::string> {" + ", " - "}) + interval();
            if ((type == "timestamp" || type == "timestamptz") && pick(2))
                return any(std::vector<std::string> {type == "timestamp" ? "this.ts" : "this.tz",
                           type == "timestamp" ? "this.d" : "this.tz", type == "timestamp" ? "this.d::timestamp" : "this.tz",
                           type == "timestamp" ? "date '2024-01-31'" : "timestamptz '2024-01-31 05:00:00Z'"})
                    + any(std::vector<std::string> {" + ", " - "}) + interval();
            if (type == "timestamp")
                return any(std::vector<std::string> {"this.d", "this.tz AT TIME ZONE 'UTC'", "date '2024-02-29'", "this.d::timestamp"});
            if (type == "timestamptz")
                return "this.ts AT TIME ZONE 'UTC'";
            return literal(of);
        case 4: return isNumber ? literal(of) : literal(of) + "::" + type;
        default: return literal(of);
        }
    }
    std::string interval()
    {
        return any(
            std::vector<std::string> {"interval '1 month'", "interval '-1 month'", "'P1Y2M3DT4H5M6.5S'::interval", "interval '1 day'",
                "interval '25 hours'", "interval '13 months -3 days 04:05:06.7'", "interval '9000 years'", "interval '0.000001 seconds'",
                "interval '2 weeks'", "(interval '1 day' + interval '1 second')", "interval '-13:00:00.5'", "interval '1 year 11 mons'"});
    }
    std::string elapsed()
    {
        const std::string column = any(std::vector<std::string> {"ts", "tz"});
        const std::string first = column == "ts" && pick(3) == 0 ? "this.d::timestamp" : "this." + column;
        const std::string second = any(std::vector<std::string> {first, first + " + " + interval(), "'2024-02-29 12:00:00'"});
        const std::string difference = '(' + first + " - " + (second == first ? second : '(' + second + ')') + ')';
        return difference + any(std::vector<std::string> {" = ", " <> ", " < ", " >= ", " IS DISTINCT FROM "})
            + (pick(4) ? interval() : "justify_days" + difference);
    }
    std::string comparison()
    {
        if (pick(12) == 0)
            return elapsed();
        const Kind &of = kind();
        const std::string operation
            = any(std::vector<std::string> {"=", "<>", "!=", "<", ">", "<=", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"});
        std::string left = pick(3) == 0 ? operand(of) : "this." + std::string(of.column);
        return '(' + left + ") " + operation + " (" + operand(of) + ')';
    }
    std::string in()
    {
        const Kind &of = kind();
        std::string list;
        for (std::size_t count = 1 + pick(4); count > 0; --count)
            list += (list.empty() ? "" : ", ") + operand(of);
        return "this." + std::string(of.column) + (pick(2) ? " IN (" : " NOT IN (") + list + ')';
    }
    std::string like()
    {
        const std::string pattern = any(std::vector<std::string> {
            "a%", "%a", "%A%", "_", "__", "%", "", "a\\%b", "a\\_b", "a\\\\b", "%\xc3\xa4%", "a_b", "%\xc2%", "z_z", "%\n%", "it''s"});
        return "this." + any(std::vector<std::string> {"t", "v"})
            + any(std::vector<std::string> {" LIKE '", " NOT LIKE '", " ILIKE '", " NOT ILIKE '"}) + pattern + '\'';
    }
    std::string between()
    {
        const Kind &of = kind();
        return "this." + std::string(of.column) + (pick(2) ? " BETWEEN (" : " NOT BETWEEN (") + operand(of) + ") AND (" + operand(of) + ')';
    }

    std::mt19937 m_random;
};

// The numbers of the rows that pass.
std::string passing(const std::string &table, const std::string &alias, const std::string &condition)
{
    return "SELECT coalesce(string_agg(id || ' ', '' ORDER BY id), '') FROM " + table + " \"" + alias + "\" WHERE " + condition;
}

} // namespace

class WhereDifferentialTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agreesWithPostgres_data();
    void agreesWithPostgres();

private:
    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    std::optional<pg::Connection> m_connection;
    schema::Catalogue m_catalogue;
    std::shared_ptr<const schema::Table> m_table;
    std::vector<std::vector<std::optional<std::string>>> m_rows;
};

void WhereDifferentialTest::initTestCase()
{
    auto cluster = test::ThrowawayCluster::start();
    QVERIFY2(cluster.has_value(), cluster ? "" : cluster.error().detail.c_str());
    m_cluster = *std::move(cluster);
    auto administration = pg::Connection::open(m_cluster->options(), "test");
    QVERIFY(administration.has_value());
    // Texts are ordered by bytes and have the case of ASCII: there, the clients' own words mean what they mean to us.
    QVERIFY(administration->execute("CREATE DATABASE plain TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").has_value());
    auto connection = pg::Connection::open(m_cluster->options("plain"), "test");
    QVERIFY(connection.has_value());
    m_connection.emplace(*std::move(connection));

    m_catalogue.put(schema::Enum {{"public", "colour"}, {"red", "green", "blue"}});
    schema::Table table;
    table.name.name = "t";
    std::string columns = "id int4 PRIMARY KEY";
    table.columns.push_back({"id", {"int4", {}, {}}, false});
    for (const Kind &kind : kinds()) {
        columns += std::string(", ") + kind.column + ' ' + kind.type;
        table.columns.push_back({kind.column, {kind.type, {}, {}, std::string_view(kind.type) == "colour"}, true});
    }
    m_catalogue.put(table);
    m_table = m_catalogue.table(table.name);
    QVERIFY(m_connection->execute("CREATE TYPE colour AS ENUM ('red', 'green', 'blue'); CREATE TABLE t (" + columns + ')').has_value());

    // Since 17 the difference of infinite timestamps is an infinite interval; it is NULL to us, as all that fails in older ones.
    const bool hasInfiniteIntervals = PQserverVersion(m_connection->handle()) >= 170'000;
    const auto valueOf = [&](const Kind &kind, std::uint32_t number) {
        const std::string value(kind.values[number % kind.values.size()]);
        const bool isInfinite = std::string_view(kind.type).starts_with("timestamp") && value.ends_with("infinity");
        return isInfinite && hasInfiniteIntervals ? std::string("2000-01-01") : value;
    };
    std::mt19937 random(20261127);
    std::string insert = "INSERT INTO t VALUES ";
    for (int id = 0; id < 200; ++id) {
        insert += (id == 0 ? "(" : ", (") + std::to_string(id);
        for (const Kind &kind : kinds())
            insert += random() % 6 == 0 ? std::string(", NULL") : ", '" + valueOf(kind, random()) + '\'';
        insert += ')';
    }
    const auto inserted = m_connection->execute(insert);
    QVERIFY2(inserted.has_value(), inserted ? "" : inserted.error().detail.c_str());
    // What we print means the same whatever the order of the columns' texts is.
    const auto copied = m_connection->execute("CREATE TABLE english (LIKE t); "
                                              "ALTER TABLE english ALTER t TYPE text COLLATE \"en-x-icu\", ALTER v TYPE varchar COLLATE "
                                              "\"en-x-icu\"; INSERT INTO english SELECT * FROM t");
    QVERIFY2(copied.has_value(), copied ? "" : copied.error().detail.c_str());
    const auto rows = m_connection->query("SELECT * FROM t ORDER BY id");
    QVERIFY(rows.has_value());
    for (int row = 0; row < rows->count(); ++row) {
        auto &values = m_rows.emplace_back();
        for (int column = 0; column < int(m_table->columns.size()); ++column)
            values.push_back(rows->isNull(row, column) ? std::nullopt : std::optional(std::string(rows->text(row, column))));
    }
    QCOMPARE(m_rows.size(), std::size_t(200));
}

void WhereDifferentialTest::agreesWithPostgres_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 20; ++seed)
        QTest::addRow("%d", seed) << seed;
}

void WhereDifferentialTest::agreesWithPostgres()
{
    QFETCH(const int, seed);
    Generator generator((std::uint32_t(seed)));
    int understood = 0;
    int originals = 0;
    for (int i = 0; i < 300; ++i) {
        const std::string text = generator.condition(3);
        const auto condition = where::compile(text, *m_table, m_catalogue);
        if (!condition) {
            // What we refuse for a wrong literal or missing operator, Postgres refuses as well; the rest is refused on purpose.
            const auto says = [&](const char *words) { return condition.error().message.find(words) != std::string::npos; };
            const bool isOnPurpose = says("can fail on some rows") || says("cannot be compared") || says("too many digits")
                || says("out of range") || says("division by zero") || says("unsupported type jsonb");
            const auto asked = m_connection->query("SELECT id FROM t this WHERE " + text);
            if (!isOnPurpose && asked)
                QFAIL((text + "\n" + condition.error().message).c_str());
            continue;
        }
        ++understood;
        std::string ours;
        for (std::size_t row = 0; row < m_rows.size(); ++row) {
            std::vector<Value> values;
            for (const auto &value : m_rows[row])
                values.push_back(value ? Value {Value::Kind::Text, *value} : Value {});
            if ((*condition)->passes(values))
                ours += std::to_string(row) + ' ';
        }
        const std::string sql = passing("english", "x", (*condition)->sql("x"));
        const auto theirs = m_connection->query(sql);
        QVERIFY2(theirs.has_value(), (text + "\n" + sql + "\n" + (theirs ? "" : theirs.error().detail)).c_str());
        QVERIFY2(
            ours == theirs->text(0, 0), (text + "\n" + sql + "\nours:   " + ours + "\ntheirs: " + std::string(theirs->text(0, 0))).c_str());
        // What the client wrote: Postgres may fail on a row where we do not.
        const auto original = m_connection->query(passing("t", "this", text));
        originals += original ? 1 : 0;
        QVERIFY2(!original || ours == original->text(0, 0),
            (text + "\nours:     " + ours + "\noriginal: " + (original ? std::string(original->text(0, 0)) : std::string())).c_str());
    }
    QVERIFY2(originals > understood * 3 / 4, (std::to_string(originals) + " of " + std::to_string(understood)).c_str());
    QVERIFY2(understood > 150, std::to_string(understood).c_str());
}

QTEST_GUILESS_MAIN(WhereDifferentialTest)
#include "tst_where_differential.moc"
