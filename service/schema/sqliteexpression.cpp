#include "service/schema/sqliteexpression.h"

#include "service/schema/sqlitedialect.h"

#include <algorithm>
#include <array>

namespace electric::schema {
namespace {

// Functions with the same name and meaning in both databases.
constexpr std::array<std::string_view, 10> sharedFunctions {
    "abs", "length", "lower", "ltrim", "nullif", "replace", "round", "rtrim", "substr", "upper"};

constexpr std::array<std::string_view, 12> sharedOperators {"=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||"};

template <std::size_t N> bool contains(const std::array<std::string_view, N> &all, std::string_view one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

tl::unexpected<Failure> unsupported(const std::string &what)
{
    return fail(Failure::Kind::Unsupported, what + " cannot be written for SQLite");
}

std::string literal(std::string_view text)
{
    std::string quoted = "'";
    for (const char one : text) {
        if (one == '\'')
            quoted += '\'';
        quoted += one;
    }
    return quoted += '\'';
}

// A text that Postgres reads as a value of this type, where SQLite would not take it for the same value.
std::optional<std::string> typedLiteral(std::string_view text, const ColumnType &type)
{
    if (type.name == "bytea" && type.array.empty() && text.starts_with("\\x"))
        return "x" + literal(text.substr(2));
    if (type.name == "bool" && type.array.empty()) {
        constexpr std::array<std::string_view, 5> yes {"t", "true", "y", "yes", "on"};
        return contains(yes, text) || text == "1" ? "1" : "0";
    }
    return std::nullopt;
}

Result<std::string> constant(const SyntaxNode &node)
{
    if (node.flag(QLatin1String("isnull")))
        return "NULL";
    if (node.fields.contains(QLatin1String("boolval")))
        return node.known(QLatin1String("boolval")).flag(QLatin1String("boolval")) ? "1" : "0";
    if (node.fields.contains(QLatin1String("ival"))) {
        const auto number = node.wholeNumber();
        if (!number)
            return fail(number.error());
        return std::to_string(*number);
    }
    if (node.fields.contains(QLatin1String("fval")))
        return node.known(QLatin1String("fval")).text(QLatin1String("fval"));
    if (node.fields.contains(QLatin1String("sval")))
        return literal(node.known(QLatin1String("sval")).text(QLatin1String("sval")));
    return unsupported("a bit string");
}

Result<std::string> joined(const std::vector<SyntaxNode> &nodes, std::string_view separator)
{
    std::string all;
    for (const SyntaxNode &node : nodes) {
        auto one = sqliteExpression(node);
        if (!one)
            return one;
        if (!all.empty())
            all += separator;
        all += *one;
    }
    return all;
}

// As part of another expression: tests have no parentheses of their own.
Result<std::string> operand(const SyntaxNode &node)
{
    auto text = sqliteExpression(node);
    if (text && (node.is(QLatin1String("NullTest")) || node.is(QLatin1String("BooleanTest"))))
        return '(' + *text + ')';
    return text;
}

Result<std::string> infix(const SyntaxNode &node, const std::string &sign)
{
    const SyntaxNode left = node.child(QLatin1String("lexpr"));
    const auto second = operand(node.child(QLatin1String("rexpr")));
    if (!second)
        return second;
    if (left.kind.isEmpty())
        return '(' + sign + *second + ')';
    const auto first = operand(left);
    if (!first)
        return first;
    return '(' + *first + ' ' + sign + ' ' + *second + ')';
}

Result<std::string> membership(const SyntaxNode &node, const std::string &sign)
{
    const auto value = operand(node.child(QLatin1String("lexpr")));
    if (!value)
        return value;
    const auto list = joined(node.child(QLatin1String("rexpr")).children(QLatin1String("items")), ", ");
    if (!list)
        return list;
    return '(' + *value + (sign == "=" ? " IN (" : " NOT IN (") + *list + "))";
}

Result<std::string> range(const SyntaxNode &node, bool inverted)
{
    const auto value = operand(node.child(QLatin1String("lexpr")));
    if (!value)
        return value;
    const auto limits = joined(node.child(QLatin1String("rexpr")).children(QLatin1String("items")), " AND ");
    if (!limits)
        return limits;
    return '(' + *value + (inverted ? " NOT BETWEEN " : " BETWEEN ") + *limits + ')';
}

Result<std::string> operation(const SyntaxNode &node)
{
    const QString kind = node.fields.value(QLatin1String("kind")).toString();
    const std::vector<std::string> names = node.names(QLatin1String("name"));
    const std::string sign = names.empty() ? std::string() : names.back();
    if (kind == QLatin1String("AEXPR_OP") && names.size() == 1 && contains(sharedOperators, sign))
        return infix(node, sign);
    if (kind == QLatin1String("AEXPR_DISTINCT"))
        return infix(node, "IS NOT");
    if (kind == QLatin1String("AEXPR_NOT_DISTINCT"))
        return infix(node, "IS");
    if (kind == QLatin1String("AEXPR_IN") && node.child(QLatin1String("rexpr")).is(QLatin1String("List")))
        return membership(node, sign);
    if (kind == QLatin1String("AEXPR_BETWEEN") || kind == QLatin1String("AEXPR_NOT_BETWEEN"))
        return range(node, kind == QLatin1String("AEXPR_NOT_BETWEEN"));
    if (kind == QLatin1String("AEXPR_NULLIF")) {
        const auto both = joined({node.child(QLatin1String("lexpr")), node.child(QLatin1String("rexpr"))}, ", ");
        return both.map([](const std::string &text) { return "nullif(" + text + ')'; });
    }
    return unsupported("the operator " + sign);
}

Result<std::string> logic(const SyntaxNode &node)
{
    const QString kind = node.fields.value(QLatin1String("boolop")).toString();
    const auto parts = joined(node.children(QLatin1String("args")), kind == QLatin1String("OR_EXPR") ? " OR " : " AND ");
    if (!parts)
        return parts;
    return (kind == QLatin1String("NOT_EXPR") ? "(NOT " : "(") + *parts + ')';
}

Result<std::string> call(const SyntaxNode &node)
{
    const std::vector<std::string> names = node.names(QLatin1String("funcname"));
    const std::string name = names.empty() ? std::string() : names.back();
    if (!contains(sharedFunctions, name) || (names.size() > 1 && names.front() != "pg_catalog"))
        return unsupported("the function " + name + "()");
    return joined(node.children(QLatin1String("args")), ", ").map([&](const std::string &text) { return name + '(' + text + ')'; });
}

Result<std::string> cast(const SyntaxNode &node)
{
    const SyntaxNode value = node.child(QLatin1String("arg"));
    const ColumnType type = columnType(node.known(QLatin1String("typeName")), {});
    if (value.is(QLatin1String("A_Const")) && value.fields.contains(QLatin1String("sval"))) {
        if (auto text = typedLiteral(value.known(QLatin1String("sval")).text(QLatin1String("sval")), type))
            return *text;
    }
    const auto text = operand(value);
    if (!text)
        return text;
    return "CAST(" + *text + " AS " + sqliteType(type) + ')';
}

Result<std::string> test(const SyntaxNode &node, QLatin1String field)
{
    const auto value = operand(node.child(QLatin1String("arg")));
    if (!value)
        return value;
    std::string test = node.text(field); // IS_NULL, IS_NOT_TRUE, …
    std::replace(test.begin(), test.end(), '_', ' ');
    if (test.ends_with("UNKNOWN"))
        test.replace(test.size() - 7, 7, "NULL");
    return *value + ' ' + test;
}

Result<std::string> now(const SyntaxNode &node)
{
    const std::string function = node.text(QLatin1String("op"));
    if (function == "SVFOP_CURRENT_TIMESTAMP")
        return "current_timestamp";
    if (function == "SVFOP_CURRENT_DATE")
        return "current_date";
    if (function == "SVFOP_CURRENT_TIME")
        return "current_time";
    return unsupported("this function without parentheses");
}

} // namespace

std::string sqliteName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char one : name) {
        if (one == '"')
            quoted += '"';
        quoted += one;
    }
    return quoted += '"';
}

std::string sqliteNames(const std::vector<std::string> &names)
{
    std::string all;
    for (const std::string &name : names)
        (all += all.empty() ? "" : ", ") += sqliteName(name);
    return all;
}

Result<std::string> sqliteExpression(const SyntaxNode &node)
{
    if (node.is(QLatin1String("A_Const")))
        return constant(node);
    if (node.is(QLatin1String("ColumnRef"))) {
        const std::vector<std::string> parts = node.names(QLatin1String("fields"));
        return parts.empty() || parts.back().empty() ? unsupported("a whole row") : Result<std::string>(sqliteName(parts.back()));
    }
    if (node.is(QLatin1String("A_Expr")))
        return operation(node);
    if (node.is(QLatin1String("BoolExpr")))
        return logic(node);
    if (node.is(QLatin1String("NullTest")))
        return test(node, QLatin1String("nulltesttype"));
    if (node.is(QLatin1String("BooleanTest")))
        return test(node, QLatin1String("booltesttype"));
    if (node.is(QLatin1String("FuncCall")))
        return call(node);
    if (node.is(QLatin1String("CoalesceExpr")))
        return joined(node.children(QLatin1String("args")), ", ").map([](const std::string &s) { return "coalesce(" + s + ')'; });
    if (node.is(QLatin1String("TypeCast")))
        return cast(node);
    if (node.is(QLatin1String("SQLValueFunction")))
        return now(node);
    return unsupported("an expression of kind " + node.kind.toStdString());
}

Result<std::string> sqliteDefault(const SyntaxNode &node, const ColumnType &type)
{
    if (node.is(QLatin1String("A_Const")) && node.fields.contains(QLatin1String("sval"))) {
        if (auto text = typedLiteral(node.known(QLatin1String("sval")).text(QLatin1String("sval")), type))
            return *text;
    }
    auto text = sqliteExpression(node);
    if (!text || node.is(QLatin1String("A_Const")) || node.is(QLatin1String("SQLValueFunction")))
        return text;
    const bool isParenthesised = node.is(QLatin1String("A_Expr")) || node.is(QLatin1String("BoolExpr"));
    return isParenthesised ? *text : '(' + *text + ')';
}

} // namespace electric::schema
