#include "service/proxy/statements.h"

#include "service/pg/connection.h"
#include "service/proxy/altertable.h"
#include "service/proxy/ddlx.h"
#include "shared/base/handle.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace electric::proxy {

namespace {

// Words one of which every statement that concerns us has. As parts of names (dropped_at) the first four tell nothing;
// the others stand for the frameworks' tables, whatever is around them.
struct TellingWord {
    std::string_view word;
    bool alone;
};
constexpr std::array<TellingWord, 10> tellingWords {
    {{"alter", true}, {"index", true}, {"drop", true}, {"electric", true}, {"migration", false}, {"_schema_history", false},
        {"atlas_schema_revisions", false}, {"goose_db_version", false}, {"phinxlog", false}, {"sequelizemeta", false}}};

bool isWordCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte == '_' || byte == '$' || byte >= 0x80;
}

char lowerCase(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
}

bool standsAt(std::string_view sql, std::size_t at, const TellingWord &telling)
{
    const std::string_view word = telling.word;
    if (sql.size() - at < word.size())
        return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lowerCase(sql[at + i]) != word[i])
            return false;
    if (!telling.alone)
        return true;
    const std::size_t end = at + word.size();
    return (at == 0 || !isWordCharacter(sql[at - 1])) && (end == sql.size() || !isWordCharacter(sql[end]));
}

std::size_t characterCount(std::string_view text)
{
    return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

struct Slice {
    std::size_t offset = 0;
    std::size_t length = 0;
};

Slice trimmed(std::string_view sql, Slice slice)
{
    const auto isBlank = [&](std::size_t at) { return std::isspace(static_cast<unsigned char>(sql[at])) != 0; };
    while (slice.length > 0 && isBlank(slice.offset)) {
        ++slice.offset;
        --slice.length;
    }
    while (slice.length > 0 && (isBlank(slice.offset + slice.length - 1) || sql[slice.offset + slice.length - 1] == ';'))
        --slice.length;
    return slice;
}

struct Parsed {
    struct One {
        Slice slice;
        QJsonObject node;
    };
    bool understood = false;
    std::vector<One> statements;
};

Parsed parseTree(const std::string &sql)
{
    PgQueryParseResult raw = pg_query_parse(sql.c_str());
    Parsed parsed;
    if (raw.error == nullptr) {
        parsed.understood = true;
        const QJsonArray all = QJsonDocument::fromJson(QByteArray(raw.parse_tree)).object()[QLatin1String("stmts")].toArray();
        for (const QJsonValue &one : all) {
            const auto offset = std::size_t(one[QLatin1String("stmt_location")].toInt());
            const auto length = std::size_t(one[QLatin1String("stmt_len")].toInt());
            parsed.statements.push_back({{offset, length == 0 ? sql.size() - offset : length}, one[QLatin1String("stmt")].toObject()});
        }
    }
    pg_query_free_parse_result(raw);
    return parsed;
}

// Where statements lie according to libpg_query's scanner. It passes over those without any SQL keyword ("ELECTRIC
// UNDO"), which therefore are looked for in the gaps.
std::vector<Slice> slices(const std::string &sql)
{
    PgQuerySplitResult raw = pg_query_split_with_scanner(sql.c_str());
    std::vector<Slice> all;
    std::size_t end = 0;
    const auto fillGap = [&](std::size_t until) {
        if (until > end && readDdlx(std::string_view(sql).substr(end, until - end)))
            all.push_back({end, until - end});
    };
    for (int i = 0; raw.error == nullptr && i < raw.n_stmts; ++i) {
        const auto offset = std::size_t(raw.stmts[i]->stmt_location);
        fillGap(offset);
        all.push_back({offset, std::size_t(raw.stmts[i]->stmt_len)});
        end = std::min(sql.size(), offset + all.back().length + 1); // behind the semicolon
    }
    if (raw.error == nullptr)
        fillGap(sql.size());
    pg_query_free_split_result(raw);
    return all;
}

std::string text(const QJsonValue &value)
{
    return value.toString().toStdString();
}

std::string stringNode(const QJsonValue &node)
{
    return text(node[QLatin1String("String")][QLatin1String("sval")]);
}

// What the constant is as text; nothing for what is none.
std::optional<std::string> constant(const QJsonValue &node)
{
    const QJsonObject value = node[QLatin1String("A_Const")].toObject();
    if (value.contains(QLatin1String("sval")))
        return text(value[QLatin1String("sval")][QLatin1String("sval")]);
    if (value.contains(QLatin1String("ival")))
        return std::to_string(value[QLatin1String("ival")][QLatin1String("ival")].toInt());
    if (value.contains(QLatin1String("fval")))
        return text(value[QLatin1String("fval")][QLatin1String("fval")]);
    return std::nullopt;
}

std::string relationName(const QJsonValue &relation)
{
    const std::string schema = text(relation[QLatin1String("schemaname")]);
    const std::string name = pg::quoteIdentifier(text(relation[QLatin1String("relname")]));
    return schema.empty() ? name : pg::quoteIdentifier(schema) + '.' + name;
}

void readAlter(const QJsonObject &node, Statement &into)
{
    into.tables = {relationName(node[QLatin1String("relation")])};
    readAlterTable(node, into);
}

void readDrop(const QJsonObject &node, Statement &into)
{
    const std::string what = text(node[QLatin1String("removeType")]);
    const bool isTable = what == "OBJECT_TABLE";
    into.cascades = text(node[QLatin1String("behavior")]) == "DROP_CASCADE";
    if (!isTable && what != "OBJECT_INDEX") {
        into.kind = into.cascades ? Statement::Kind::Opaque : Statement::Kind::Other;
        return;
    }
    into.kind = isTable ? Statement::Kind::DropTable : Statement::Kind::DropIndex;
    into.captured = !isTable;
    into.concurrently = node[QLatin1String("concurrent")].toBool();
    if (isTable)
        into.objection = Objection {"EX004", {}};
    for (const QJsonValue &object : node[QLatin1String("objects")].toArray()) {
        std::string name;
        for (const QJsonValue &part : object[QLatin1String("List")][QLatin1String("items")].toArray())
            name += (name.empty() ? "" : ".") + pg::quoteIdentifier(stringNode(part));
        into.tables.push_back(name);
    }
}

// What is refused of an electrified table, by what is renamed of it.
struct RenameRule {
    std::string_view what;
    std::string_view code;
};
constexpr std::array<RenameRule, 3> renameRules {
    {{"OBJECT_TABLE", "EX002"}, {"OBJECT_COLUMN", "EX008"}, {"OBJECT_TABCONSTRAINT", "EX012"}}};

void readRename(const QJsonObject &node, Statement &into)
{
    const std::string what = text(node[QLatin1String("renameType")]);
    if (!node.contains(QLatin1String("relation"))) {
        if (what == "OBJECT_SCHEMA" || what == "OBJECT_TYPE")
            into.kind = Statement::Kind::Opaque;
        return;
    }
    into.kind = Statement::Kind::Alter;
    into.tables = {relationName(node[QLatin1String("relation")])};
    if (what == "OBJECT_INDEX") {
        into.kind = Statement::Kind::DropIndex; // found by the index's name, and clients must hear of it
        into.captured = true;
        return;
    }
    const auto rule = std::find_if(renameRules.begin(), renameRules.end(), [&](const RenameRule &one) { return one.what == what; });
    into.objection
        = rule == renameRules.end() ? Objection {"EX003", {}} : Objection {std::string(rule->code), text(node[QLatin1String("subname")])};
}

void readMove(const QJsonObject &node, Statement &into)
{
    const std::string what = text(node[QLatin1String("objectType")]);
    if (what == "OBJECT_TYPE")
        into.kind = Statement::Kind::Opaque;
    if (what != "OBJECT_TABLE")
        return;
    into.kind = Statement::Kind::Alter;
    into.tables = {relationName(node[QLatin1String("relation")])};
    into.objection = Objection {"EX003", {}};
}

void readIndex(const QJsonObject &node, Statement &into)
{
    into.kind = Statement::Kind::CreateIndex;
    into.tables = {relationName(node[QLatin1String("relation")])};
    into.captured = true;
    into.concurrently = node[QLatin1String("concurrent")].toBool();
    into.index = text(node[QLatin1String("idxname")]);
    into.ifNotExists = node[QLatin1String("if_not_exists")].toBool();
}

// A block that ends its own transactions cannot be looked after.
void readBlock(const QJsonObject &, Statement &into)
{
    const auto mentions = [&](std::string_view word) {
        for (std::size_t at = 0; at < into.text.size(); ++at)
            if (standsAt(into.text, at, {word, true}))
                return true;
        return false;
    };
    if (!mentions("commit") && !mentions("rollback"))
        into.kind = Statement::Kind::Opaque;
}

void readDropOwned(const QJsonObject &, Statement &into)
{
    into.kind = Statement::Kind::Opaque;
}

void readCall(const QJsonObject &node, Statement &into)
{
    const QJsonObject call = node[QLatin1String("funccall")].toObject();
    const QJsonArray name = call[QLatin1String("funcname")].toArray();
    if (name.size() != 2 || stringNode(name[0]) != "electric" || stringNode(name[1]) != "electrify")
        return;
    const QJsonArray arguments = call[QLatin1String("args")].toArray();
    const auto first = arguments.isEmpty() ? std::nullopt : constant(arguments.first());
    const auto last = arguments.isEmpty() ? std::nullopt : constant(arguments.last());
    if (!first || !last)
        return;
    into.kind = Statement::Kind::Enable;
    into.call = into.text;
    into.tag = tagOf(Ddlx::Command::Enable);
    if (arguments.size() > 1)
        into.tables = {pg::quoteIdentifier(*first) + '.' + pg::quoteIdentifier(*last)};
    else
        into.tables = {first->find('.') == std::string::npos ? "public." + pg::quoteIdentifier(*first) : *first};
}

void readInsert(const QJsonObject &node, Statement &into)
{
    const QJsonObject relation = node[QLatin1String("relation")].toObject();
    std::vector<std::string> columns;
    for (const QJsonValue &column : node[QLatin1String("cols")].toArray())
        columns.push_back(text(column[QLatin1String("ResTarget")][QLatin1String("name")]));
    const Framework *const framework
        = frameworkOf(text(relation[QLatin1String("schemaname")]), text(relation[QLatin1String("relname")]), columns);
    const QJsonArray rows = node[QLatin1String("selectStmt")][QLatin1String("SelectStmt")][QLatin1String("valuesLists")].toArray();
    if (framework == nullptr || rows.isEmpty())
        return;
    const auto at = std::find(columns.begin(), columns.end(), framework->column) - columns.begin();
    QJsonValue value = rows.last()[QLatin1String("List")][QLatin1String("items")][qsizetype(at)];
    while (value.toObject().contains(QLatin1String("TypeCast")))
        value = value[QLatin1String("TypeCast")][QLatin1String("arg")];
    into.versionParameter = value[QLatin1String("ParamRef")][QLatin1String("number")].toInt();
    if (const auto literal = constant(value))
        into.version = versionIn(*framework, *literal);
    if (into.versionParameter == 0 && !into.version)
        return;
    into.kind = Statement::Kind::FrameworkInsert;
    into.framework = framework;
}

void readTransaction(const QJsonObject &node, Statement &into)
{
    const QString kind = node[QLatin1String("kind")].toString();
    if (kind == QLatin1String("TRANS_STMT_BEGIN") || kind == QLatin1String("TRANS_STMT_START"))
        into.kind = Statement::Kind::Begin;
}

// Which statements concern us, by the kind of their node; all others pass.
struct Rule {
    QLatin1String node;
    void (*read)(const QJsonObject &node, Statement &into);
};
constexpr std::array<Rule, 10> rules {{
    {QLatin1String("AlterTableStmt"), readAlter},
    {QLatin1String("AlterObjectSchemaStmt"), readMove},
    {QLatin1String("RenameStmt"), readRename},
    {QLatin1String("DropStmt"), readDrop},
    {QLatin1String("DropOwnedStmt"), readDropOwned},
    {QLatin1String("IndexStmt"), readIndex},
    {QLatin1String("DoStmt"), readBlock},
    {QLatin1String("CallStmt"), readCall},
    {QLatin1String("InsertStmt"), readInsert},
    {QLatin1String("TransactionStmt"), readTransaction},
}};

void classify(const QJsonObject &stmt, Statement &into)
{
    if (stmt.isEmpty())
        return;
    const QString type = stmt.begin().key();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule &one) { return one.node == type; });
    if (rule != rules.end())
        rule->read(stmt.begin().value().toObject(), into);
}

void takeDdlx(const Ddlx &ddlx, Statement &into)
{
    if (ddlx.malformed) {
        into.kind = Statement::Kind::Refused;
        into.objection = Objection {"42601", ddlx.malformed->near, ddlx.malformed->rule};
        into.position = into.characters + characterCount(std::string_view(into.text).substr(0, ddlx.malformed->offset)) + 1;
        return;
    }
    into.tag = tagOf(ddlx.command);
    const std::string &schema = ddlx.table.schema;
    const std::string &name = ddlx.table.name;
    into.tables = {pg::quoteIdentifier(schema) + '.' + pg::quoteIdentifier(name)};
    if (ddlx.command == Ddlx::Command::Enable) {
        into.kind = Statement::Kind::Enable;
        into.call = "CALL electric.enable(" + pg::quoteLiteral(into.tables[0]) + ')';
    } else if (ddlx.command == Ddlx::Command::Disable) {
        into.kind = Statement::Kind::Disable;
        into.call = "CALL electric.unelectrify(" + pg::quoteLiteral(schema) + ", " + pg::quoteLiteral(name) + ')';
    } else {
        into.kind = Statement::Kind::Refused;
        into.objection = Objection {"EX001", std::string(into.tag)};
    }
}

Statement statementAt(std::string_view sql, Slice slice)
{
    Statement statement;
    statement.text = sql.substr(slice.offset, slice.length);
    statement.characters = characterCount(sql.substr(0, slice.offset));
    return statement;
}

} // namespace

bool mayConcern(std::string_view sql)
{
    static const std::array<bool, 256> isFirst = [] {
        std::array<bool, 256> first {};
        for (const TellingWord &telling : tellingWords)
            for (std::size_t c = 0; c < first.size(); ++c)
                first[c] = first[c] || lowerCase(char(c)) == telling.word[0];
        return first;
    }();
    for (std::size_t at = 0; at < sql.size(); ++at) {
        if (!isFirst[static_cast<unsigned char>(sql[at])])
            continue;
        for (const TellingWord &telling : tellingWords)
            if (standsAt(sql, at, telling))
                return true;
    }
    return false;
}

std::vector<Statement> readStatements(std::string_view sql)
{
    const std::string whole(sql);
    std::vector<Statement> all;
    const Parsed parsed = parseTree(whole);
    for (const Parsed::One &one : parsed.statements) {
        all.push_back(statementAt(whole, trimmed(whole, one.slice)));
        classify(one.node, all.back());
    }
    if (parsed.understood)
        return all;
    for (const Slice &slice : slices(whole)) {
        const Slice bare = trimmed(whole, slice);
        if (bare.length == 0)
            continue;
        all.push_back(statementAt(whole, bare));
        Statement &statement = all.back();
        const Parsed alone = parseTree(statement.text);
        if (alone.understood && alone.statements.size() == 1)
            classify(alone.statements[0].node, statement);
        else if (const auto ddlx = alone.understood ? std::nullopt : readDdlx(statement.text))
            takeDdlx(*ddlx, statement);
    }
    return all;
}

} // namespace electric::proxy
