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

// The foreign key of `from` that has exactly these columns, in any order, and leads to `to`.
const schema::ForeignKey *foreignKey(const schema::Table &from, const schema::Table &to, const std::vector<std::string> &columns)
{
    const auto found = std::find_if(from.foreignKeys.begin(), from.foreignKeys.end(), [&](const schema::ForeignKey &key) {
        return key.target == to.name && std::is_permutation(key.columns.begin(), key.columns.end(), columns.begin(), columns.end());
    });
    return found == from.foreignKeys.end() ? nullptr : &*found;
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

// Builds a shape's tree from a request, depth first, as the original checks it.
class TreeBuilder
{
public:
    TreeBuilder(const schema::Catalogue &catalogue) : m_catalogue(catalogue) { }

    // Nothing when all is well.
    std::optional<ShapeError> build(const in::Select &select)
    {
        auto error = add(select, Layer::Way::Root, 0, {});
        if (!error && m_shape.layers.size() > maxLayers)
            error = wrong(ShapeErrorCode::InvalidInclude,
                "This shape takes in more than " + std::to_string(maxLayers) + " tables over its foreign keys");
        return error;
    }
    [[nodiscard]] bool isFiltered() const
    {
        return std::any_of(m_shape.layers.begin(), m_shape.layers.end(), [](const auto &layer) { return layer.condition != nullptr; });
    }
    [[nodiscard]] const shapes::Shape &shape() const { return m_shape; }

private:
    using Layer = shapes::Layer;
    static constexpr std::size_t maxLayers = 128;

    // Where a walk has been, so that rows that point at each other in a circle are followed once.
    struct Step {
        const schema::Table *table;
        const schema::ForeignKey *key;

        friend bool operator==(const Step &, const Step &) = default;
    };
    using Path = std::vector<Step>;

    std::optional<ShapeError> add(const in::Select &select, Layer::Way way, std::size_t above, std::vector<std::size_t> reference,
        const schema::ForeignKey *key = nullptr, Path path = {})
    {
        if (!isTableName(select.table))
            return wrong(ShapeErrorCode::TableNotFound, "Invalid table name");
        Layer layer;
        layer.way = way;
        layer.above = above;
        layer.table = m_catalogue.table(schema::TableName {"public", select.table});
        layer.foreignKey = std::move(reference);
        layer.conditionText = select.where;
        if (!layer.table)
            return wrong(ShapeErrorCode::TableNotFound, "Unknown table " + select.table);
        auto condition = where::compile(select.where, *layer.table, m_catalogue);
        if (!condition)
            return wrong(ShapeErrorCode::InvalidWhere, condition.error().message);
        if (*condition && way == Layer::Way::ToOne)
            return wrong(ShapeErrorCode::InvalidWhere,
                "A row that is pointed at is always part of the shape: " + select.table + " cannot have a where clause here");
        layer.condition = *std::move(condition);
        const std::shared_ptr<const schema::Table> table = layer.table;
        const std::size_t at = m_shape.layers.size();
        m_shape.layers.push_back(std::move(layer));
        return include(select, table, at, way == Layer::Way::ToMany ? key : nullptr, path);
    }

    std::optional<ShapeError> include(const in::Select &select, const std::shared_ptr<const schema::Table> &table, std::size_t at,
        const schema::ForeignKey *reachedBy, const Path &path)
    {
        std::set<std::pair<std::string, const schema::ForeignKey *>> seen;
        for (const in::Select::Relation &relation : select.include) {
            if (!relation.select || relation.foreignKey.empty())
                return wrong(ShapeErrorCode::InvalidInclude, "Relation has to have a FK and a select");
            const auto target = m_catalogue.table(schema::TableName {"public", relation.select->table});
            const schema::ForeignKey *const incoming = target ? foreignKey(*target, *table, relation.foreignKey) : nullptr;
            const schema::ForeignKey *const outgoing = target && !incoming ? foreignKey(*table, *target, relation.foreignKey) : nullptr;
            auto reference = incoming ? shapes::referenceColumns(*incoming, *target, *table)
                : outgoing            ? shapes::referenceColumns(*outgoing, *table, *target)
                                      : std::vector<std::size_t>();
            if (reference.empty())
                return wrong(ShapeErrorCode::InvalidInclude,
                    "Relation between {\"public\", \"" + select.table + "\"} and {\"public\", \"" + relation.select->table + "\"} over FK "
                        + listed(relation.foreignKey) + " does not exist");
            const schema::ForeignKey *const key = incoming ? incoming : outgoing;
            if (!seen.emplace(relation.select->table, key).second)
                return wrong(ShapeErrorCode::InvalidInclude, "Cannot traverse same relationship twice");
            auto below = add(*relation.select, incoming ? Layer::Way::ToMany : Layer::Way::ToOne, at, std::move(reference), key, path);
            if (below)
                return below;
        }
        followOutgoing(table, at, reachedBy, seen, path);
        return std::nullopt;
    }

    // So that a client always gets the rows that its rows point at (§7.3).
    void followOutgoing(const std::shared_ptr<const schema::Table> &table, std::size_t at, const schema::ForeignKey *reachedBy,
        const std::set<std::pair<std::string, const schema::ForeignKey *>> &included, const Path &path)
    {
        for (const schema::ForeignKey &key : table->foreignKeys) {
            const auto target = m_catalogue.table(key.target);
            const Step step {table.get(), &key};
            if (!target || &key == reachedBy || included.contains({key.target.name, &key}) || m_shape.layers.size() > maxLayers
                || std::find(path.begin(), path.end(), step) != path.end())
                continue;
            Layer layer;
            layer.way = Layer::Way::ToOne;
            layer.above = at;
            layer.table = target;
            layer.foreignKey = shapes::referenceColumns(key, *table, *target);
            if (layer.foreignKey.empty())
                continue;
            const std::size_t below = m_shape.layers.size();
            m_shape.layers.push_back(std::move(layer));
            Path further = path;
            further.push_back(step);
            followOutgoing(target, below, nullptr, {}, further);
        }
    }

    const schema::Catalogue &m_catalogue;
    shapes::Shape m_shape;
};

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

std::optional<ShapeError> checkShape(const in::ShapeRequest &shape, const schema::Catalogue &catalogue, bool isTree, ShapeCheck &check)
{
    if (shape.selects.empty())
        return wrong(ShapeErrorCode::EmptyDefinition, "Empty shape requests are not allowed");
    if (!isTree)
        return collectList(shape.selects, catalogue, check.tables);
    if (shape.selects.size() > 1)
        return wrong(ShapeErrorCode::InvalidInclude, "Cannot have more than one top-level select");
    TreeBuilder tree(catalogue);
    if (auto error = tree.build(shape.selects.front()))
        return error;
    if (tree.isFiltered()) {
        check.shapes.push_back(std::make_shared<shapes::Shape>(tree.shape()));
        return std::nullopt;
    }
    for (const shapes::Layer &layer : tree.shape().layers)
        check.tables.insert(layer.table->name);
    return std::nullopt;
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
        if (auto error = checkShape(shape, catalogue, shapesAreTrees, check)) {
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
