#include "service/shapes/shape.h"

#include <algorithm>

namespace electric::shapes {

std::vector<std::size_t> referenceColumns(const schema::ForeignKey &key, const schema::Table &from, const schema::Table &to)
{
    std::vector<std::size_t> columns;
    if (key.columns.size() != to.primaryKey.size() || key.targetColumns.size() != key.columns.size())
        return {};
    for (const std::string &target : to.primaryKey) {
        const auto at = std::find(key.targetColumns.begin(), key.targetColumns.end(), target);
        if (at == key.targetColumns.end())
            return {};
        const auto column = from.columnIndex(key.columns[std::size_t(at - key.targetColumns.begin())]);
        if (!column)
            return {};
        columns.push_back(*column);
    }
    return columns;
}

ShapePtr withTablesOf(const Shape &shape, const schema::Catalogue &catalogue)
{
    auto made = std::make_shared<Shape>(shape);
    for (Layer &layer : made->layers) {
        auto table = catalogue.table(layer.table->name);
        if (!table)
            return nullptr;
        if (table == layer.table)
            continue;
        layer.table = std::move(table);
        // Columns are only ever added: the condition still holds, though one that is compiled anew knows new values of enums.
        if (auto condition = where::compile(layer.conditionText, *layer.table, catalogue))
            layer.condition = *std::move(condition);
    }
    return made;
}

} // namespace electric::shapes
