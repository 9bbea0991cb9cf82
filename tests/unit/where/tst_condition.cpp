#include <QTest> // first: moc 6.4 does not read <concepts>

#include "service/where/condition.h"

using namespace electric;
using changes::Value;

namespace {

schema::Catalogue catalogue()
{
    schema::Catalogue made;
    made.put(schema::Enum {{"public", "colour"}, {"red", "green", "blue"}});
    schema::Table table;
    table.name.name = "t";
    const auto column = [&table](const char *name, const char *type) { table.columns.push_back({name, {type, {}, {}}, true}); };
    column("id", "uuid");
    column("title", "text");
    column("done", "bool");
    column("small", "int2");
    column("n", "int4");
    column("big", "int8");
    column("f", "float8");
    column("at", "timestamptz");
    column("day", "date");
    column("data", "jsonb");
    table.columns.push_back({"colour", {"colour", {}, {}, true}, true});
    column("Odd \"name", "varchar");
    column("r", "float4");
    table.primaryKey = {"id"};
    made.put(table);
    return made;
}

// Values by column name, "title=x|n=5"; what is not named is NULL.
struct Row {
    std::vector<std::string> texts;
    std::vector<Value> values;

    explicit Row(const QByteArray &text, const schema::Table &table) : texts(table.columns.size()), values(table.columns.size())
    {
        for (const QByteArray &one : text.split('|')) {
            const auto equals = one.indexOf('=');
            const auto column = table.columnIndex(one.left(equals).toStdString());
            if (!column)
                continue;
            texts[*column] = one.mid(equals + 1).toStdString();
            values[*column] = {Value::Kind::Text, texts[*column]};
        }
    }
};

} // namespace

class ConditionTest : public QObject
{
    Q_OBJECT

    const schema::Catalogue m_catalogue = catalogue();
    const std::shared_ptr<const schema::Table> m_table = m_catalogue.table(schema::TableName {"public", "t"});

private Q_SLOTS:
    void decidesAsPostgres_data();
    void decidesAsPostgres();
    void refusesWithTheReason_data();
    void refusesWithTheReason();
    void tellsThePlaceInTheText();
    void isPrintedFromItsTree_data();
    void isPrintedFromItsTree();
    void saysWhatARowMustHave_data();
    void saysWhatARowMustHave();
    void anEmptyTextIsNoCondition();
    void boundsWhatAClientCanAsk_data();
    void boundsWhatAClientCanAsk();
    void aMatchCostsLittle();
};

void ConditionTest::decidesAsPostgres_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char *where, const char *values, bool passes) {
        QTest::addRow("%s for %s", where, values) << QByteArray(where) << QByteArray(values) << passes;
    };
    row("this.title = 'a'", "title=a", true);
    row("this.\"title\" = 'a'", "title=A", false);
    row("this.TITLE = 'a'", "title=a", true);
    row("this.title = 'it''s'", "title=it's", true);
    row("this.title = 'a'", "n=1", false);
    row("this.title != 'a'", "title=b", true);
    row("this.title <> 'a'", "", false);
    row("this.title = NULL", "title=a", false);
    row("NOT (this.title = 'a')", "", false);
    row("this.title = 'a' OR TRUE", "", true);
    row("this.title = 'a' AND FALSE", "", false);
    row("(this.title = 'a' AND FALSE) IS NOT TRUE", "", true);
    row("(this.title = 'a' OR NULL) IS UNKNOWN", "title=b", true);
    row("this.title IN ('a', 'b')", "title=b", true);
    row("this.title IN ('a', NULL)", "title=b", false);
    row("this.title NOT IN ('a', NULL)", "title=b", false);
    row("this.title NOT IN ('a', 'c')", "title=b", true);
    row("this.n IN (1, 2.5, 3)", "n=3", true);
    row("this.n IN (1, 2.5)", "n=2", false);
    row("this.n = 5", "n=5", true);
    row("this.n = -5", "n=-5", true);
    row("this.n = 0", "n=0", true);
    row("this.n = -(5)", "n=-5", true);
    row("this.n = - -5", "n=5", true);
    row("this.n = -( - ( -5 ))", "n=-5", true);
    row("this.n = 5.0", "n=5", true);
    row("this.n = 1.5e1", "n=15", true);
    row("this.n > 1e-7", "n=0", false);
    row("this.n IN (5.0, 7.5, 3000000000)", "n=5", true);
    row("this.n NOT IN (5.5)", "n=5", true);
    row("this.f = 0.30000000000000004", "f=0.30000000000000004", true);
    row("this.f < 1e21", "f=1e+22", false);
    row("this.r = 0.1", "r=0.1", false);
    row("this.r IN (0.1)", "r=0.1", false);
    row("this.r IN (0.1, 0.2)", "r=0.1", true);
    row("this.n IN (5::float4, '2147483647')", "n=2147483647", false);
    row("this.r = '0.1'", "r=0.1", true);
    row("this.big::float4 = 16777216", "big=16777217", true);
    row("this.n > 4.999999999999999", "n=5", true);
    row("this.n = '5'", "n=5", true);
    row("this.big = 9223372036854775807", "big=9223372036854775807", true);
    row("this.big < 9223372036854775806.5", "big=9223372036854775807", false);
    row("this.small < 100000", "small=32767", true);
    row("this.n + 2147483647 > 2147483647", "n=1", true);
    row("- this.n = 3", "n=-3", true);
    row("@ this.n = 3", "n=-3", true);
    row("this.n & 6 = 4", "n=5", true);
    row("this.n BETWEEN 1 AND 3", "n=3", true);
    row("this.n NOT BETWEEN 1 AND 3", "n=3", false);
    row("this.f = 0.1", "f=0.1", true);
    row("this.f > '1e300'::float8", "f=Infinity", true);
    row("this.f > '1e300'::float8", "f=NaN", true);
    row("this.f = 'NaN'", "f=NaN", true);
    row("this.f = this.n", "f=3|n=3", true);
    row("this.done", "done=t", true);
    row("this.done", "done=f", false);
    row("NOT this.done", "done=f", true);
    row("NOT this.done", "", false);
    row("this.done IS NOT TRUE", "", true);
    row("this.done = 'yes'", "done=t", true);
    row("this.done = false", "done=f", true);
    row("this.data IS NULL", "data={}", false);
    row("this.data IS NOT NULL", "data={}", true);
    row("this.title IS DISTINCT FROM 'a'", "", true);
    row("this.title IS NOT DISTINCT FROM NULL", "", true);
    row("this.title LIKE 'a%'", "title=abc", true);
    row("this.title LIKE '%c'", "title=abc\ncc", true);
    row("this.title LIKE 'a_c'", "title=a\u00e4c", true);
    row("this.title LIKE '10\\%'", "title=10%", true);
    row("this.title LIKE '10\\%'", "title=100", false);
    row("this.title NOT LIKE 'a%'", "title=b", true);
    row("this.title ILIKE 'AB%'", "title=abc", true);
    row("this.title LIKE '%b%b%'", "title=abcb", true);
    row("this.title LIKE ''", "title=", true);
    row("lower(this.title) = 'abc'", "title=ABC", true);
    row("this.title || 'x' = 'ax'", "title=a", true);
    row("this.id = 'A0EEBC999C0B4EF8BB6D6BB9BD380A11'", "id=a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", true);
    row("this.at > '2024-01-01T00:00:00.000Z'", "at=2024-01-01 00:00:00.001+00", true);
    row("this.at = '2024-01-01 02:00:00+02'", "at=2024-01-01 00:00:00+00", true);
    row("this.at < 'infinity'", "at=2024-01-01 00:00:00+00", true);
    row("this.at > '2024-01-01'", "at=0044-03-15 00:00:00+00 BC", false);
    row("this.day = '2024-02-29'", "day=2024-02-29", true);
    row("this.day < timestamp '2024-02-29 00:00:01'", "day=2024-02-29", true);
    row("this.day = '2024-02-29T00:00:00.000Z'", "day=2024-02-29", true);
    row("this.day > '2024-02-29'", "day=5000000-01-01", true);
    row("this.day < timestamp 'infinity'", "day=5000000-01-01", true);
    row("this.day = timestamp 'infinity'", "day=infinity", true);
    row("this.data IS DISTINCT FROM NULL", "data={}", true);
    row("this.data IS NOT DISTINCT FROM NULL", "data={}", false);
    row("this.colour IN ('green', 'blue')", "colour=green", true);
    row("this.colour IN ('green', 'blue')", "colour=mauve", false);
    row("this.colour = 'green'", "colour=green", true);
    row("this.colour > 'red'", "colour=blue", true);
    row("this.colour <> 'red'", "colour=mauve", true);
    row("this.n / 2 = -2", "n=-5", true);
    row("this.n % 3 = -2", "n=-5", true);
    row("1 / this.n = 1", "n=0", false);
    row("(1 / this.n) IS NULL", "n=0", true);
    row("(this.n + this.n) / 2 = this.n", "n=2147483647", true);
    row("this.at + interval '1 month' = '2024-02-29T00:00:00Z'", "at=2024-01-31 00:00:00+00", true);
    row("this.at - interval 'P1Y' = '2023-02-28T00:00:00Z'", "at=2024-02-29 00:00:00+00", true);
    row("this.at - interval '1 day -01:00' = '2024-01-01T01:00:00Z'", "at=2024-01-02 00:00:00+00", true);
    row("this.at + interval '1 day' = 'infinity'", "at=infinity", true);
    row("(this.at + interval '1 year') IS NULL", "at=294276-12-01 00:00:00+00", true);
    row("this.at - '2024-01-01' > interval '36 hours'", "at=2024-01-02 12:00:00.000001+00", true);
    row("(this.at - timestamptz '2024-01-01 00:00:00Z') IS NULL", "at=infinity", true);
    row("justify_hours(this.at - timestamptz '2024-01-01 00:00:00Z') = interval '30 days'", "at=2024-01-31 00:00:00+00", true);
    row("this.day + 1 = '2024-03-01'", "day=2024-02-29", true);
    row("this.day - date '2024-01-01' = 59", "day=2024-02-29", true);
    row("this.day = date '2024-01-31' + interval '1 month'", "day=2024-02-29", true);
    row("this.day - interval '1 second' = '2024-02-28 23:59:59'", "day=2024-02-29", true);
    row("int4('5') = this.n", "n=5", true);
    row("this.\"Odd \"\"name\" = 'x'", "Odd \"name=x", true);
    row("this.n::text = '5'", "n=5", true);
    row("this.done::text = 'true'", "done=t", true);
    row("this.n = 5 -- and so on", "n=5", true);
    row("this.n > 1", "n=nonsense", false);
}

void ConditionTest::decidesAsPostgres()
{
    QFETCH(const QByteArray, where);
    QFETCH(const QByteArray, row);
    const auto condition = where::compile(where.toStdString(), *m_table, m_catalogue);
    QVERIFY2(condition.has_value(), condition ? "" : condition.error().message.c_str());
    QTEST((*condition)->passes(Row(row, *m_table).values), "passes");
}

void ConditionTest::tellsThePlaceInTheText()
{
    const auto offset = [this](const char *text) { return where::compile(text, *m_table, m_catalogue).error().offset; };
    QCOMPARE(offset("true AND this.nothing = 1"), std::size_t(9));
    QCOMPARE(offset("this.title = 'x' this"), std::size_t(17));
    QCOMPARE(offset("this.title = 'gr\u00fc\u00df' this"), std::size_t(22)); // bytes, although Postgres counts characters
    QCOMPARE(offset("this.title = "), std::size_t(13));
    QCOMPARE(offset("  this.title"), std::size_t(2));
    QCOMPARE(offset("true; DROP TABLE t"), std::size_t(0));
}

void ConditionTest::refusesWithTheReason_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *where, const char *message) { QTest::addRow("%s", where) << QByteArray(where) << QByteArray(message); };
    row("this.title = ", "At location 29: syntax error at end of input");
    row("nothing", "At location 0: unknown reference nothing");
    row("title = 'a'", "At location 0: unknown reference title - did you mean `this.title`?");
    row("this.nothing = 1", "At location 0: unknown reference this.nothing");
    row("other.title = 'a'", "At location 0: unknown reference other.title");
    row("this.n", "Where expression should evaluate to a boolean, but it's :int4");
    row("NULL", "Where expression should evaluate to a boolean, but it's :unknown");
    row("this.title = 5", "At location 11: Could not select an operator overload for text = int4");
    row("this.n = 'x'", "At location 9: invalid syntax for type int4: x");
    row("this.colour = 'mauve'", "At location 14: invalid syntax for type colour: mauve");
    row("this.id = 'x'", "At location 10: invalid syntax for type uuid: x");
    row("this.at > 'tomorrow'", "At location 10: invalid syntax for type timestamptz: tomorrow");
    row("this.day = '4715-01-01 BC'", "At location 11: invalid syntax for type date: 4715-01-01 BC");
    row("this.at > '294277-01-01'", "At location 10: invalid syntax for type timestamptz: 294277-01-01");
    row("this.f = 1e400", "At location 9: the number 1e400 is out of the range of float8");
    row("this.n = -/* minus */5", "At location 9: the number is not written plainly");
    row("this.title = 'x'::evil.text", "At location 16: unsupported type text");
    row("this.n OPERATOR(evil.=) 5", "At location 7: operators of other schemas are not supported");
    row("evil.lower(this.title) = 'a'", "At location 0: unknown or unsupported function of another schema/1");
    row("this.data = '{}'", "At location 10: Could not select an operator overload: columns of this type cannot be compared");
    row("this.n = 1; DROP TABLE t", "At location 0: unescaped \";\" causing statement split");
    row("this.title = 'x'); DROP TABLE t; --", "At location 32: syntax error at or near \")\"");
    row("this.n = 1 WINDOW w AS ()", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 INTERSECT SELECT 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 LIMIT 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 OFFSET 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 GROUP BY 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 HAVING TRUE", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 ORDER BY 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 FOR UPDATE", "At location 0: malformed query ending with SQL clauses");
    row("this.n = 1 UNION SELECT 1", "At location 0: malformed query ending with SQL clauses");
    row("this.n IN (SELECT 1)", "At location 7: subqueries are not supported");
    row("count(*) = 1", "At location 0: aggregation is not supported in this context");
    row("now() > this.at", "At location 0: unknown or unsupported function now/0");
    row("pg_sleep(10) IS NULL", "At location 0: unknown or unsupported function pg_sleep/1");
    row("CASE WHEN TRUE THEN TRUE END", "At location 0: CaseExpr is not supported in this context");
    row("this.title = '\xff'", "At location 0: a condition has to be UTF-8");
    row("this.n = $1", "At location 9: ParamRef is not supported in this context");
    row("this.n / 0 = 1", "At location 7: division by zero");
    row("this.n % 0 = 1", "At location 7: division by zero");
    row("this.n * 2 = 4", "At location 7: the operator * is not supported, since it can fail on some rows");
    row("this.n / 2.5 = 1",
        "At location 7: Could not select an operator overload for int4 / numeric: only whole numbers as they are stored, since others can "
        "fail on some rows");
    row("(this.n + 1) & 1 = 1",
        "At location 13: Could not select an operator overload for int8 & int4: only whole numbers as they are stored, since others can "
        "fail on some rows");
    row("this.day + this.n = '2024-01-01'", "At location 9: Could not select an operator overload for date + int4");
    row("this.at + '1 day' > this.at", "At location 8: Could not select an operator overload for timestamptz + unknown");
    row("this.at + (this.at - this.at) > this.at",
        "At location 8: Could not select an operator overload for timestamptz + interval: only intervals that are constants are supported");
    row("this.day + 2147483647 > '2024-01-01'", "At location 9: intervals of more than 10,000 years are not supported");
    row("date '5874897-12-31' + 1 > this.day",
        "At location 21: Failed to apply function to constant arguments: the result is out of range");
    row("this.at > interval '1 day'", "At location 8: Could not select an operator overload for timestamptz > interval");
    row("interval '1 fortnight' > interval '1 day'", "At location 9: invalid syntax for type interval: 1 fortnight");
    row("interval '1 day 2 days' > interval '1 day'", "At location 9: invalid syntax for type interval: 1 day 2 days");
    row("this.f + 1 = 1",
        "At location 7: Could not select an operator overload for float8 + float8: arithmetic of floating point can fail on "
        "some rows");
    row("this.title::int4 = 1", "At location 10: unknown cast from type text to type int4, or one that can fail on some rows");
    row("this.title LIKE this.title", "At location 16: a pattern has to be a constant, since not every text is one");
    row("this.title LIKE 'a\\'", "At location 16: LIKE pattern must not end with escape character");
    row("this.title ~ '^a'", "At location 11: unknown binary operator \"~\"");
    row("this.n AND TRUE", "At location 0: int4 is not castable to bool");
    row("this.n IS TRUE", "At location 0: argument of IS TRUE must be bool, not int4");
    row("this.n = B'1'", "At location 9: BitString values are not supported");
    row("this.n::money = 1", "At location 6: unsupported type money");
    row("this.n = 12345678901234567890123",
        "At location 9: the number 12345678901234567890123 has too many digits: 19 before the point and 15 "
        "behind it are supported");
}

void ConditionTest::refusesWithTheReason()
{
    QFETCH(const QByteArray, where);
    const auto condition = where::compile(where.toStdString(), *m_table, m_catalogue);
    QVERIFY(!condition);
    QTEST(QByteArray::fromStdString(condition.error().message), "message");
}

void ConditionTest::isPrintedFromItsTree_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("sql");
    const auto row = [](const char *where, const char *sql) { QTest::addRow("%s", where) << QByteArray(where) << QByteArray(sql); };
    row("this.title = 'a' OR TRUE -- ", "(((t.\"title\" = 'a'::text) OR 't'::bool))");
    row("this.title = 'a' /* ' OR TRUE ; */", "((t.\"title\" = 'a'::text))");
    row("this.title = $$'; DROP TABLE t; --$$", "((t.\"title\" = '''; DROP TABLE t; --'::text))");
    row("this.title = 'it''s'", "((t.\"title\" = 'it''s'::text))");
    row("this.title = E'\\\\'' OR 1=1", nullptr);
    row("this.title < 'a'", "((t.\"title\" COLLATE \"C\" < 'a'::text))");
    row("this.n IN (1, 2)", "((t.\"n\" IN ('1'::int4, '2'::int4)))");
    row("this.title NOT IN ('a')", "((t.\"title\" NOT IN ('a'::text)))");
    row("this.f > 1", "((t.\"f\" > '1'::float8))");
    row("this.colour = 'red'", "((t.\"colour\" = 'red'::\"public\".\"colour\"))");
    row("this.\"Odd \"\"name\" ILIKE 'x%'", "((t.\"Odd \"\"name\" COLLATE \"C\" ILIKE 'x%'::text))");
    row("this.n / 2 = 1", "((div(t.\"n\"::numeric, nullif('2'::int4::numeric, 0)) = '1'::int4))");
    row("this.day + 1 = '2024-03-01'",
        "(((CASE WHEN t.\"day\" >= '4714-11-24 BC'::date AND t.\"day\" <= '5874897-12-30'::date OR NOT isfinite(t.\"day\") "
        "THEN t.\"day\" + '1'::int4 END) = '2024-03-01'::date))");
    row("this.day > date '2024-01-31' + interval '1 month'", "((t.\"day\" > '2024-02-29 00:00:00'::timestamp))");
    row("this.at > '2024-01-01T00:00:00Z'", "((t.\"at\" > '2024-01-01 00:00:00+00'::timestamptz))");
}

void ConditionTest::isPrintedFromItsTree()
{
    QFETCH(const QByteArray, where);
    QFETCH(const QByteArray, sql);
    const auto condition = where::compile(where.toStdString(), *m_table, m_catalogue);
    QCOMPARE(condition.has_value(), !sql.isEmpty());
    if (condition)
        QCOMPARE(QByteArray::fromStdString((*condition)->sql("t")), sql);
}

void ConditionTest::saysWhatARowMustHave_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("requirements");
    const auto row
        = [](const char *where, const char *requirements) { QTest::addRow("%s", where) << QByteArray(where) << QByteArray(requirements); };
    row("this.title = 'a'", "1:a");
    row("'a' = this.title AND this.n = 5", "1:a 4:5");
    row("this.title IN ('b', 'a')", "1:a,b");
    row("this.n IN (1, 2)", "4:1,2");
    row("this.done AND this.n > 5", "2:t");
    row("this.title = 'a' OR this.title = 'b'", "1:a,b");
    row("this.title = 'a' OR this.n = 1", "");
    row("NOT this.title = 'a'", "");
    row("this.n = 5.0", "4:5");
    row("this.n = 5.5", "");
    row("this.small = 100000", "");
    row("this.n IN (1.0, 2.5, 3000000000)", "4:1");
    row("this.colour IN ('red', 'blue')", "10:blue,red");
    row("this.day = '2024-02-29T00:00:00Z'", "8:2024-02-29");
    row("this.id = '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'", "0:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    row("this.f = 1", "");
    row("this.title NOT IN ('a')", "");
}

void ConditionTest::saysWhatARowMustHave()
{
    QFETCH(const QByteArray, where);
    const auto condition = where::compile(where.toStdString(), *m_table, m_catalogue);
    QVERIFY(condition.has_value());
    QByteArrayList all;
    for (const auto &one : (*condition)->requirements()) {
        QByteArrayList values;
        for (const std::string &value : one.values)
            values += QByteArray::fromStdString(value);
        all += QByteArray::number(qulonglong(one.column)) + ':' + values.join(',');
    }
    QTEST(all.join(' '), "requirements");
}

void ConditionTest::anEmptyTextIsNoCondition()
{
    for (const char *const text : {"", "  \n\t"}) {
        const auto condition = where::compile(text, *m_table, m_catalogue);
        QVERIFY(condition.has_value());
        QVERIFY(!*condition);
    }
}

void ConditionTest::boundsWhatAClientCanAsk_data()
{
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("length") << QByteArray("this.n = 1 --").append(QByteArray(70'000, 'x'));
    QTest::newRow("NOT") << QByteArray("NOT ").repeated(15'000).append("TRUE");
    QTest::newRow("parentheses") << QByteArray(30'000, '(').append("TRUE").append(QByteArray(30'000, ')'));
    QTest::newRow("minus") << QByteArray("- ").repeated(20'000).append("1 = 1");
    QTest::newRow("plus") << QByteArray("1").append(QByteArray(" + 1").repeated(12'000)).append(" = 1");
    QTest::newRow("IS TRUE") << QByteArray("TRUE").append(QByteArray(" IS TRUE").repeated(7'000));
    QTest::newRow("behind a string with a quote")
        << QByteArray("E'\\'' = this.title AND ").append(QByteArray("NOT ").repeated(15'000)).append("TRUE");
    QTest::newRow("deep, but few words") << QByteArray("NOT ").repeated(2'000).append("TRUE");
    const auto nested = [](const char *behind, int times) {
        return QByteArray(times, '(').append("this.done").append((QByteArray(")").append(behind)).repeated(times));
    };
    QTest::newRow("BETWEEN in BETWEEN") << nested(" BETWEEN FALSE AND TRUE", 60);
    QTest::newRow("IN in IN") << nested(" IN (TRUE, this.done)", 60);
    QTest::newRow("patterns")
        << QByteArray("this.title LIKE '").append(QByteArray("x").repeated(900)).append("' OR ").repeated(5).append("TRUE");
    QTest::newRow("texts") << QByteArray("this.title").append(QByteArray(" || this.title").repeated(17)).append(" = ''");
    QTest::newRow("dates of dates") << QByteArray("this.day").append(QByteArray(" + 1").repeated(5)).append(" > '2024-01-01'");
    QTest::newRow("no UTF-8") << QByteArray("this.title = '\xff'");
    QTest::newRow("pattern") << QByteArray("this.title LIKE '").append(QByteArray("%a").repeated(1'000)).append("'");
}

void ConditionTest::boundsWhatAClientCanAsk()
{
    QFETCH(const QByteArray, where);
    QVERIFY(!where::compile(where.toStdString(), *m_table, m_catalogue));
}

void ConditionTest::aMatchCostsLittle()
{
    const auto condition = where::compile("this.title = 'a title of some length'", *m_table, m_catalogue);
    const Row row("title=a title of some length", *m_table);
    QBENCHMARK
    {
        QVERIFY((*condition)->passes(row.values));
    }
}

QTEST_APPLESS_MAIN(ConditionTest)
#include "tst_condition.moc"
