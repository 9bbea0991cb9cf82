// Functions and casts.

#include "service/where/compilerparts.h"

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

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
    for (const char *const field : {"agg_star", "agg_distinct", "over", "agg_order", "agg_filter", "agg_within_group", "func_variadic"})
        if (node.fields.contains(QLatin1String(field)))
            return refused(location, "aggregation is not supported in this context");
    const auto names = node.names(QLatin1String("funcname"));
    const std::string name = builtin(names).value_or("of another schema");
    const auto nodes = node.children(QLatin1String("args"));
    std::vector<Expression> arguments;
    for (const SyntaxNode &one : nodes) {
        auto argument = expression(one);
        if (!argument)
            return argument;
        arguments.push_back(*std::move(argument));
    }
    if (arguments.size() == 1 && typeNamed(name)) // a cast in the clothes of a function
        return castTo(std::move(arguments.front()), *typeNamed(name), location);
    if (name.starts_with("justify_") && arguments.size() == 1 && arguments.front().type == Type::Interval
        && arguments.front().kind != Kind::Constant && (name == "justify_days" || name == "justify_hours" || name == "justify_interval"))
        return std::move(arguments.front()); // of the same size
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
        return refused(location, "Could not select a function overload for " + name + '(' + typeName(argument) + ')');
    return made(name == "lower" ? Kind::Lower : Kind::Upper, Type::Text, location, {std::move(argument)});
}

Compiled Compiler::atTimeZone(std::vector<Expression> arguments, std::size_t location)
{
    const Expression &zone = arguments[0];
    Expression &time = arguments[1];
    if (zone.kind != Kind::Constant || !isUtc(zone.text))
        return refused(zone.location, "the only time zone that is supported is 'UTC'");
    if (time.type != Type::Timestamp && time.type != Type::Timestamptz)
        return refused(location, "Could not select a function overload for timezone(text, " + typeName(time) + ')');
    if (time.kind == Kind::Convert)
        return refused(location, "a date AT TIME ZONE is not supported, since it can fail on some rows");
    const Type type = time.type == Type::Timestamp ? Type::Timestamptz : Type::Timestamp;
    return made(Kind::AtUtc, type, location, {std::move(time)});
}

const schema::Enum *Compiler::enumNamed(const std::vector<std::string> &name) const
{
    std::string whole;
    for (const std::string &part : name)
        whole += (whole.empty() ? "" : ".") + part;
    return m_catalogue.enumeration(whole);
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
    const auto own = builtin(names);
    const auto named = own ? typeNamed(*own) : std::nullopt;
    if (const schema::Enum *const labels = named ? nullptr : enumNamed(names)) {
        Expression like;
        like.type = Type::Enum;
        like.enumType = std::make_shared<const Expression::EnumType>(Expression::EnumType {labels->name, labels->values});
        if (operand->type != Type::Unknown)
            return refused(location, "unknown cast from type " + typeName(*operand) + " to type " + names.back());
        if (auto problem = settle(*operand, like))
            return tl::unexpected(*std::move(problem));
        return operand;
    }
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
    if (isConstant && isExact(from) && isFloat(type)) {
        if (auto problem = convertTo(type, operand))
            return tl::unexpected(*std::move(problem));
        return operand;
    }
    const bool widens = isNumber(from) && isNumber(type) && from < type;
    if (widens || (from == Type::Date && type == Type::Timestamp))
        return made(Kind::Convert, type, location, {std::move(operand)});
    // A value's text as Postgres prints it is known where it comes as such.
    const bool hasText = operand.kind == Kind::Column || from == Type::Bool || isExact(from) || isConstant;
    if (type == Type::Text && from != Type::Other && hasText && !(isConstant && from != Type::Bool && !isExact(from)))
        return made(Kind::ToText, Type::Text, location, {std::move(operand)});
    if (from == Type::Bool && type == Type::Int4)
        return made(Kind::BoolToInt, type, location, {std::move(operand)});
    if (from == Type::Int4 && type == Type::Bool)
        return made(Kind::IntToBool, type, location, {std::move(operand)});
    return refused(location,
        "unknown cast from type " + typeName(operand) + " to type " + std::string(nameOf(type)) + ", or one that can fail on some rows");
}

} // namespace electric::where
