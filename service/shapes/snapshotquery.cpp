#include "service/shapes/snapshotquery.h"

#include "service/pg/connection.h"
#include "service/shapes/rowkey.h"

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

// Empty: everybody may see every row.
std::string ownedBy(const Table &table, const std::string &alias, const std::string &userId)
{
    if (!table.columnIndex("electric_user_id"))
        return {};
    const std::string owner = alias + ".electric_user_id";
    return '(' + owner + " IS NULL OR " + owner + "::text IN ('', " + pg::quoteLiteral(userId) + "))";
}

std::string whereAll(const std::vector<std::string> &conditions)
{
    std::string text;
    for (const std::string &one : conditions)
        if (!one.empty())
            text += (text.empty() ? " WHERE " : " AND ") + one;
    return text;
}

std::string tuple(const std::vector<std::string> &parts)
{
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return parts.size() == 1 ? text : '(' + text + ')';
}

std::vector<std::string> keyOf(const Table &table, const std::string &alias)
{
    std::vector<std::string> names;
    for (const std::string &column : table.primaryKey)
        names.push_back(alias + '.' + pg::quoteIdentifier(column));
    return names;
}

std::vector<std::string> namesOf(const Table &table, const std::string &alias, const std::vector<std::size_t> &columns)
{
    std::vector<std::string> names;
    for (const std::size_t column : columns)
        names.push_back(alias + '.' + pg::quoteIdentifier(table.columns[column].name));
    return names;
}

std::string isOneOf(const std::vector<std::string> &columns, const std::vector<std::string> &keys)
{
    std::string list;
    for (const std::string &key : keys) {
        std::vector<std::string> literals;
        for (const std::string_view value : unpackKey(key))
            literals.push_back(pg::quoteLiteral(std::string(value)));
        list += (list.empty() ? "" : ", ") + tuple(literals);
    }
    return tuple(columns) + " IN (" + list + ')';
}

// Says which rows of a layer a selection has. Each table is called by the depth at which it stands, so that no name hides another.
class LayerCondition
{
public:
    LayerCondition(const Selection &selection, const std::string &userId) : m_selection(selection), m_userId(userId) { }

    // All that must hold, as a WHERE clause; empty when every row does.
    [[nodiscard]] std::string of(std::size_t at, const std::string &alias, std::vector<std::string> conditions = {}) const
    {
        const Layer &layer = m_selection.shape->layers[at];
        conditions.push_back(ownedBy(*layer.table, alias, m_userId));
        conditions.push_back(layer.condition ? layer.condition->sql(alias) : std::string());
        conditions.push_back(reached(at, alias));
        return whereAll(conditions);
    }

private:
    [[nodiscard]] std::string reached(std::size_t at, const std::string &alias) const
    {
        const Layer &layer = m_selection.shape->layers[at];
        const bool toMany = layer.way == Layer::Way::ToMany;
        const auto ours = toMany ? namesOf(*layer.table, alias, layer.foreignKey) : keyOf(*layer.table, alias);
        if (at == m_selection.layer && !m_selection.keys.empty())
            return isOneOf(ours, m_selection.keys);
        if (layer.way == Layer::Way::Root)
            return {};
        const Layer &above = m_selection.shape->layers[layer.above];
        const std::string outer = alias + 'a';
        const auto theirs = toMany ? keyOf(*above.table, outer) : namesOf(*above.table, outer, layer.foreignKey);
        std::string columns;
        for (const std::string &column : theirs)
            columns += (columns.empty() ? "" : ", ") + column;
        return tuple(ours) + " IN (SELECT " + columns + " FROM " + qualified(above.table->name) + ' ' + outer + of(layer.above, outer)
            + ')';
    }

    const Selection &m_selection;
    const std::string &m_userId;
};

std::vector<std::size_t> layersOfTable(const Shape &shape, const Table &table)
{
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < shape.layers.size(); ++at)
        if (shape.layers[at].table->name == table.name)
            found.push_back(at);
    return found;
}

// Each layer of the shape that has rows of this table, as a set of keys.
std::vector<std::string> keySets(const ShapePtr &shape, const Table &table, const std::string &userId)
{
    std::vector<std::string> sets;
    const Selection whole {shape};
    for (const std::size_t at : layersOfTable(*shape, table)) {
        std::string key;
        for (const std::string &column : keyOf(table, "e"))
            key += (key.empty() ? "" : ", ") + column;
        sets.push_back("(SELECT " + key + " FROM " + qualified(table.name) + " e" + LayerCondition(whole, userId).of(at, "e") + ')');
    }
    return sets;
}

std::vector<std::string> notShownBy(const std::vector<ShapePtr> &shapes, const Table &table, const std::string &userId)
{
    std::vector<std::string> conditions;
    for (const ShapePtr &shape : shapes) {
        for (const std::string &keys : keySets(shape, table, userId))
            conditions.push_back(tuple(keyOf(table, "t")) + " NOT IN " + keys);
    }
    return conditions;
}

std::string joinShadow(const Table &table, const std::string &shadowTable)
{
    std::string joined;
    for (const std::string &key : table.primaryKey) {
        const std::string name = pg::quoteIdentifier(key);
        joined += (joined.empty() ? "" : " AND ") + ("s." + name) + " = t." + name;
    }
    return " t LEFT JOIN " + shadowTable + " s ON " + joined;
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
    return "COPY (SELECT " + columns + " FROM " + qualified(table.name) + joinShadow(table, shadowTable)
        + whereAll({ownedBy(table, "t", userId)}) + ") TO STDOUT";
}

std::string copyKeys(const Table &table, const std::string &userId, const std::vector<ShapePtr> &excluded)
{
    std::string columns;
    for (const schema::Column &column : table.columns)
        columns
            += (columns.empty() ? "" : ", ") + (table.isKey(column.name) ? "t." + pg::quoteIdentifier(column.name) : std::string("NULL"));
    std::vector<std::string> conditions = notShownBy(excluded, table, userId);
    conditions.push_back(ownedBy(table, "t", userId));
    return "COPY (SELECT " + columns + " FROM " + qualified(table.name) + " t" + whereAll(conditions) + ") TO STDOUT";
}

std::vector<std::size_t> layersOf(const Selection &selection)
{
    std::vector<std::size_t> layers {selection.layer};
    for (std::size_t at = selection.layer + 1; at < selection.shape->layers.size(); ++at)
        if (std::find(layers.begin(), layers.end(), selection.shape->layers[at].above) != layers.end())
            layers.push_back(at);
    return layers;
}

std::vector<bool> placeColumns(const Shape &shape, std::size_t at)
{
    const Layer &layer = shape.layers[at];
    std::vector<bool> needed(layer.table->columns.size());
    for (const std::size_t column : layer.table->keyIndexes())
        needed[column] = true;
    const auto mark = [&needed](const std::vector<std::size_t> &columns) {
        for (const std::size_t column : columns)
            needed[column] = true;
    };
    if (layer.way == Layer::Way::ToMany)
        mark(layer.foreignKey);
    for (const Layer &below : shape.layers)
        if (below.way == Layer::Way::ToOne && below.above == at)
            mark(below.foreignKey);
    return needed;
}

std::string copyLayer(const SnapshotRequest &request, const Selection &selection, std::size_t at, const std::string &shadowTable)
{
    const Table &table = *selection.shape->layers[at].table;
    const auto needed = placeColumns(*selection.shape, at);
    std::string columns = request.keysOnly ? "" : "s._tags";
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        columns += (columns.empty() ? "" : ", ")
            + (request.keysOnly && !needed[column] ? std::string("NULL") : "t." + pg::quoteIdentifier(table.columns[column].name));
    return "COPY (SELECT " + columns + " FROM " + qualified(table.name)
        + (request.keysOnly ? std::string(" t") : joinShadow(table, shadowTable))
        + LayerCondition(selection, request.userId).of(at, "t", notShownBy(request.excluded, table, request.userId)) + ") TO STDOUT";
}

std::string selectRows(const std::string &what, const Table &table, const ShapePtr &shape, const std::string &userId)
{
    const std::string head = "SELECT " + what + " FROM " + qualified(table.name) + " t";
    if (!shape)
        return head + whereAll({ownedBy(table, "t", userId)});
    if (const auto layers = layersOfTable(*shape, table); layers.size() == 1)
        return head + LayerCondition(Selection {shape}, userId).of(layers.front(), "t");
    std::string any;
    for (const std::string &keys : keySets(shape, table, userId))
        any += (any.empty() ? " WHERE " : " OR ") + tuple(keyOf(table, "t")) + " IN " + keys;
    return head + (any.empty() ? " WHERE false" : any);
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
