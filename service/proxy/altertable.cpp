#include "service/proxy/altertable.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace electric::proxy {

namespace {

constexpr std::array<std::string_view, 14> columnTypes {
    "bool", "bytea", "date", "float4", "float8", "int2", "int4", "int8", "jsonb", "text", "time", "timestamp", "timestamptz", "uuid"};

constexpr std::array<std::string_view, 14> harmless {"AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig",
    "AT_ChangeOwner", "AT_SetStorage", "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_SetCompression", "AT_SetRelOptions",
    "AT_ResetRelOptions", "AT_SetAccessMethod", "AT_ReplaceRelOptions"};

std::string text(const QJsonValue &value)
{
    return value.toString().toStdString();
}

// The type as people write it, with size and array marks.
std::string typeName(const QJsonValue &type, bool &plain)
{
    const QJsonArray names = type[QLatin1String("names")].toArray();
    std::string name = text(names.last()[QLatin1String("String")][QLatin1String("sval")]);
    const std::string schema = names.size() > 1 ? text(names.first()[QLatin1String("String")][QLatin1String("sval")]) : std::string();
    plain = schema.empty() || schema == "pg_catalog";
    if (!plain)
        name = schema + '.' + name;
    std::string sizes;
    for (const QJsonValue &size : type[QLatin1String("typmods")].toArray()) {
        sizes += sizes.empty() ? "(" : ", ";
        sizes += std::to_string(size[QLatin1String("A_Const")][QLatin1String("ival")][QLatin1String("ival")].toInt());
    }
    const auto dimensions = type[QLatin1String("arrayBounds")].toArray().size();
    plain = plain && sizes.empty() && dimensions == 0;
    if (!sizes.empty())
        name += sizes + ')';
    for (qsizetype i = 0; i < dimensions; ++i)
        name += "[]";
    return name;
}

std::optional<Objection> judgeConstraint(const std::string &kind, const std::string &column)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> refused {
        {{"CONSTR_CHECK", "CHECK"}, {"CONSTR_GENERATED", "GENERATED"}, {"CONSTR_IDENTITY", "GENERATED"}, {"CONSTR_PRIMARY", "PRIMARY KEY"},
            {"CONSTR_UNIQUE", "UNIQUE"}, {"CONSTR_FOREIGN", "FOREIGN KEY"}}};
    if (kind == "CONSTR_DEFAULT")
        return Objection {"EX006", column};
    for (const auto &[constraint, words] : refused)
        if (kind == constraint)
            return Objection {"EX011", std::string(words)};
    return std::nullopt;
}

std::optional<Objection> judgeAddition(const QJsonValue &command, Statement &into)
{
    const QJsonValue definition = command[QLatin1String("def")][QLatin1String("ColumnDef")];
    const std::string column = text(definition[QLatin1String("colname")]);
    bool plain = false;
    const std::string type = typeName(definition[QLatin1String("typeName")], plain);
    const bool known = type == "varchar" || std::find(columnTypes.begin(), columnTypes.end(), type) != columnTypes.end();
    if (!plain || !known)
        return Objection {"EX005", type};
    for (const QJsonValue &constraint : definition[QLatin1String("constraints")].toArray())
        if (auto objection = judgeConstraint(text(constraint[QLatin1String("Constraint")][QLatin1String("contype")]), column))
            return objection;
    into.additions.push_back({column, type, command[QLatin1String("missing_ok")].toBool()});
    return std::nullopt;
}

std::optional<Objection> judge(const QJsonValue &command, Statement &into)
{
    const std::string kind = text(command[QLatin1String("subtype")]);
    if (kind == "AT_AddColumn")
        return judgeAddition(command, into);
    if (std::find(harmless.begin(), harmless.end(), kind) != harmless.end())
        return std::nullopt;
    std::string subject = text(command[QLatin1String("name")]);
    if (kind == "AT_DropColumn")
        return Objection {"EX010", subject};
    if (kind == "AT_AlterColumnType")
        return Objection {"EX009", subject};
    if (subject.empty())
        subject = text(command[QLatin1String("def")][QLatin1String("Constraint")][QLatin1String("conname")]);
    return Objection {"EX007", subject};
}

constexpr const char *additiveOnly = "Electrified tables only support additive migrations: ADD COLUMN, CREATE INDEX and DROP INDEX.";
constexpr const char *addInstead = "Add a new column (ALTER TABLE … ADD COLUMN) and stop using the old one.";

} // namespace

void readAlterTable(const QJsonObject &node, Statement &into)
{
    if (node[QLatin1String("objtype")].toString() != QLatin1String("OBJECT_TABLE"))
        return;
    into.kind = Statement::Kind::AlterTable;
    for (const QJsonValue &command : node[QLatin1String("cmds")].toArray()) {
        into.objection = judge(command[QLatin1String("AlterTableCmd")], into);
        if (into.objection)
            return;
    }
    into.captured = !into.additions.empty();
}

Refusal refusalOf(const Objection &objection, const std::string &table)
{
    const std::string &code = objection.code;
    const std::string named = '"' + objection.subject + '"';
    if (code == "42601")
        return {objection.subject.empty() ? "syntax error at end of input" : "syntax error at or near " + named, objection.rule,
            "Electric's statements are ALTER TABLE [schema.]table ENABLE ELECTRIC, ELECTRIC ENABLE [schema.]table, and "
            "the same with DISABLE. Names that are keywords need double quotes."};
    if (code == "0A000")
        return {objection.subject, {}, objection.rule};
    if (code == "EX001")
        return {objection.subject + " is not supported", "Access rules are not enforced by this service yet.",
            "Remove the statement; ALTER TABLE … ENABLE ELECTRIC is all that is needed to sync a table."};
    if (code == "EX002")
        return {"cannot rename electrified table " + table, additiveOnly, "Keep the table's name; a view can offer another one."};
    if (code == "EX003")
        return {"cannot rename or move a property of electrified table " + table, additiveOnly, "Keep the name that it has."};
    if (code == "EX004")
        return {"cannot drop electrified table " + table, additiveOnly, "Take it out of the sync first: ALTER TABLE … DISABLE ELECTRIC."};
    if (code == "EX005")
        return {"cannot add a column of type " + named + " to electrified table " + table, {},
            "Use one of bool, bytea, date, float4, float8, int2, int4, int8, jsonb, text, time, timestamp, "
            "timestamptz, uuid, varchar, "
            "without a size."};
    if (code == "EX006")
        return {"cannot add column " + named + " with a DEFAULT to electrified table " + table, {},
            "Add the column without a DEFAULT and fill it with UPDATE."};
    if (code == "EX008")
        return {"cannot rename column " + named + " of electrified table " + table, additiveOnly, addInstead};
    if (code == "EX009")
        return {"cannot change the type of column " + named + " of electrified table " + table, additiveOnly, addInstead};
    if (code == "EX010")
        return {
            "cannot drop column " + named + " of electrified table " + table, additiveOnly, "Leave the column in place and stop using it."};
    if (code == "EX011")
        return {"cannot add a column with a " + objection.subject + " constraint to electrified table " + table, {},
            "Add the column with NULL or NOT NULL only."};
    if (code == "EX012")
        return {"cannot rename constraint " + named + " of electrified table " + table, additiveOnly, "Keep the name that it has."};
    return {"cannot alter " + (objection.subject.empty() ? std::string() : named + " of ") + "electrified table " + table,
        objection.rule.empty() ? additiveOnly : objection.rule, "Make the change before the table is electrified, or add a new column."};
}

} // namespace electric::proxy
