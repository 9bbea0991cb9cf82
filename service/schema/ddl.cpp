#include "service/schema/ddl.h"

#include "service/schema/parsedsql.h"
#include "service/schema/tabledefinition.h"

#include <algorithm>

namespace electric::schema {

namespace {

using Kind = MigrationStep::Kind;

// Follows the statements of one captured text.
class Follower
{
public:
    Follower(const Catalogue &catalogue, SqliteStyle style) : m_style(style) { m_change.catalogue = catalogue; }

    void follow(const ParsedStatement &statement)
    {
        const SyntaxNode &node = statement.node;
        if (node.is(QLatin1String("CreateStmt")))
            createTable(statement);
        else if (node.is(QLatin1String("AlterTableStmt")))
            alterTable(statement);
        else if (node.is(QLatin1String("IndexStmt")))
            createIndex(statement);
        else if (node.is(QLatin1String("CreateEnumStmt")))
            createEnum(statement);
        else if (node.is(QLatin1String("DropStmt")))
            drop(node);
    }

    SchemaChange take() { return std::move(m_change); }

private:
    // A step holds what concerns one table or enum; a statement about another one begins the next.
    MigrationStep &stepFor(const TableName *table, bool isEnum)
    {
        auto &steps = m_change.steps;
        const bool fits = !steps.empty() && !isEnum && !steps.back().enumeration
            && (!table || !steps.back().table || steps.back().table->name == *table);
        if (!fits)
            steps.emplace_back();
        return steps.back();
    }

    void createTable(const ParsedStatement &statement)
    {
        const TableDefinition definition = tableDefinition(statement.node, m_change.catalogue);
        if (definition.ifNotExists && m_change.catalogue.table(definition.table.name))
            return;
        std::vector<Failure> omitted = definition.unsupported;
        MigrationStep &step = stepFor(&definition.table.name, false);
        step.sqlite.push_back({Kind::CreateTable, sqliteCreateTable(definition, m_style, omitted)});
        step.postgres.push_back({Kind::CreateTable, statement.text});
        m_change.catalogue.put(definition.table);
        step.table = m_change.catalogue.table(definition.table.name);
        note(omitted);
    }

    void alterTable(const ParsedStatement &statement)
    {
        const TableName name = tableName(statement.node.known(QLatin1String("relation")));
        const auto known = m_change.catalogue.table(name);
        if (!known)
            return;
        TableDefinition definition;
        definition.table = *known;
        std::vector<Failure> omitted;
        std::vector<MigrationStep::Statement> added;
        for (const SyntaxNode &command : statement.node.children(QLatin1String("cmds")))
            alter(definition, command, added, omitted);
        m_change.catalogue.put(definition.table);
        if (!added.empty()) {
            MigrationStep &step = stepFor(&name, false);
            step.sqlite.insert(step.sqlite.end(), added.begin(), added.end());
            step.postgres.push_back({Kind::AlterAddColumn, statement.text});
            step.table = m_change.catalogue.table(name);
        }
        note(omitted);
        note(definition.unsupported);
    }

    void alter(
        TableDefinition &definition, const SyntaxNode &command, std::vector<MigrationStep::Statement> &added, std::vector<Failure> &omitted)
    {
        const std::string type = command.text(QLatin1String("subtype"));
        Table &table = definition.table;
        if (type == "AT_AddColumn") {
            const AddedColumn before {table.columns.size(), table.foreignKeys.size(), definition.checks.size(), definition.uniques.size(),
                definition.defaults.size()};
            const SyntaxNode column = command.child(QLatin1String("def"));
            if (table.columnIndex(column.text(QLatin1String("colname"))))
                return; // IF NOT EXISTS
            addColumn(definition, column, m_change.catalogue);
            added.push_back({Kind::AlterAddColumn, sqliteAddColumn(definition, before, omitted)});
            return;
        }
        const auto column = table.columnIndex(command.text(QLatin1String("name")));
        if (!column)
            return;
        if (type == "AT_DropColumn")
            table.columns.erase(table.columns.begin() + std::ptrdiff_t(*column));
        else if (type == "AT_SetNotNull" || type == "AT_DropNotNull")
            table.columns[*column].nullable = type == "AT_DropNotNull";
    }

    void createIndex(const ParsedStatement &statement)
    {
        const TableName name = tableName(statement.node.known(QLatin1String("relation")));
        if (!m_change.catalogue.table(name))
            return;
        auto sqlite = sqliteCreateIndex(statement.node);
        if (!sqlite) {
            m_change.unsupported.push_back(sqlite.error());
            return;
        }
        MigrationStep &step = stepFor(&name, false);
        step.sqlite.push_back({Kind::CreateIndex, *sqlite});
        step.postgres.push_back({Kind::CreateIndex, statement.text});
    }

    void createEnum(const ParsedStatement &statement)
    {
        Enum made;
        made.name = tableName(statement.node.names(QLatin1String("typeName")));
        for (const SyntaxNode &value : statement.node.children(QLatin1String("vals")))
            made.values.push_back(
                value.text(QLatin1String("sval")).empty() ? value.text(QLatin1String("str")) : value.text(QLatin1String("sval")));
        const auto &known = m_change.catalogue.enums();
        if (std::find(known.begin(), known.end(), made) != known.end())
            return; // each electrified table brings its enums along
        m_change.catalogue.put(made);
        MigrationStep &step = stepFor(nullptr, true);
        step.postgres.push_back({Kind::CreateEnumType, statement.text});
        step.enumeration = std::move(made);
    }

    void drop(const SyntaxNode &node)
    {
        if (node.text(QLatin1String("removeType")) != "OBJECT_TABLE")
            return;
        for (const SyntaxNode &object : node.children(QLatin1String("objects")))
            m_change.catalogue.remove(tableName(object.names(QLatin1String("items"))));
    }

    void note(const std::vector<Failure> &omitted)
    {
        m_change.unsupported.insert(m_change.unsupported.end(), omitted.begin(), omitted.end());
    }

    const SqliteStyle m_style;
    SchemaChange m_change;
};

} // namespace

Result<SchemaChange> applyDdl(const Catalogue &catalogue, const std::string &text, SqliteStyle style)
{
    const auto statements = parseSql(text);
    if (!statements)
        return fail(statements.error());
    Follower follower(catalogue, style);
    for (const ParsedStatement &statement : *statements)
        follower.follow(statement);
    return follower.take();
}

} // namespace electric::schema
