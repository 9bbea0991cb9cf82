// Which types operands have, and what brings two of them together.

#include "service/where/compilerparts.h"

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;

namespace {

bool isEnumOf(const Expression &one, const Expression &other)
{
    return one.enumType && other.enumType && one.enumType->name == other.enumType->name;
}

bool hasColumn(const Expression &expression)
{
    if (expression.kind == Kind::Column)
        return true;
    for (const Expression &operand : expression.operands)
        if (hasColumn(operand))
            return true;
    return false;
}

} // namespace

std::optional<Problem> convertTo(Type type, Expression &side)
{
    if (side.type == type || (isExact(side.type) && isExact(type)))
        return std::nullopt;
    if (side.kind != Kind::Constant || !isExact(side.type) || !isFloat(type)) {
        side = made(Kind::Convert, type, side.location, {std::move(side)});
        return std::nullopt;
    }
    // At once, and from the text: a number can have more digits than our exact ones.
    side.type = type;
    if (side.isNull)
        return std::nullopt;
    const auto value = readDatum(type, side.text);
    if (!value)
        return problemAt(side.location, "the number " + side.text.substr(0, 40) + " is out of the range of " + std::string(nameOf(type)));
    side.value = *value;
    return std::nullopt;
}

// Gives a literal the type of what it stands beside.
std::optional<Problem> Compiler::settle(Expression &literal, const Expression &like)
{
    literal.type = like.type == Type::Unknown ? Type::Text : like.type;
    literal.enumType = like.enumType;
    if (literal.isNull)
        return std::nullopt;
    const auto *const labels = literal.enumType ? &literal.enumType->labels : nullptr;
    const auto text = readLiteral(literal.type, literal.text, labels);
    if (!text && literal.type == Type::Numeric && readDatum(Type::Float8, literal.text))
        return tooManyDigits(literal.location, literal.text);
    if (!text)
        return problemAt(literal.location, "invalid syntax for type " + typeName(literal) + ": " + literal.text.substr(0, 100));
    literal.value = *readDatum(literal.type, *text, labels);
    literal.value.text = {};
    literal.text = *text;
    return std::nullopt;
}

std::optional<Problem> Compiler::unify(Expression &one, Expression &other, const std::string &what, std::size_t location)
{
    if (isLiteral(one) || isLiteral(other)) {
        if (one.type == Type::Other || other.type == Type::Other)
            return problemAt(location, "Could not select an operator overload: columns of this type cannot be compared");
        const bool isOne = isLiteral(one);
        if (auto problem = settle(isOne ? one : other, isOne ? other : one))
            return problem;
        if (isLiteral(one) || isLiteral(other))
            return settle(isOne ? other : one, isOne ? one : other);
    }
    const auto common = commonType(one.type, other.type);
    if (!common || (one.type == Type::Enum && !isEnumOf(one, other)))
        return problemAt(location, "Could not select an operator overload for " + typeName(one) + ' ' + what + ' ' + typeName(other));
    if (auto problem = convertTo(*common, one))
        return problem;
    return convertTo(*common, other);
}

// Postgres compares with a list of constants as one array, of the type that all of them and the subject have in common: beside a float4,
// 0.1 in a list of several is a float4, and a float8 when it is alone.
std::optional<Problem> Compiler::settleList(const Expression &subject, std::vector<Expression> &items)
{
    std::vector<Expression *> constants;
    for (Expression &item : items)
        if (!hasColumn(item))
            constants.push_back(&item);
    if (constants.size() < 2)
        return std::nullopt;
    Expression like = made(Kind::Column, subject.type, 0);
    like.enumType = subject.enumType;
    for (const Expression *const constant : constants) {
        const auto common = constant->type == Type::Unknown ? like.type
            : like.type == Type::Unknown                    ? constant->type
                                                            : listType(like.type, constant->type);
        if (!common)
            return std::nullopt; // one of the comparisons says what is wrong
        if (!like.enumType)
            like.enumType = constant->enumType;
        like.type = *common;
    }
    for (Expression *const constant : constants) {
        if (isLiteral(*constant) && like.type != Type::Other) {
            if (auto problem = settle(*constant, like))
                return problem;
        } else if (constant->type != like.type && constant->type != Type::Enum) {
            if (auto problem = convertTo(like.type, *constant))
                return problem;
        }
    }
    return std::nullopt;
}

} // namespace electric::where
