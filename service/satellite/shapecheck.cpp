#include "service/satellite/shapecheck.h"

#include <algorithm>
#include <optional>

namespace electric::satellite {
namespace {

using out::ShapeError;
using out::ShapeErrorCode;

bool isCanonicalUuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

ShapeError wrong(ShapeErrorCode code, std::string message)
{
    return {code, std::move(message), {}};
}

bool hasForeignKey(const schema::Table &from, const schema::Table &to, const std::vector<std::string> &columns)
{
    return std::any_of(from.foreignKeys.begin(), from.foreignKeys.end(), [&](const schema::ForeignKey &key) {
        auto ours = key.columns;
        auto asked = columns;
        std::sort(ours.begin(), ours.end());
        std::sort(asked.begin(), asked.end());
        return key.target == to.name && ours == asked;
    });
}

std::string listed(const std::vector<std::string> &columns)
{
    std::string text;
    for (const std::string &column : columns)
        text += (text.empty() ? "\"" : ", \"") + column + '"';
    return '[' + text + ']';
}

using Tables = std::set<schema::TableName>;

bool isTableName(const std::string &text)
{
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    return !text.empty() && text.size() <= 64 && printable;
}

// Depth first, as the original; nothing when all is well.
std::optional<ShapeError> collect(const in::Select &select, const schema::Catalogue &catalogue, Tables &tables)
{
    if (!isTableName(select.table))
        return wrong(ShapeErrorCode::TableNotFound, "Invalid table name");
    const auto table = catalogue.table(schema::TableName {"public", select.table});
    if (!table)
        return wrong(ShapeErrorCode::TableNotFound, "Unknown table " + select.table);
    if (!select.where.empty())
        return wrong(ShapeErrorCode::InvalidWhere, "This server does not support where clauses yet");
    tables.insert(table->name);
    std::set<std::pair<std::string, std::string>> seen;
    for (const in::Select::Relation &relation : select.include) {
        if (!relation.select || relation.foreignKey.empty())
            return wrong(ShapeErrorCode::InvalidInclude, "Relation has to have a FK and a select");
        const auto target = catalogue.table(schema::TableName {"public", relation.select->table});
        const std::string columns = listed(relation.foreignKey);
        if (!target || (!hasForeignKey(*target, *table, relation.foreignKey) && !hasForeignKey(*table, *target, relation.foreignKey)))
            return wrong(ShapeErrorCode::InvalidInclude,
                "Relation between {\"public\", \"" + select.table + "\"} and {\"public\", \"" + relation.select->table + "\"} over FK "
                    + columns + " does not exist");
        if (!seen.emplace(relation.select->table, columns).second)
            return wrong(ShapeErrorCode::InvalidInclude, "Cannot traverse same relationship twice");
        if (auto below = collect(*relation.select, catalogue, tables))
            return below;
    }
    return std::nullopt;
}

// So that a client always gets the rows that its rows point at (§7.3); each table once, so cycles end.
void closeOverForeignKeys(Tables &tables, const schema::Catalogue &catalogue)
{
    std::vector<schema::TableName> open(tables.begin(), tables.end());
    while (!open.empty()) {
        const auto table = catalogue.table(open.back());
        open.pop_back();
        for (const schema::ForeignKey &key : table->foreignKeys)
            if (catalogue.table(key.target) && tables.insert(key.target).second)
                open.push_back(key.target);
    }
}

std::optional<ShapeError> collectList(const std::vector<in::Select> &selects, const schema::Catalogue &catalogue, Tables &tables)
{
    Tables asked;
    std::string unknown;
    for (const in::Select &select : selects) {
        if (!isTableName(select.table))
            return wrong(ShapeErrorCode::TableNotFound, "Invalid table name");
        const schema::TableName name {"public", select.table};
        if (!catalogue.table(name))
            unknown += (unknown.empty() ? "" : ",") + select.table;
        else if (!asked.insert(name).second)
            return wrong(ShapeErrorCode::DuplicateTable, "Cannot select same table twice");
    }
    if (!unknown.empty())
        return wrong(ShapeErrorCode::TableNotFound, "Unknown tables: " + unknown);
    Tables closed = asked;
    closeOverForeignKeys(closed, catalogue);
    std::string missing;
    for (const schema::TableName &name : closed)
        if (!asked.contains(name))
            missing += (missing.empty() ? "" : ", ") + name.name;
    if (!missing.empty())
        return wrong(ShapeErrorCode::MissingReferenced,
            "Some tables are missing from the shape request, but are referenced by FKs on the requested tables: " + missing);
    tables.merge(asked);
    return std::nullopt;
}

std::optional<ShapeError> checkShape(const in::ShapeRequest &shape, const schema::Catalogue &catalogue, bool isTree, Tables &tables)
{
    if (shape.selects.empty())
        return wrong(ShapeErrorCode::EmptyDefinition, "Empty shape requests are not allowed");
    if (!isTree)
        return collectList(shape.selects, catalogue, tables);
    if (shape.selects.size() > 1)
        return wrong(ShapeErrorCode::InvalidInclude, "Cannot have more than one top-level select");
    return collect(shape.selects.front(), catalogue, tables);
}

} // namespace

ShapeCheck checkShapes(const in::Subscribe &request, const schema::Catalogue &catalogue, bool shapesAreTrees)
{
    if (request.shapes.empty())
        return {"Subscription must include at least one shape request"};
    if (!isCanonicalUuid(request.id))
        return {"Subscription ID should be a valid UUID"};
    std::set<std::string> ids;
    for (const in::ShapeRequest &shape : request.shapes)
        if (!ids.insert(shape.requestId).second)
            return {"Duplicated request ids are not allowed"};
    ShapeCheck check;
    for (const in::ShapeRequest &shape : request.shapes) {
        if (auto error = checkShape(shape, catalogue, shapesAreTrees, check.tables)) {
            error->requestId = shape.requestId;
            check.errors.push_back(*std::move(error));
        }
    }
    if (!check.errors.empty())
        check.refusal = "Could not establish a subscription due to errors on requests";
    else
        closeOverForeignKeys(check.tables, catalogue);
    return check;
}

} // namespace electric::satellite
