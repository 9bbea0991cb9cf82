#include "service/shapes/snapshotquery.h"

#include "service/pg/connection.h"

#include <algorithm>
#include <set>

namespace electric::shapes {

using schema::Table;

namespace {

using Tables = std::vector<std::shared_ptr<const Table>>;

std::string qualified(const schema::TableName &name)
{
    return pg::quoteIdentifier(name.schema) + '.' + pg::quoteIdentifier(name.name);
}

std::string ownedBy(const Table &table, const std::string &userId)
{
    if (!table.columnIndex("electric_user_id"))
        return {};
    return " WHERE t.electric_user_id IS NULL OR t.electric_user_id::text IN ('', " + pg::quoteLiteral(userId) + ')';
}

void visit(const Tables &all, const std::shared_ptr<const Table> &table, std::set<const Table *> &seen, Tables &ordered)
{
    if (!seen.insert(table.get()).second)
        return;
    for (const schema::ForeignKey &key : table->foreignKeys) {
        const auto parent = std::find_if(all.begin(), all.end(), [&key](const auto &one) { return one->name == key.target; });
        if (parent != all.end())
            visit(all, *parent, seen, ordered);
    }
    ordered.push_back(table);
}

} // namespace

std::string copyRows(const Table &table, const std::string &shadowTable, const std::string &userId)
{
    std::string columns = "s._tags";
    for (const schema::Column &column : table.columns)
        columns += ", t." + pg::quoteIdentifier(column.name);
    std::string joined;
    for (const std::string &key : table.primaryKey) {
        const std::string name = pg::quoteIdentifier(key);
        joined += (joined.empty() ? "" : " AND ") + ("s." + name) + " = t." + name;
    }
    return "COPY (SELECT " + columns + " FROM " + qualified(table.name) + " t LEFT JOIN " + shadowTable + " s ON " + joined
        + ownedBy(table, userId) + ") TO STDOUT";
}

std::string copyKeys(const Table &table, const std::string &userId)
{
    std::string columns;
    for (const schema::Column &column : table.columns)
        columns
            += (columns.empty() ? "" : ", ") + (table.isKey(column.name) ? "t." + pg::quoteIdentifier(column.name) : std::string("NULL"));
    return "COPY (SELECT " + columns + " FROM " + qualified(table.name) + " t" + ownedBy(table, userId) + ") TO STDOUT";
}

Tables parentsFirst(Tables tables)
{
    Tables ordered;
    std::set<const Table *> seen;
    for (const auto &table : tables)
        visit(tables, table, seen, ordered);
    return ordered;
}

} // namespace electric::shapes
