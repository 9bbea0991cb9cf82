// What clients send as the condition of a shape, evaluated over rows as they may come.
#include "service/where/parsing.h"
#include "tests/fuzz/driver.h"

namespace electric::fuzz {

namespace {

schema::Catalogue catalogue()
{
    schema::Catalogue made;
    made.put(schema::Enum {{"public", "colour"}, {"red", "green"}});
    schema::Table table;
    table.name.name = "t";
    for (const char *const type :
        {"bool", "int2", "int4", "int8", "float4", "float8", "text", "uuid", "date", "time", "timestamp", "timestamptz", "jsonb", "bytea"})
        table.columns.push_back({std::string("c") + type, {type, {}, {}}, true});
    table.columns.push_back({"colour", {"colour", {}, {}, true}, true});
    made.put(table);
    return made;
}

} // namespace

std::vector<std::string> seeds()
{
    return {"this.cbool", "this.cint4 = 5 AND NOT this.ctext IN ('a', NULL)", "this.cint8 BETWEEN -9223372036854775808 AND 2.5",
        "this.ctext LIKE 'a%\\_b' OR lower(this.ctext || 'x') ILIKE '%ä_'", "this.cuuid = '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'",
        "this.cdate < '2024-02-29' AND this.ctimestamptz >= '2024-01-01T00:00:00.123Z'", "this.ctimestamp AT TIME ZONE 'UTC' <> 'epoch'",
        "this.cjsonb IS NOT NULL", "this.cfloat8 IS NOT DISTINCT FROM 'NaN'", "(this.cbool IS UNKNOWN) IS NOT TRUE", "this.colour > 'red'",
        "@ - this.cint4 & 7 = this.cint2::int4 # 3", "this.\"ctext\"::text = 'x'; DROP TABLE t", "1 = 1) OR (TRUE -- ", "TRUE LIMIT 1",
        "this.ctime = '11:59 PM'", "E'\\'' = this.ctext /* ' */",
        "this.cdate + 5 - interval '1 year 2 mons -3 days 04:05:06.7' > this.ctimestamp", "this.cdate - date '2024-01-31' = 2147483647",
        "this.ctimestamptz - timestamptz '2024-01-01 00:00Z' <= 'P1Y2M3DT4H5M6.5S'::interval", "this.ctime - interval '25 hours' = '24:00'",
        "this.cint8 / -1 % this.cint2 IN (1e3, -(5), 2.50, NULL)", "this.cfloat4 IN (0.1, 1e-40, 'NaN', 0.30000000000000004)",
        "(this.cbool BETWEEN FALSE AND TRUE) IN (TRUE, this.cbool)", "(this.cdate + 1) - this.cdate = justify_days(int4('1'))"};
}

void fuzzOne(std::string_view input)
{
    static const schema::Catalogue tables = catalogue();
    static const auto table = tables.table(schema::TableName {"public", "t"});
    const auto condition = where::compile(input, *table, tables);
    if (!condition) {
        require(condition.error().message.starts_with("At location ") || condition.error().message.starts_with("Where expression"),
            "what is wrong is said");
        return;
    }
    if (!*condition)
        return;
    std::vector<changes::Value> row(table->columns.size());
    (void)(*condition)->passes(row);
    for (std::size_t at = 0; at < row.size(); ++at)
        row[at] = {changes::Value::Kind::Text, at % 2 == 0 ? input : std::string_view("1")};
    (void)(*condition)->passes(row);
    // What is printed is one condition, and nothing behind it.
    const auto again = where::parse((*condition)->sql("this"));
    require(again || again.error().message.find(" at most ") != std::string::npos, "the SQL is one condition");
}

} // namespace electric::fuzz
