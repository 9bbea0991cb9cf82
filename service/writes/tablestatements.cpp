#include "service/writes/tablestatements.h"

#include "service/pg/connection.h"

#include <algorithm>
#include <functional>

namespace electric::writes {

namespace {

using pg::quoteIdentifier;

std::string joined(std::size_t count, const std::function<std::string(std::size_t)> &one, const char *separator = ", ")
{
    std::string text;
    for (std::size_t at = 0; at < count; ++at) {
        if (at != 0)
            text += separator;
        text += one(at);
    }
    return text;
}

std::string columnOf(std::size_t column)
{
    return 'c' + std::to_string(column);
}

// Rows that arrays give: unnest($1::text[], …) AS given(…).
std::string unnested(std::size_t count, const std::function<std::string(std::size_t)> &name, bool numbered = false)
{
    return "unnest(" + joined(count, [](std::size_t at) { return '$' + std::to_string(at + 1) + "::text[]"; }) + ')'
        + (numbered ? " WITH ORDINALITY" : "") + " AS given(" + joined(count, name) + (numbered ? ", place)" : ")");
}

} // namespace

TableStatements::TableStatements(const schema::Table &table, const TablePlace &place)
    : m_table(table), m_place(place), m_main(quoteIdentifier(table.name.schema) + '.' + quoteIdentifier(table.name.name)),
      m_keys(table.keyIndexes())
{
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        if (std::find(m_keys.begin(), m_keys.end(), column) == m_keys.end())
            m_others.push_back(column);
    std::vector<std::size_t> all(table.columns.size());
    for (std::size_t column = 0; column < all.size(); ++column)
        all[column] = column;

    const auto name = [&](std::size_t column) { return quoteIdentifier(table.columns[column].name); };
    const auto tagName = [&](std::size_t column) { return quoteIdentifier("_tag_" + table.columns[column].name); };
    const auto list = [&](const std::string &prefix) { return joined(all.size(), [&](std::size_t at) { return prefix + name(at); }); };
    const std::string keyNames = joined(m_keys.size(), [&](std::size_t at) { return name(m_keys[at]); });
    const std::string allGiven = given(all, false);
    const std::string allCast = joined(all.size(), [&](std::size_t at) { return cast(at); });
    const std::string keysGiven = given(m_keys, true);

    lock = "SELECT given.place, " + list("t.") + " FROM " + keysGiven + " JOIN " + m_main + " t ON " + matches("t") + " FOR UPDATE OF t";
    tombstones = "SELECT given.place, " + list("t.") + " FROM " + keysGiven + " JOIN " + place.tombstone + " t ON " + matches("t")
        + " WHERE NOT EXISTS (SELECT FROM " + m_main + " m WHERE " + matches("m") + ')';
    shadow = "SELECT given.place, t._tags" + joined(m_others.size(), [&](std::size_t at) { return ", t." + tagName(m_others[at]); }, "") + " FROM "
        + keysGiven + " JOIN " + place.shadow + " t ON " + matches("t") + " FOR UPDATE OF t";
    remove = "DELETE FROM " + m_main + " t USING " + given(m_keys, false) + " WHERE " + matches("t");
    insert = "INSERT INTO " + m_main + " (" + list("") + ") SELECT " + allCast + " FROM " + allGiven;
    bury = "INSERT INTO " + place.tombstone + " (" + list("") + ") SELECT " + allCast + " FROM " + allGiven + " ON CONFLICT (" + keyNames + ") DO "
        + (m_others.empty() ? "NOTHING"
                            : "UPDATE SET "
                   + joined(m_others.size(), [&](std::size_t at) { return name(m_others[at]) + " = excluded." + name(m_others[at]); }));

    const std::size_t arrays = m_keys.size() + 2 + m_others.size();
    const auto markName = [&](std::size_t at) -> std::string {
        if (at < m_keys.size())
            return columnOf(m_keys[at]);
        if (at == m_keys.size())
            return "tags";
        return at == m_keys.size() + 1 ? "is_delete" : "t" + std::to_string(m_others[at - m_keys.size() - 2]);
    };
    mark = "INSERT INTO " + place.shadow + " (" + keyNames + ", _tags, _last_modified, _is_a_delete_operation, _tag, _resolved"
        + joined(m_others.size(), [&](std::size_t at) { return ", " + tagName(m_others[at]); }, "") + ") SELECT "
        + joined(m_keys.size(), [&](std::size_t at) { return cast(m_keys[at]); })
        + ", given.tags::electric.tag[], (pg_current_xact_id()::text)::int8, given.is_delete::bool, $" + std::to_string(arrays + 1)
        + "::electric.tag, true"
        + joined(m_others.size(), [&](std::size_t at) { return ", given.t" + std::to_string(m_others[at]) + "::electric.tag"; }, "") + " FROM "
        + unnested(arrays, markName) + " ON CONFLICT (" + keyNames
        + ") DO UPDATE SET _tags = excluded._tags, _last_modified = excluded._last_modified,"
          " _is_a_delete_operation = excluded._is_a_delete_operation, _tag = excluded._tag, _resolved = true,"
          " _observed_tags = NULL, _modified_columns_bit_mask = NULL"
        + joined(m_others.size(), [&](std::size_t at) { return ", " + tagName(m_others[at]) + " = excluded." + tagName(m_others[at]); }, "");
}

std::string TableStatements::update(const std::vector<std::size_t> &changed) const
{
    std::vector<std::size_t> columns = m_keys;
    columns.insert(columns.end(), changed.begin(), changed.end());
    const auto name = [this](std::size_t column) { return quoteIdentifier(m_table.columns[column].name); };
    const std::string assignments = changed.empty()
        ? name(m_keys.front()) + " = t." + name(m_keys.front())
        : joined(changed.size(), [&](std::size_t at) { return name(changed[at]) + " = " + cast(changed[at]); });
    return "UPDATE " + m_main + " t SET " + assignments + " FROM " + given(columns, false) + " WHERE " + matches("t");
}

std::string TableStatements::given(const std::vector<std::size_t> &columns, bool numbered) const
{
    return unnested(columns.size(), [&](std::size_t at) { return columnOf(columns[at]); }, numbered);
}

std::string TableStatements::cast(std::size_t column) const
{
    return "given." + columnOf(column) + "::" + m_place.types[column];
}

std::string TableStatements::matches(const std::string &alias) const
{
    return joined(
        m_keys.size(), [&](std::size_t at) { return alias + '.' + quoteIdentifier(m_table.columns[m_keys[at]].name) + " = " + cast(m_keys[at]); },
        " AND ");
}

} // namespace electric::writes
