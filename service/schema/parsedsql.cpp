#include "service/schema/parsedsql.h"

#include <pg_query.h>

#include <QJsonDocument>
#include <QJsonParseError>

#include <charconv>

namespace electric::schema {
namespace {

// Frees a result of libpg_query however its scope is left.
struct ParseResult {
    explicit ParseResult(const std::string &source) : value(pg_query_parse(source.c_str())) { }
    ~ParseResult() { pg_query_free_parse_result(value); }
    Q_DISABLE_COPY_MOVE(ParseResult)

    PgQueryParseResult value;
};

SyntaxNode unwrapped(const QJsonObject &wrapper, std::string_view source)
{
    if (wrapper.isEmpty())
        return {{}, {}, source};
    return {wrapper.begin().key(), wrapper.begin().value().toObject(), source};
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\f\v;";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

std::string SyntaxNode::text(QLatin1String field) const
{
    return fields.value(field).toString().toStdString();
}

SyntaxNode SyntaxNode::child(QLatin1String field) const
{
    return unwrapped(fields.value(field).toObject(), source);
}

std::vector<SyntaxNode> SyntaxNode::children(QLatin1String field) const
{
    std::vector<SyntaxNode> nodes;
    for (const QJsonValue &one : fields.value(field).toArray())
        nodes.push_back(unwrapped(one.toObject(), source));
    return nodes;
}

std::vector<std::string> SyntaxNode::names(QLatin1String field) const
{
    std::vector<std::string> all;
    for (const SyntaxNode &one : children(field))
        all.push_back(one.text(QLatin1String("sval")));
    return all;
}

Result<int> SyntaxNode::wholeNumber() const
{
    const QJsonObject value = is(QLatin1String("A_Const")) ? fields.value(QLatin1String("ival")).toObject() : fields;
    if (const int number = value.value(QLatin1String("ival")).toInt(); number != 0)
        return number;
    // libpg_query 15 leaves out every number that is not positive, so only the text tells 0 from -3.
    const auto location = std::size_t(fields.value(QLatin1String("location")).toInt());
    if (location >= source.size() || source[location] != '-')
        return 0;
    const auto digit = source.find_first_not_of(" \t\r\n", location + 1);
    int number = 0;
    if (digit == std::string_view::npos || std::from_chars(source.data() + digit, source.data() + source.size(), number).ec != std::errc())
        return fail(Failure::Kind::Unsupported, "a number is not written plainly");
    return -number;
}

Result<std::vector<ParsedStatement>> parseSql(const std::string &source)
{
    const ParseResult parsed(source);
    if (parsed.value.error)
        return fail(Failure::Kind::Malformed, parsed.value.error->message);
    QJsonParseError error;
    const QJsonDocument tree = QJsonDocument::fromJson(QByteArray(parsed.value.parse_tree), &error);
    if (error.error != QJsonParseError::NoError)
        return fail(Failure::Kind::Malformed, "the statement's parse tree cannot be read: " + error.errorString().toStdString());
    std::vector<ParsedStatement> statements;
    for (const QJsonValue &value : tree.object().value(QLatin1String("stmts")).toArray()) {
        const QJsonObject raw = value.toObject();
        const auto start = std::min(std::size_t(raw.value(QLatin1String("stmt_location")).toInt()), source.size());
        const auto length = std::size_t(raw.value(QLatin1String("stmt_len")).toInt());
        const auto slice = std::string_view(source).substr(start, length == 0 ? std::string_view::npos : length);
        statements.push_back({unwrapped(raw.value(QLatin1String("stmt")).toObject(), source), std::string(trimmed(slice))});
    }
    return statements;
}

TableName tableName(const SyntaxNode &rangeVar)
{
    TableName name {.name = rangeVar.text(QLatin1String("relname"))};
    if (std::string schema = rangeVar.text(QLatin1String("schemaname")); !schema.empty())
        name.schema = std::move(schema);
    return name;
}

TableName tableName(const std::vector<std::string> &parts)
{
    if (parts.empty())
        return {};
    TableName name {.name = parts.back()};
    if (parts.size() > 1)
        name.schema = parts[parts.size() - 2];
    return name;
}

ColumnType columnType(const SyntaxNode &typeName, const Catalogue &catalogue)
{
    ColumnType type;
    const std::vector<std::string> parts = typeName.names(QLatin1String("names"));
    // Postgres' own types go by their short name, others as the DDL wrote them (spec/satellite.md §8.2).
    for (const std::string &part : parts) {
        if (part == "pg_catalog" && parts.size() > 1)
            continue;
        type.name += type.name.empty() ? part : '.' + part;
    }
    for (const SyntaxNode &modifier : typeName.children(QLatin1String("typmods"))) {
        if (const auto number = modifier.wholeNumber(); number && modifier.is(QLatin1String("A_Const")))
            type.size.push_back(*number);
    }
    for (const SyntaxNode &bound : typeName.children(QLatin1String("arrayBounds"))) {
        const int size = bound.fields.value(QLatin1String("ival")).toInt();
        type.array.push_back(size > 0 ? size : -1);
    }
    type.isEnum = catalogue.enumeration(type.name) != nullptr;
    return type;
}

} // namespace electric::schema
