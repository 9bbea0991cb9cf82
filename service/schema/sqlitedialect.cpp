#include "service/schema/sqlitedialect.h"

#include "service/schema/constraintname.h"
#include "service/schema/sqliteexpression.h"
#include "service/schema/tabledefinition.h"

#include <algorithm>

namespace electric::schema {
namespace {

std::string actionText(ForeignKey::Action action)
{
    switch (action) {
    case ForeignKey::Action::NoAction: break;
    case ForeignKey::Action::Restrict: return "RESTRICT";
    case ForeignKey::Action::Cascade: return "CASCADE";
    case ForeignKey::Action::SetNull: return "SET NULL";
    case ForeignKey::Action::SetDefault: return "SET DEFAULT";
    }
    return {};
}

std::string references(const ForeignKey &key)
{
    std::string text = "REFERENCES " + sqliteName(key.target.name);
    if (!key.targetColumns.empty())
        text += " (" + sqliteNames(key.targetColumns) + ')';
    if (key.onDelete != ForeignKey::Action::NoAction)
        text += " ON DELETE " + actionText(key.onDelete);
    if (key.onUpdate != ForeignKey::Action::NoAction)
        text += " ON UPDATE " + actionText(key.onUpdate);
    return text;
}

std::string constraint(const std::string &name)
{
    return "CONSTRAINT " + sqliteName(name) + ' ';
}

// The name, type, NOT NULL and DEFAULT of a column; only defaults from `firstDefault` on count.
std::string columnText(const TableDefinition &definition, const Column &column, std::size_t firstDefault, std::vector<Failure> &omitted)
{
    std::string text = sqliteName(column.name) + ' ' + sqliteType(column.type);
    if (!column.nullable)
        text += " NOT NULL";
    for (std::size_t i = firstDefault; i < definition.defaults.size(); ++i) {
        const ColumnDefault &one = definition.defaults[i];
        if (one.column != column.name)
            continue;
        if (const auto value = sqliteDefault(one.expression, column.type))
            text += " DEFAULT " + *value;
        else
            omitted.push_back(value.error());
    }
    return text;
}

std::optional<std::string> checkText(const CheckConstraint &check, std::vector<Failure> &omitted)
{
    const auto condition = sqliteExpression(check.expression);
    if (!condition) {
        omitted.push_back(condition.error());
        return std::nullopt;
    }
    const bool isParenthesised = condition->front() == '(' && condition->back() == ')'
        && (check.expression.is(QLatin1String("A_Expr")) || check.expression.is(QLatin1String("BoolExpr")));
    return constraint(check.name) + "CHECK " + (isParenthesised ? *condition : '(' + *condition + ')');
}

Result<std::string> indexItem(const SyntaxNode &element)
{
    std::string text;
    if (const std::string column = element.text(QLatin1String("name")); !column.empty()) {
        text = sqliteName(column);
    } else {
        auto expression = sqliteExpression(element.child(QLatin1String("expr")));
        if (!expression)
            return expression;
        text = std::move(*expression);
    }
    return text + (element.text(QLatin1String("ordering")) == "SORTBY_DESC" ? " DESC" : " ASC");
}

// What Postgres calls an index that the statement does not name: expressions count under their function's name.
std::string indexName(const SyntaxNode &statement, const TableName &table)
{
    std::vector<std::string> parts;
    for (const SyntaxNode &element : statement.children(QLatin1String("indexParams"))) {
        std::string part = element.text(QLatin1String("name"));
        if (part.empty()) {
            const std::vector<std::string> function = element.child(QLatin1String("expr")).names(QLatin1String("funcname"));
            part = function.empty() ? "expr" : function.back();
        }
        parts.push_back(std::move(part));
    }
    std::set<std::string> taken;
    return defaultName(table.name, parts, "idx", taken);
}

} // namespace

std::string sqliteCreateTable(const TableDefinition &definition, SqliteStyle style, std::vector<Failure> &omitted)
{
    std::vector<std::string> lines;
    for (const Column &column : definition.table.columns)
        lines.push_back(columnText(definition, column, 0, omitted));
    for (const CheckConstraint &check : definition.checks) {
        if (auto text = checkText(check, omitted))
            lines.push_back(std::move(*text));
    }
    for (const ForeignKey &key : definition.table.foreignKeys)
        lines.push_back(constraint(key.name) + "FOREIGN KEY (" + sqliteNames(key.columns) + ") " + references(key));
    if (!definition.table.primaryKey.empty())
        lines.push_back(constraint(definition.primaryKeyName) + "PRIMARY KEY (" + sqliteNames(definition.table.primaryKey) + ')');
    for (const UniqueConstraint &unique : definition.uniques)
        lines.push_back(constraint(unique.name) + "UNIQUE (" + sqliteNames(unique.columns) + ')');

    std::string text = definition.ifNotExists ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ";
    text += sqliteName(definition.table.name.name) + " (\n";
    for (std::size_t i = 0; i < lines.size(); ++i)
        text += "  " + lines[i] + (i + 1 < lines.size() ? ",\n" : "\n");
    return text + (style.withoutRowid ? ") WITHOUT ROWID;\n" : ");\n");
}

std::string sqliteAddColumn(const TableDefinition &after, const AddedColumn &added, std::vector<Failure> &omitted)
{
    const Column &column = after.table.columns[added.column];
    std::string text = "ALTER TABLE " + sqliteName(after.table.name.name) + " ADD COLUMN ";
    text += columnText(after, column, added.defaults, omitted);
    for (std::size_t i = added.checks; i < after.checks.size(); ++i) {
        if (const auto check = checkText(after.checks[i], omitted))
            text += ' ' + *check;
    }
    for (std::size_t i = added.foreignKeys; i < after.table.foreignKeys.size(); ++i)
        text += ' ' + constraint(after.table.foreignKeys[i].name) + references(after.table.foreignKeys[i]);
    if (added.uniques < after.uniques.size())
        omitted.push_back({Failure::Kind::Unsupported, "SQLite cannot add the column " + column.name + " with UNIQUE"});
    if (after.table.isKey(column.name))
        omitted.push_back({Failure::Kind::Unsupported, "SQLite cannot add the column " + column.name + " to a primary key"});
    return text + ";\n";
}

Result<std::string> sqliteCreateIndex(const SyntaxNode &statement)
{
    const TableName table = tableName(statement.known(QLatin1String("relation")));
    std::string name = statement.text(QLatin1String("idxname"));
    if (name.empty())
        name = indexName(statement, table);
    std::string text = statement.flag(QLatin1String("unique")) ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    text += statement.flag(QLatin1String("if_not_exists")) ? "IF NOT EXISTS " : "";
    text += sqliteName(name) + " ON " + sqliteName(table.name) + " (";
    bool isFirst = true;
    for (const SyntaxNode &element : statement.children(QLatin1String("indexParams"))) {
        const auto item = indexItem(element);
        if (!item)
            return item;
        text += (std::exchange(isFirst, false) ? "" : ", ") + *item;
    }
    text += ')';
    if (const SyntaxNode condition = statement.child(QLatin1String("whereClause")); !condition.kind.isEmpty()) {
        const auto where = sqliteExpression(condition);
        if (!where)
            return where;
        text += " WHERE " + *where;
    }
    return text + ";\n";
}

} // namespace electric::schema
