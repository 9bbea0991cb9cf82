#include "service/schema/tabledefinition.h"

#include "service/schema/constraintname.h"

namespace electric::schema {
namespace {

using Names = std::vector<std::string>;

ForeignKey::Action action(const std::string &code)
{
    switch (code.empty() ? 'a' : code.front()) {
    case 'r': return ForeignKey::Action::Restrict;
    case 'c': return ForeignKey::Action::Cascade;
    case 'n': return ForeignKey::Action::SetNull;
    case 'd': return ForeignKey::Action::SetDefault;
    default: return ForeignKey::Action::NoAction;
    }
}

// The columns that an expression names, each once.
void collectColumns(const QJsonValue &value, std::set<std::string> &columns)
{
    if (value.isArray()) {
        for (const QJsonValue &one : value.toArray())
            collectColumns(one, columns);
        return;
    }
    const QJsonObject object = value.toObject();
    for (auto field = object.begin(); field != object.end(); ++field) {
        if (field.key() == QLatin1String("ColumnRef")) {
            const Names parts = SyntaxNode {{}, field.value().toObject(), {}}.names(QLatin1String("fields"));
            columns.insert(parts.empty() ? std::string() : parts.back());
        } else {
            collectColumns(field.value(), columns);
        }
    }
}

void makeNotNull(Table &table, const std::string &column)
{
    if (const auto index = table.columnIndex(column))
        table.columns[*index].nullable = false;
}

// Reads one constraint into a definition; `column` is set when it stands behind a column.
class ConstraintReader
{
public:
    ConstraintReader(TableDefinition &definition, const SyntaxNode &constraint, const std::string *column, const Catalogue &catalogue)
        : m_definition(definition), m_constraint(constraint), m_column(column), m_catalogue(catalogue)
    { }

    void read()
    {
        const QString type = m_constraint.fields.value(QLatin1String("contype")).toString();
        if (type == QLatin1String("CONSTR_NOTNULL") || type == QLatin1String("CONSTR_IDENTITY"))
            makeNotNull(m_definition.table, *m_column);
        else if (type == QLatin1String("CONSTR_DEFAULT"))
            m_definition.defaults.push_back({*m_column, m_constraint.child(QLatin1String("raw_expr"))});
        else if (type == QLatin1String("CONSTR_PRIMARY"))
            readPrimaryKey();
        else if (type == QLatin1String("CONSTR_UNIQUE"))
            readUnique();
        else if (type == QLatin1String("CONSTR_CHECK"))
            readCheck();
        else if (type == QLatin1String("CONSTR_FOREIGN"))
            readForeignKey();
        else if (type == QLatin1String("CONSTR_GENERATED") || type == QLatin1String("CONSTR_EXCLUSION"))
            leaveOut(type == QLatin1String("CONSTR_GENERATED") ? "a generated column" : "an EXCLUDE constraint");
    }

private:
    void leaveOut(const std::string &what)
    {
        m_definition.unsupported.push_back(
            {Failure::Kind::Unsupported, what + " of table " + m_definition.table.name.name + " has no counterpart in SQLite"});
    }

    [[nodiscard]] Names ownColumns(QLatin1String field) const { return m_column ? Names {*m_column} : m_constraint.names(field); }

    std::string nameOr(std::span<const std::string> columns, std::string_view label)
    {
        std::string name = m_constraint.text(QLatin1String("conname"));
        if (name.empty())
            return defaultName(m_definition.table.name.name, columns, label, m_definition.constraintNames);
        m_definition.constraintNames.insert(name);
        return name;
    }

    void readPrimaryKey()
    {
        Names columns = ownColumns(QLatin1String("keys"));
        if (columns.empty()) // ADD CONSTRAINT … USING INDEX: the index's columns are not known here
            return leaveOut("a primary key made of an index");
        m_definition.primaryKeyName = nameOr({}, "pkey");
        for (const std::string &column : columns)
            makeNotNull(m_definition.table, column);
        m_definition.table.primaryKey = std::move(columns);
    }

    void readUnique()
    {
        const Names columns = ownColumns(QLatin1String("keys"));
        if (columns.empty())
            return leaveOut("a unique constraint made of an index");
        m_definition.uniques.push_back({nameOr(columns, "key"), columns});
    }

    void readCheck()
    {
        // Postgres puts the column into the name when there is exactly one, wherever the constraint stands.
        std::set<std::string> used;
        collectColumns(m_constraint.fields.value(QLatin1String("raw_expr")), used);
        const Names columns = used.size() == 1 ? Names {*used.begin()} : Names {};
        m_definition.checks.push_back({nameOr(columns, "check"), m_constraint.child(QLatin1String("raw_expr"))});
    }

    void readForeignKey()
    {
        ForeignKey key;
        key.columns = ownColumns(QLatin1String("fk_attrs"));
        key.target = tableName(m_constraint.known(QLatin1String("pktable")));
        key.targetColumns = m_constraint.names(QLatin1String("pk_attrs"));
        key.onDelete = action(m_constraint.text(QLatin1String("fk_del_action")));
        key.onUpdate = action(m_constraint.text(QLatin1String("fk_upd_action")));
        key.name = nameOr(key.columns, "fkey");
        if (key.targetColumns.empty() && key.target != m_definition.table.name) {
            if (const auto target = m_catalogue.table(key.target))
                key.targetColumns = target->primaryKey;
        }
        m_definition.table.foreignKeys.push_back(std::move(key));
    }

    TableDefinition &m_definition;
    const SyntaxNode &m_constraint;
    const std::string *m_column;
    const Catalogue &m_catalogue;
};

// A key that points into its own table by default means the primary key, which may come after it in the text.
void completeSelfReferences(Table &table)
{
    for (ForeignKey &key : table.foreignKeys) {
        if (key.targetColumns.empty() && key.target == table.name)
            key.targetColumns = table.primaryKey;
    }
}

} // namespace

TableDefinition tableDefinition(const SyntaxNode &createStatement, const Catalogue &catalogue)
{
    TableDefinition definition;
    definition.table.name = tableName(createStatement.known(QLatin1String("relation")));
    definition.ifNotExists = createStatement.flag(QLatin1String("if_not_exists"));
    const std::vector<SyntaxNode> elements = createStatement.children(QLatin1String("tableElts"));
    for (const SyntaxNode &element : elements) {
        if (element.is(QLatin1String("ColumnDef")))
            addColumn(definition, element, catalogue);
    }
    for (const SyntaxNode &element : elements) {
        if (element.is(QLatin1String("Constraint")))
            addConstraint(definition, element, catalogue);
        else if (!element.is(QLatin1String("ColumnDef")))
            definition.unsupported.push_back({Failure::Kind::Unsupported, "LIKE in CREATE TABLE is not followed"});
    }
    completeSelfReferences(definition.table);
    return definition;
}

void addColumn(TableDefinition &definition, const SyntaxNode &columnDefinition, const Catalogue &catalogue)
{
    Column column;
    column.name = columnDefinition.text(QLatin1String("colname"));
    column.type = columnType(columnDefinition.known(QLatin1String("typeName")), catalogue);
    column.nullable = !column.type.name.ends_with("serial");
    const std::string name = column.name;
    definition.table.columns.push_back(std::move(column));
    for (const SyntaxNode &constraint : columnDefinition.children(QLatin1String("constraints")))
        ConstraintReader(definition, constraint, &name, catalogue).read();
    completeSelfReferences(definition.table);
}

void addConstraint(TableDefinition &definition, const SyntaxNode &constraint, const Catalogue &catalogue)
{
    ConstraintReader(definition, constraint, nullptr, catalogue).read();
    completeSelfReferences(definition.table);
}

} // namespace electric::schema
