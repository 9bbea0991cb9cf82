#include "service/app/shapequestion.h"

#include "service/admin/params.h"
#include "service/satellite/shapecheck.h"
#include "service/shapes/snapshotquery.h"

#include <QJsonObject>

#include <algorithm>

namespace electric::app {

namespace {

using satellite::in::Select;
using Relations = tl::expected<std::vector<Select::Relation>, admin::Error>;

const auto anyUuid = "00000000-0000-0000-0000-000000000000";

QString text(const std::string &bytes)
{
    return QString::fromStdString(bytes);
}

Relations relationsOf(const QJsonArray &include)
{
    static const QSet<QString> known {
        QStringLiteral("table"), QStringLiteral("foreignKey"), QStringLiteral("where"), QStringLiteral("include")};
    std::vector<Select::Relation> relations;
    for (const QJsonValue &value : include) {
        const QJsonObject one = value.toObject();
        const auto wrong = admin::onlyKnown(one, known);
        const auto table = admin::requiredText(one, "table");
        const auto where = admin::textOf(one, "where");
        if (!wrong || !table || !where)
            return tl::unexpected(!wrong ? wrong.error() : !table ? table.error() : where.error());
        Select::Relation relation;
        const QJsonArray columns = one.value(QLatin1String("foreignKey")).toArray();
        for (const QJsonValue &column : columns)
            relation.foreignKey.push_back(column.toString().toStdString());
        auto below = relationsOf(one.value(QLatin1String("include")).toArray());
        if (!below)
            return below;
        relation.select = Select {table->toStdString(), where->toStdString(), *std::move(below)};
        relations.push_back(std::move(relation));
    }
    return relations;
}

// Which where clause is wrong, in the order in which they are checked, and where in it.
bool findProblem(const Select &select, const schema::Catalogue &catalogue, admin::CheckedShape &checked)
{
    const auto table = catalogue.table(schema::TableName {"public", select.table});
    if (!table)
        return false;
    if (const auto condition = where::compile(select.where, *table, catalogue); !condition) {
        checked.errorTable = QStringLiteral("public.") + text(select.table);
        // Characters, as people count, not bytes.
        checked.position = int(text(select.where.substr(0, condition.error().offset)).toUcs4().size()) + 1;
        return true;
    }
    return std::any_of(select.include.begin(), select.include.end(),
        [&](const Select::Relation &relation) { return findProblem(*relation.select, catalogue, checked); });
}

admin::CheckedShape refusal(const satellite::out::ShapeError &error, const Select &select, const schema::Catalogue &catalogue)
{
    using Code = satellite::out::ShapeErrorCode;
    admin::CheckedShape checked;
    checked.error = text(error.message);
    if (error.code == Code::InvalidWhere)
        findProblem(select, catalogue, checked);
    else if (error.code == Code::TableNotFound)
        checked.remedy = QStringLiteral("Clients see electrified tables of the schema public. Electrify it first.");
    else if (error.code == Code::InvalidInclude)
        checked.remedy = QStringLiteral("Name the columns of the table that has the foreign key, whichever way it is followed.");
    return checked;
}

std::string keyOrder(const schema::Table &table)
{
    std::string columns;
    for (const std::string &column : table.primaryKey)
        columns += (columns.empty() ? " ORDER BY t." : ", t.") + pg::quoteIdentifier(column);
    return columns;
}

admin::CheckedShape::Part partOf(const schema::Table &table, const shapes::ShapePtr &shape, const std::string &user)
{
    admin::CheckedShape::Part part;
    part.table.schema = text(table.name.schema);
    part.table.name = text(table.name.name);
    for (const schema::Column &column : table.columns)
        part.table.columns.append(text(column.name));
    part.counting = shapes::selectRows("count(*), coalesce(sum(octet_length(t::text)), 0)", table, shape, user);
    part.rows
        = shapes::selectRows("row_to_json(t) AS row, octet_length(row_to_json(t)::text) AS size", table, shape, user) + keyOrder(table);
    return part;
}

} // namespace

tl::expected<admin::CheckedShape, admin::Error> checkedShape(const admin::ShapeQuestion &question, const schema::Catalogue &catalogue)
{
    auto include = relationsOf(question.include);
    if (!include)
        return tl::unexpected(include.error());
    const Select select {question.table.toStdString(), question.where.toStdString(), *std::move(include)};
    const std::string user = question.user.toStdString();
    const auto check = satellite::checkShapes({0, anyUuid, {{"preview", {select}}}, {}}, catalogue, true);
    if (!check.errors.empty())
        return refusal(check.errors.front(), select, catalogue);
    std::set<schema::TableName> names = check.tables;
    const shapes::ShapePtr shape = check.shapes.empty() ? nullptr : check.shapes.front();
    if (shape)
        for (const shapes::Layer &layer : shape->layers)
            names.insert(layer.table->name);
    admin::CheckedShape checked;
    for (const schema::TableName &name : names) {
        const auto table = catalogue.table(name);
        const auto at = name.name == select.table ? checked.parts.begin() : checked.parts.end(); // that was asked for first
        checked.parts.insert(at, partOf(*table, shape, user));
    }
    return checked;
}

} // namespace electric::app
