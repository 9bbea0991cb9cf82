// Operators.

#include "service/where/compilerparts.h"
#include "service/where/like.h"

#include <algorithm>
#include <map>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

const std::map<std::string, Comparison> &comparisons()
{
    static const std::map<std::string, Comparison> all {{"=", Comparison::Equal}, {"<>", Comparison::NotEqual}, {"<", Comparison::Less},
        {">", Comparison::Greater}, {"<=", Comparison::LessOrEqual}, {">=", Comparison::GreaterOrEqual}};
    return all;
}

bool isOfTime(Type type)
{
    return type == Type::Date || type == Type::Time || type == Type::Timestamp || type == Type::Timestamptz || type == Type::Interval;
}

// Of calculations, whose results can be larger than the type that Postgres gives them.
bool isStored(const Expression &expression)
{
    switch (expression.kind) {
    case Kind::Add:
    case Kind::Subtract:
    case Kind::Divide:
    case Kind::Modulo:
    case Kind::Negate:
    case Kind::Absolute: return false;
    default: return true;
    }
}

std::optional<Type> resultOf(Kind kind, const Expression &one, const Expression &other)
{
    const bool areIntegers = isInteger(one.type) && isInteger(other.type);
    const Type larger = std::max(one.type, other.type);
    switch (kind) {
    case Kind::Add:
    case Kind::Subtract:
    case Kind::Modulo: return !isExact(larger) ? std::nullopt : std::optional(areIntegers ? Type::Int8 : Type::Numeric);
    case Kind::Divide: return areIntegers ? std::optional(Type::Int8) : std::nullopt;
    case Kind::Concatenate: return larger == Type::Text ? std::optional(larger) : std::nullopt;
    default: return areIntegers && isStored(one) && isStored(other) ? std::optional(larger) : std::nullopt;
    }
}

} // namespace

Compiled Compiler::operation(const SyntaxNode &node)
{
    const std::string kind = node.text(QLatin1String("kind"));
    const std::size_t location = locationOf(node);
    const auto named = builtin(node.names(QLatin1String("name")));
    if (!named)
        return refused(location, "operators of other schemas are not supported");
    const std::string &name = *named;
    if (kind == "AEXPR_IN")
        return list(node);
    if (kind == "AEXPR_BETWEEN" || kind == "AEXPR_NOT_BETWEEN")
        return between(node, kind == "AEXPR_NOT_BETWEEN");
    const bool isDistinct = kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT";
    if (!isDistinct && kind != "AEXPR_OP" && kind != "AEXPR_LIKE" && kind != "AEXPR_ILIKE")
        return refused(location, "expression " + (name.empty() ? kind : name) + " is not currently supported");
    if (!node.fields.contains(QLatin1String("lexpr")))
        return unary(name, node.child(QLatin1String("rexpr")), location);
    auto one = expression(node.child(QLatin1String("lexpr")));
    if (!one)
        return one;
    auto other = expression(node.child(QLatin1String("rexpr")));
    if (!other)
        return other;
    if (!isDistinct)
        return binary(name, *std::move(one), *std::move(other), location);
    const auto isNull = [](const Expression &side) { return isLiteral(side) && side.isNull; };
    if (isNull(*one) || isNull(*other)) { // of any type
        Expression test = made(Kind::IsNull, Type::Bool, location, {isNull(*other) ? *std::move(one) : *std::move(other)});
        test.isNegated = kind == "AEXPR_DISTINCT";
        return test;
    }
    if (auto problem = unify(*one, *other, "=", location))
        return tl::unexpected(*std::move(problem));
    Expression distinct = made(Kind::IsDistinct, Type::Bool, location, {});
    distinct.isNegated = kind == "AEXPR_NOT_DISTINCT";
    distinct.operands.push_back(*std::move(one));
    distinct.operands.push_back(*std::move(other));
    return distinct;
}

Compiled Compiler::unary(const std::string &name, const SyntaxNode &node, std::size_t location)
{
    auto operand = expression(node);
    if (!operand)
        return operand;
    if (name != "-" && name != "+" && name != "@")
        return refused(location, "unknown unary operator \"" + name + '"');
    if (!isNumber(operand->type))
        return refused(location, "Could not select an operator overload");
    if (name == "+")
        return operand;
    const Type type = isInteger(operand->type) ? Type::Int8 : operand->type;
    return made(name == "-" ? Kind::Negate : Kind::Absolute, type, location, {*std::move(operand)});
}

Compiled Compiler::compared(Comparison comparison, Expression one, Expression other, std::size_t location)
{
    const auto &all = comparisons();
    const auto named = std::find_if(all.begin(), all.end(), [&](const auto &entry) { return entry.second == comparison; });
    if (auto problem = unify(one, other, named->first, location))
        return tl::unexpected(*std::move(problem));
    Expression test = made(Kind::Compare, Type::Bool, location, {});
    test.comparison = comparison;
    test.operands.push_back(std::move(one));
    test.operands.push_back(std::move(other));
    return test;
}

Compiled Compiler::binary(const std::string &name, Expression one, Expression other, std::size_t location)
{
    if (const auto found = comparisons().find(name); found != comparisons().end())
        return compared(found->second, std::move(one), std::move(other), location);
    if (name == "~~" || name == "!~~" || name == "~~*" || name == "!~~*")
        return like(name, std::move(one), std::move(other), location);
    if ((name == "+" || name == "-") && (isOfTime(one.type) || isOfTime(other.type)))
        return dateCalculation(name, std::move(one), std::move(other), location);
    static const std::map<std::string, Kind> kinds {{"+", Kind::Add}, {"-", Kind::Subtract}, {"/", Kind::Divide}, {"%", Kind::Modulo},
        {"&", Kind::BitAnd}, {"|", Kind::BitOr}, {"#", Kind::BitXor}, {"||", Kind::Concatenate}};
    const auto kind = kinds.find(name);
    if (kind == kinds.end())
        return refused(location,
            name == "*" || name == "^" ? "the operator " + name + " is not supported, since it can fail on some rows"
                                       : "unknown binary operator \"" + name + '"');
    if (auto problem = unify(one, other, name, location))
        return tl::unexpected(*std::move(problem));
    const auto type = resultOf(kind->second, one, other);
    if (!type)
        return refused(location,
            "Could not select an operator overload for " + typeName(one) + ' ' + name + ' ' + typeName(other)
                + (isFloat(one.type)        ? ": arithmetic of floating point can fail on some rows"
                        : isExact(one.type) ? ": only whole numbers as they are stored, since others can fail on some rows"
                                            : ""));
    const bool divides = kind->second == Kind::Divide || kind->second == Kind::Modulo;
    if (divides && other.kind == Kind::Constant && !other.isNull && !other.value.isNull && other.value.exact == 0)
        return refused(location, "division by zero");
    std::vector<Expression> operands;
    operands.push_back(std::move(one));
    operands.push_back(std::move(other));
    return made(kind->second, *type, location, std::move(operands));
}

Compiled Compiler::like(const std::string &name, Expression one, Expression other, std::size_t location)
{
    constexpr std::size_t longestPattern = 1000; // of which the time to match depends
    if (auto problem = unify(one, other, name, location))
        return tl::unexpected(*std::move(problem));
    if (one.type != Type::Text)
        return refused(location, "Could not select an operator overload for " + typeName(one) + ' ' + name + ' ' + typeName(other));
    if (other.kind != Kind::Constant)
        return refused(other.location, "a pattern has to be a constant, since not every text is one");
    if (!isPattern(other.text))
        return refused(other.location, "LIKE pattern must not end with escape character");
    if (other.text.size() > longestPattern)
        return refused(other.location, "a pattern can have at most " + std::to_string(longestPattern) + " bytes");
    Expression matched = made(Kind::Like, Type::Bool, location, {});
    matched.isNegated = name.front() == '!';
    matched.foldsCase = name.back() == '*';
    matched.operands.push_back(std::move(one));
    matched.operands.push_back(std::move(other));
    return matched;
}

} // namespace electric::where
