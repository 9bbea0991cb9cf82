#include "service/proxy/catalogueasks.h"

namespace electric::proxy::asks {

namespace {

// Electrified tables by name, whatever became of them: a table that was dropped or renamed is no row.
constexpr std::string_view joinElectrified = " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
                                             " JOIN electric.electrified e ON e.schema_name OPERATOR(pg_catalog.=) n.nspname"
                                             " AND e.table_name OPERATOR(pg_catalog.=) c.relname";

} // namespace

std::string dollarQuoted(std::string_view text)
{
    std::string tag = "$electric$";
    for (int i = 0; text.find(tag.substr(0, tag.size() - 1)) != std::string_view::npos; ++i)
        tag = "$electric" + std::to_string(i) + '$';
    return tag + std::string(text) + tag;
}

std::string hasElectric()
{
    return "SELECT pg_catalog.to_regclass('electric.electrified') IS NOT NULL";
}

std::string electrified(const std::vector<std::string> &names, bool areIndexes)
{
    std::string list;
    for (const std::string &one : names)
        list += (list.empty() ? "" : ",") + dollarQuoted(one);
    std::string sql = "SELECT e.schema_name, e.table_name FROM pg_catalog.unnest(ARRAY[" + list + "]::pg_catalog.text[]) AS wanted(name)";
    if (areIndexes)
        sql += " JOIN pg_catalog.pg_index i ON i.indexrelid = pg_catalog.to_regclass(wanted.name) AND NOT"
               " i.indisprimary JOIN pg_catalog.pg_class c ON c.oid = i.indrelid";
    else
        sql += " JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(wanted.name)";
    return sql.append(joinElectrified) + " LIMIT 1";
}

std::string columnsOf(const std::string &table)
{
    return "SELECT attname FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid ="
           " pg_catalog.to_regclass("
        + dollarQuoted(table) + ')';
}

std::string isTaken(const std::string &schema, const std::string &name)
{
    return "SELECT pg_catalog.to_regclass(pg_catalog.quote_ident(" + dollarQuoted(schema) + ") || '.' || pg_catalog.quote_ident("
        + dollarQuoted(name) + ")) IS NOT NULL";
}

std::string shapes()
{
    std::string sql = "SELECT e.schema_name, e.table_name, pg_catalog.md5(pg_catalog.concat("
                      "(SELECT pg_catalog.string_agg(pg_catalog.format('%s %s %s %s,', a.attname,"
                      " pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef), '' ORDER BY a.attnum)"
                      " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),"
                      "(SELECT pg_catalog.string_agg(pg_catalog.format('%s %s,', k.conname, "
                      "pg_catalog.pg_get_constraintdef(k.oid)),"
                      " '' ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid),"
                      "(SELECT pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid), ',' ORDER BY i.indexrelid)"
                      " FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid)))"
                      " FROM pg_catalog.pg_class c";
    return sql.append(joinElectrified);
}

} // namespace electric::proxy::asks
