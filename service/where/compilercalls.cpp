// Functions and casts.

#include "service/where/compiler.h"
#include "service/where/parsing.h"

#include <QJsonArray>

#include <algorithm>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

std::size_t locationOf(const SyntaxNode &node, std::size_t otherwise = 0)
{
    const int at = node.fields.value(QLatin1String("location")).toInt();
    return at < int(parsedPrefix.size()) ? otherwise : std::size_t(at) - parsedPrefix.size();
}

Expression made(Kind kind, Type type, std::size_t location, Expression operand)
{
    Expression expression;
    expression.kind = kind;
    expression.type = type;
    expression.location = location;
    expression.operands.push_back(std::move(operand));
    return expression;
}

tl::unexpected<Problem> refused(std::size_t location, const std::string &reason)
{
    return tl::unexpected(problemAt(location, reason));
}

std::string nameOfType(const Expression &expression)
{
    return expression.enumType ? expression.enumType->name.name : std::string(nameOf(expression.type));
}

bool isUtc(std::string_view zone)
{
    std::string upper;
    for (const char c : zone)
        upper += c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    return upper == "UTC" || upper == "Z" || upper == "GMT" || upper == "ETC/UTC";
}

} // namespace

Compiled Compiler::function(const SyntaxNode &node)
{
    const std::size_t location = locationOf(node);
    for (const char *const field : {"agg_star", "agg_distinct", "over", "agg_order", "agg_filter", "agg_within_group"})
        if (node.fields.contains(QLatin1String(field)))
            return refused(location, "aggregation is not supported in this context");
    const auto names = node.names(QLatin1String("funcname"));
    const std::string name = names.empty() ? std::string() : names.back();
    const auto nodes = node.children(QLatin1String("args"));
    std::vector<Expression> arguments;
    for (const SyntaxNode &one : nodes) {
        auto argument = expression(one);
        if (!argument)
            return argument;
        arguments.push_back(*std::move(argument));
    }
    if (name == "like_escape")
        return refused(location, "LIKE with ESCAPE is not supported");
    if (name == "timezone" && arguments.size() == 2)
        return atTimeZone(std::move(arguments), location);
    if ((name != "lower" && name != "upper") || arguments.size() != 1)
        return refused(location, "unknown or unsupported function " + name + '/' + std::to_string(arguments.size()));
    Expression &argument = arguments.front();
    if (argument.kind == Kind::Constant && argument.type == Type::Unknown) {
        if (auto problem = settle(argument, argument))
            return tl::unexpected(*std::move(problem));
    }
    if (argument.type != Type::Text)
        return refused(location, "Could not select a function overload for " + name + '(' + nameOfType(argument) + ')');
    return made(name == "lower" ? Kind::Lower : Kind::Upper, Type::Text, location, std::move(argument));
}

Compiled Compiler::atTimeZone(std::vector<Expression> arguments, std::size_t location)
{
    const Expression &zone = arguments[0];
    Expression &time = arguments[1];
    if (zone.kind != Kind::Constant || !isUtc(zone.text))
        return refused(zone.location, "the only time zone that is supported is 'UTC'");
    if (time.type != Type::Timestamp && time.type != Type::Timestamptz)
        return refused(location, "Could not select a function overload for timezone(text, " + nameOfType(time) + ')');
    const Type type = time.type == Type::Timestamp ? Type::Timestamptz : Type::Timestamp;
    return made(Kind::AtUtc, type, location, std::move(time));
}

Compiled Compiler::cast(const SyntaxNode &node)
{
    auto operand = expression(node.child(QLatin1String("arg")));
    if (!operand)
        return operand;
    const SyntaxNode type = node.known(QLatin1String("typeName"));
    const std::size_t location = locationOf(node, operand->location);
    const auto names = type.names(QLatin1String("names"));
    if (type.fields.contains(QLatin1String("arrayBounds")))
        return refused(location, "Electric currently doesn't support array types");
    if (const schema::Enum *const labels = names.empty() ? nullptr : m_catalogue.enumeration(names.back())) {
        Expression like;
        like.type = Type::Enum;
        like.enumType = std::make_shared<const Expression::EnumType>(Expression::EnumType {labels->name, labels->values});
        if (operand->type != Type::Unknown)
            return refused(location, "unknown cast from type " + nameOfType(*operand) + " to type " + names.back());
        if (auto problem = settle(*operand, like))
            return tl::unexpected(*std::move(problem));
        return operand;
    }
    const auto named = names.empty() ? std::nullopt : typeNamed(names.back());
    if (!named || type.fields.contains(QLatin1String("typmods")))
        return refused(location, "unsupported type " + (names.empty() ? std::string() : names.back()));
    return castTo(*std::move(operand), *named, location);
}

Compiled Compiler::castTo(Expression operand, Type type, std::size_t location)
{
    const Type from = operand.type;
    const bool isConstant = operand.kind == Kind::Constant;
    if (isConstant && (from == Type::Unknown || from == Type::Text || (type == from && isExact(from)))) {
        Expression like;
        like.type = type;
        if (auto problem = settle(operand, like))
            return tl::unexpected(*std::move(problem));
        return operand;
    }
    if (from == type)
        return operand;
    if (isConstant && isExact(from) && isExact(type)) { // of a number as written: Postgres rounds, so only what needs none
        Expression like;
        like.type = type;
        if (auto problem = settle(operand, like))
            return tl::unexpected(*std::move(problem));
        return operand;
    }
    const bool widens = isNumber(from) && isNumber(type) && from < type;
    if (widens || (from == Type::Date && type == Type::Timestamp))
        return made(Kind::Convert, type, location, std::move(operand));
    // A value's text as Postgres prints it is known where it comes as such.
    const bool hasText = operand.kind == Kind::Column || from == Type::Bool || isExact(from) || isConstant;
    if (type == Type::Text && from != Type::Other && hasText && !(isConstant && from != Type::Bool && !isExact(from)))
        return made(Kind::ToText, Type::Text, location, std::move(operand));
    if (from == Type::Bool && type == Type::Int4)
        return made(Kind::BoolToInt, type, location, std::move(operand));
    if (from == Type::Int4 && type == Type::Bool)
        return made(Kind::IntToBool, type, location, std::move(operand));
    return refused(location,
        "unknown cast from type " + nameOfType(operand) + " to type " + std::string(nameOf(type)) + ", or one that can fail on some rows");
}

} // namespace electric::where
