#include "service/writes/tablestatements.h"

#include <algorithm>

namespace electric::writes {

namespace {

constexpr const char *transactionId = "(pg_current_xact_id()::text)::int8";

std::string joined(const std::vector<std::string> &parts, const char *separator)
{
    std::string text;
    for (const std::string &one : parts)
        text += (text.empty() ? "" : separator) + one;
    return text;
}

} // namespace

Result<TableStatements> TableStatements::load(pg::Connection &connection, const schema::TableName &name)
{
    TableStatements made;
    made.m_table = pg::quoteIdentifier(name.schema) + '.' + pg::quoteIdentifier(name.name);
    auto companions = connection.query("SELECT electric.shadow_name($1, $2), electric.tombstone_name($1, $2)", {name.schema, name.name});
    if (!companions)
        return fail(companions.error());
    made.m_shadow = companions->text(0, 0);
    made.m_tombstone = companions->text(0, 1);
    // Types without their length: a cast to it would cut values that an assignment refuses.
    auto columns = connection.query("SELECT a.attname, format_type(a.atttypid, -1), coalesce(a.attnum = ANY (i.indkey), false)"
                                    " FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
                                    " WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        {made.m_table});
    if (!columns)
        return fail(columns.error());
    for (int row = 0; row < columns->count(); ++row) {
        const std::string column(columns->text(row, 0));
        if (columns->text(row, 2) == "t")
            made.m_keys.push_back(made.m_names.size());
        made.m_isKey.push_back(columns->text(row, 2) == "t");
        made.m_all.push_back(made.m_names.size());
        made.m_names.push_back(column);
        made.m_columns.push_back({pg::quoteIdentifier(column), pg::quoteIdentifier("_tag_" + column), std::string(columns->text(row, 1))});
    }
    if (made.m_keys.empty())
        return fail(Failure::Kind::Conflict, "the table " + made.m_table + " has no primary key any more");
    return made;
}

std::optional<std::size_t> TableStatements::columnIndex(std::string_view name) const
{
    const auto found = std::find(m_names.begin(), m_names.end(), name);
    return found == m_names.end() ? std::nullopt : std::optional(std::size_t(found - m_names.begin()));
}

std::string TableStatements::list(const std::vector<std::size_t> &columns, const std::string &before) const
{
    std::vector<std::string> names;
    for (const std::size_t column : columns)
        names.push_back(before + m_columns[column].name);
    return joined(names, ", ");
}

std::string TableStatements::isGivenKey() const
{
    std::vector<std::string> pairs;
    for (const std::size_t key : m_keys)
        pairs.push_back("x." + m_columns[key].name + " = k." + m_columns[key].name);
    return joined(pairs, " AND ");
}

// What the parameters give, as rows called k. `further` names a text column after them.
std::string TableStatements::given(const std::vector<std::size_t> &columns, const std::string &further) const
{
    std::vector<std::string> arrays;
    for (const std::size_t column : columns)
        arrays.push_back('$' + std::to_string(arrays.size() + 1) + "::" + m_columns[column].type + "[]");
    if (!further.empty())
        arrays.push_back('$' + std::to_string(arrays.size() + 1) + "::text[]");
    return "unnest(" + joined(arrays, ", ") + ") WITH ORDINALITY AS k (" + list(columns) + (further.empty() ? "" : ", " + further)
        + ", \"row number\")";
}

std::string TableStatements::select(const std::string &what, const std::string &from, const std::string &locked) const
{
    return "SELECT k.\"row number\", x.* FROM " + given(m_keys) + ", LATERAL (SELECT " + what + " FROM " + from + " x WHERE " + isGivenKey()
        + locked + ") x";
}

std::string TableStatements::selectRows() const
{
    // Weaker than FOR UPDATE, so that others may insert rows that refer to them.
    return select(list(m_all, "x."), m_table, " FOR NO KEY UPDATE");
}

std::string TableStatements::selectShadows() const
{
    std::string columns = "x._tags";
    for (const std::size_t column : m_all) {
        if (!m_isKey[column])
            columns += ", x." + m_columns[column].tag;
    }
    return select(columns, m_shadow, " FOR NO KEY UPDATE");
}

std::string TableStatements::selectTombstones() const
{
    return select(list(m_all, "x."), m_tombstone, " LIMIT 1");
}

std::vector<std::size_t> TableStatements::keysAnd(const std::vector<bool> &columns) const
{
    std::vector<std::size_t> all = m_keys;
    for (const std::size_t column : m_all) {
        if (!m_isKey[column] && columns[column])
            all.push_back(column);
    }
    return all;
}

std::string TableStatements::insertRows(const std::vector<bool> &columns) const
{
    const auto all = keysAnd(columns);
    return "INSERT INTO " + m_table + " (" + list(all) + ") SELECT " + list(all, "k.") + " FROM " + given(all) + " ON CONFLICT ("
        + list(m_keys) + ") DO NOTHING";
}

std::string TableStatements::updateRows(const std::vector<bool> &changed) const
{
    const auto all = keysAnd(changed);
    std::vector<std::string> changes;
    for (std::size_t at = m_keys.size(); at < all.size(); ++at)
        changes.push_back(m_columns[all[at]].name + " = k." + m_columns[all[at]].name);
    if (changes.empty()) {
        const auto plain = std::find(m_isKey.begin(), m_isKey.end(), false);
        const std::string &same = m_columns[plain == m_isKey.end() ? m_keys.front() : std::size_t(plain - m_isKey.begin())].name;
        changes.push_back(same + " = x." + same);
    }
    return "UPDATE " + m_table + " x SET " + joined(changes, ", ") + " FROM " + given(all) + " WHERE " + isGivenKey();
}

std::string TableStatements::deleteRows() const
{
    return "DELETE FROM " + m_table + " x USING " + given(m_keys) + " WHERE " + isGivenKey();
}

std::string TableStatements::putTombstones() const
{
    std::vector<std::string> changes;
    for (const std::size_t column : m_all) {
        if (!m_isKey[column])
            changes.push_back(m_columns[column].name + " = excluded." + m_columns[column].name);
    }
    return "INSERT INTO " + m_tombstone + " (" + list(m_all) + ") SELECT " + list(m_all, "k.") + " FROM " + given(m_all) + " ON CONFLICT ("
        + list(m_keys) + ") DO " + (changes.empty() ? "NOTHING" : "UPDATE SET " + joined(changes, ", "));
}

std::string TableStatements::writeShadows(const ShadowWrite &write) const
{
    const std::string tag = '$' + std::to_string(m_keys.size() + (write.hasOwnTagOnly ? 1 : 2)) + "::electric.tag";
    const std::string tags = write.hasOwnTagOnly ? "ARRAY[" + tag + ']' : std::string("k.\"tag set\"::electric.tag[]");
    const std::string rows = given(m_keys, write.hasOwnTagOnly ? std::string() : std::string("\"tag set\""));
    const std::string isDelete = write.isDelete ? "true" : "false";
    std::string names = "_tags, _last_modified, _is_a_delete_operation, _tag, _resolved";
    std::string values = tags + ", " + transactionId + ", " + isDelete + ", " + tag + ", true";
    std::string changes = "_observed_tags = NULL, _modified_columns_bit_mask = NULL, _tags = " + tags
        + ", _last_modified = " + transactionId + ", _is_a_delete_operation = " + isDelete + ", _tag = " + tag + ", _resolved = true";
    std::string again = "_tags = excluded._tags, _is_a_delete_operation = excluded._is_a_delete_operation, _tag = excluded._tag";
    for (const std::size_t column : m_all) {
        if (m_isKey[column] || !write.tagged[column])
            continue;
        names += ", " + m_columns[column].tag;
        values += ", " + tag;
        changes += ", " + m_columns[column].tag + " = " + tag;
        again += ", " + m_columns[column].tag + " = " + tag;
    }
    if (!write.isNew)
        return "UPDATE " + m_shadow + " x SET " + changes + " FROM " + rows + " WHERE " + isGivenKey();
    // What this transaction's own triggers made may be changed.
    return "INSERT INTO " + m_shadow + " AS x (" + list(m_keys) + ", " + names + ") SELECT " + list(m_keys, "k.") + ", " + values + " FROM "
        + rows + " ON CONFLICT (" + list(m_keys) + ") DO UPDATE SET " + again + " WHERE x._last_modified = excluded._last_modified";
}

std::string TableStatements::echoShadows() const
{
    const std::string tag = '$' + std::to_string(m_keys.size() + 1) + "::electric.tag";
    return "INSERT INTO " + m_shadow + " AS x (" + list(m_keys)
        + ", _tags, _last_modified, _is_a_delete_operation, _tag, _resolved) SELECT " + list(m_keys, "k.")
        + ", CASE WHEN there.answer THEN ARRAY[ROW('epoch'::timestamptz, NULL)::electric.tag] ELSE '{}' END, " + transactionId
        + ", NOT there.answer, " + tag + ", there.answer FROM " + given(m_keys) + ", LATERAL (SELECT EXISTS (SELECT FROM " + m_table
        + " x WHERE " + isGivenKey() + ") AS answer) there ON CONFLICT (" + list(m_keys)
        + ") DO UPDATE SET _last_modified = excluded._last_modified, _tag = excluded._tag, _resolved = "
          "excluded._resolved";
}

} // namespace electric::writes
