#include "service/proxy/introspection.h"

#include "service/schema/parsedsql.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace electric::proxy {

namespace {

using Columns = std::vector<std::string>;

// Rows of a query that gives (at least) these columns are shown under this condition. The first that fits counts.
struct Rule {
    std::array<std::string_view, 4> columns;
    std::string_view condition;
};

#define ELECTRIFIED "(SELECT schema_name, table_name FROM electric.electrified)"
constexpr std::array<Rule, 9> rules {{
    {{"view_name"}, "false"},
    {{"table_name", "namespace", "parent_table", "referenced_schema_name"},
        "(namespace, table_name) IN " ELECTRIFIED " AND (referenced_schema_name, parent_table) IN " ELECTRIFIED},
    {{"table_name", "namespace"}, "(namespace, table_name) IN " ELECTRIFIED},
    {{"name", "value", "namespace"},
        "(namespace, name) IN (SELECT n.nspname, t.typname FROM electric.electrified e"
        " JOIN pg_catalog.pg_namespace s ON s.nspname = e.schema_name"
        " JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = e.table_name"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace)"},
    {{"name", "namespace", "definition"}, "false"}, // functions
    {{"extension_name"}, "false"},
    {{"sequence_name"}, "false"},
    {{"namespace_name"}, "namespace_name IN (SELECT schema_name FROM electric.electrified)"},
    {{"numeric_version"}, "true"},
}};
#undef ELECTRIFIED

constexpr std::array<QLatin1String, 7> harmless {QLatin1String("VariableSetStmt"), QLatin1String("VariableShowStmt"),
    QLatin1String("TransactionStmt"), QLatin1String("DeallocateStmt"), QLatin1String("DiscardStmt"), QLatin1String("ListenStmt"),
    QLatin1String("UnlistenStmt")};

// The names of a SELECT's columns as Postgres gives them; empty for those that it makes up.
Columns outputColumns(schema::SyntaxNode select)
{
    while (select.text(QLatin1String("op")) != "SETOP_NONE" && select.fields.contains(QLatin1String("larg")))
        select = select.known(QLatin1String("larg")); // a UNION takes those of its first part
    Columns all;
    for (const schema::SyntaxNode &target : select.children(QLatin1String("targetList"))) {
        std::string name = target.text(QLatin1String("name"));
        const schema::SyntaxNode value = target.child(QLatin1String("val"));
        if (name.empty() && value.is(QLatin1String("ColumnRef")))
            if (const auto parts = value.names(QLatin1String("fields")); !parts.empty())
                name = parts.back();
        all.push_back(std::move(name));
    }
    return all;
}

// SELECT version() and its kind.
bool readsNoTable(const schema::SyntaxNode &select)
{
    return select.text(QLatin1String("op")) == "SETOP_NONE" && select.children(QLatin1String("fromClause")).empty()
        && select.children(QLatin1String("valuesLists")).empty() && !select.fields.contains(QLatin1String("withClause"));
}

bool fits(const Rule &rule, const Columns &columns)
{
    return std::all_of(rule.columns.begin(), rule.columns.end(),
        [&](std::string_view column) { return column.empty() || std::find(columns.begin(), columns.end(), column) != columns.end(); });
}

// A subquery may have columns of equal names, but not be asked for them.
bool areAskable(const Rule &rule, const Columns &columns)
{
    return std::all_of(rule.columns.begin(), rule.columns.end(),
        [&](std::string_view column) { return column.empty() || std::count(columns.begin(), columns.end(), column) == 1; });
}

IntrospectionRefusal refusal(std::string message)
{
    return {std::move(message), "The user prisma sees electrified tables only; connect as another user for anything else."};
}

std::variant<std::string, IntrospectionRefusal> rewritten(const schema::ParsedStatement &statement)
{
    const schema::SyntaxNode &node = statement.node;
    if (std::find(harmless.begin(), harmless.end(), node.kind) != harmless.end())
        return statement.text;
    if (!node.is(QLatin1String("SelectStmt")))
        return refusal("only introspection is possible as the user prisma");
    if (readsNoTable(node))
        return statement.text;
    const Columns columns = outputColumns(node);
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule &one) { return fits(one, columns); });
    if (rule == rules.end() || !areAskable(*rule, columns))
        return refusal("this is no introspection query that the migrations proxy knows");
    // The line break ends a comment that the text may end with.
    return "SELECT * FROM (" + statement.text + "\n) AS introspection WHERE " + std::string(rule->condition);
}

} // namespace

std::variant<std::string, IntrospectionRefusal> introspectionOf(std::string_view sql)
{
    const std::string source(sql);
    const auto parsed = schema::parseSql(source);
    if (!parsed)
        return source; // Postgres says what is wrong with it
    std::string all;
    for (const schema::ParsedStatement &statement : *parsed) {
        auto one = rewritten(statement);
        if (std::holds_alternative<IntrospectionRefusal>(one))
            return one;
        all += (all.empty() ? "" : ";") + std::get<std::string>(one);
    }
    return all;
}

} // namespace electric::proxy
