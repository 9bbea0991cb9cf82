#include "service/where/compiler.h"

#include "service/where/like.h"
#include "service/where/parsing.h"

#include <algorithm>
#include <map>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

// Offsets are told in the client's text.
std::size_t locationOf(const SyntaxNode &node)
{
    const auto at = std::size_t(std::max(node.fields.value(QLatin1String("location")).toInt(), 0));
    return at < parsedPrefix.size() ? 0 : at - parsedPrefix.size();
}

tl::unexpected<Problem> refused(std::size_t location, const std::string &reason)
{
    return tl::unexpected(problemAt(location, reason));
}

Expression made(Kind kind, Type type, std::size_t location, std::vector<Expression> operands)
{
    Expression expression;
    expression.kind = kind;
    expression.type = type;
    expression.location = location;
    expression.operands = std::move(operands);
    return expression;
}

bool isLiteral(const Expression &expression)
{
    return expression.kind == Kind::Constant && expression.type == Type::Unknown;
}

std::string typeName(const Expression &expression)
{
    return expression.enumType ? expression.enumType->name.name : std::string(nameOf(expression.type));
}

const std::map<std::string, Comparison> &comparisons()
{
    static const std::map<std::string, Comparison> all {{"=", Comparison::Equal}, {"<>", Comparison::NotEqual}, {"<", Comparison::Less},
        {">", Comparison::Greater}, {"<=", Comparison::LessOrEqual}, {">=", Comparison::GreaterOrEqual}};
    return all;
}

std::string nameIn(const SyntaxNode &node)
{
    const auto parts = node.names(QLatin1String("name"));
    return parts.empty() ? std::string() : parts.back();
}

// As much of the text as is a number: libpg_query 15 drops whole numbers that are not positive.
std::string numberAt(const SyntaxNode &node)
{
    std::size_t at = std::size_t(std::max(node.fields.value(QLatin1String("location")).toInt(), 0));
    std::string number;
    if (at < node.source.size() && node.source[at] == '-') {
        number = "-";
        at = node.source.find_first_not_of(" \t\r\n", at + 1);
    }
    while (at < node.source.size() && node.source[at] >= '0' && node.source[at] <= '9')
        number += node.source[at++];
    return number.empty() || number == "-" ? "0" : number;
}

// The smallest type that takes the number; nothing when none does.
std::optional<Expression> numberOf(const std::string &text, std::size_t location)
{
    Expression number = made(Kind::Constant, Type::Numeric, location, {});
    for (const Type type : {Type::Int4, Type::Int8, Type::Numeric}) {
        if (const auto value = readDatum(type, text)) {
            number.type = type;
            number.value = *value;
            number.text = exactText(*value);
            return number;
        }
    }
    return std::nullopt;
}

} // namespace

Problem problemAt(std::size_t location, const std::string &reason)
{
    return {"At location " + std::to_string(location) + ": " + reason, location};
}

Compiled Compiler::condition(const SyntaxNode &node)
{
    auto whole = expression(node);
    if (whole && whole->type != Type::Bool)
        return tl::unexpected(Problem {"Where expression should evaluate to a boolean, but it's :" + typeName(*whole), whole->location});
    return whole;
}

Compiled Compiler::expression(const SyntaxNode &node)
{
    if (node.is(QLatin1String("ColumnRef")))
        return column(node);
    if (node.is(QLatin1String("A_Const")))
        return constant(node);
    if (node.is(QLatin1String("BoolExpr")))
        return logic(node);
    if (node.is(QLatin1String("A_Expr")))
        return operation(node);
    if (node.is(QLatin1String("NullTest")))
        return nullTest(node);
    if (node.is(QLatin1String("BooleanTest")))
        return boolTest(node);
    if (node.is(QLatin1String("TypeCast")))
        return cast(node);
    if (node.is(QLatin1String("FuncCall")))
        return function(node);
    if (node.is(QLatin1String("SubLink")))
        return refused(locationOf(node), "subqueries are not supported");
    return refused(locationOf(node), node.kind.toStdString() + " is not supported in this context");
}

Compiled Compiler::column(const SyntaxNode &node)
{
    std::vector<std::string> parts;
    for (const SyntaxNode &part : node.children(QLatin1String("fields")))
        parts.push_back(part.is(QLatin1String("String")) ? part.text(QLatin1String("sval")) : "*");
    const std::size_t location = locationOf(node);
    std::string whole;
    for (const std::string &part : parts)
        whole += (whole.empty() ? "" : ".") + part;
    const auto index = m_table.columnIndex(parts.back());
    if (parts.size() == 1 && index)
        return refused(location, "unknown reference " + whole + " - did you mean `this." + whole + "`?");
    if (parts.size() != 2 || parts.front() != "this" || !index)
        return refused(location, "unknown reference " + whole);
    const schema::Column &found = m_table.columns[*index];
    Expression expression = made(Kind::Column, typeOf(found.type), location, {});
    expression.column = *index;
    expression.text = found.name;
    if (expression.type == Type::Enum) {
        const schema::Enum *const type = m_catalogue.enumeration(found.type.name);
        if (type)
            expression.enumType = std::make_shared<const Expression::EnumType>(Expression::EnumType {type->name, type->values});
        else
            expression.type = Type::Other;
    }
    return expression;
}

Compiled Compiler::constant(const SyntaxNode &node)
{
    const std::size_t location = locationOf(node);
    const auto has = [&node](const char *field) { return node.fields.contains(QLatin1String(field)); };
    Expression literal = made(Kind::Constant, Type::Unknown, location, {});
    if (node.flag(QLatin1String("isnull"))) {
        literal.isNull = true;
        return literal;
    }
    if (has("boolval")) {
        literal.type = Type::Bool;
        const bool isTrue = node.known(QLatin1String("boolval")).flag(QLatin1String("boolval"));
        literal.text = isTrue ? "t" : "f";
        literal.value = Datum::ofBool(isTrue);
        return literal;
    }
    if (has("sval")) {
        literal.text = node.known(QLatin1String("sval")).text(QLatin1String("sval"));
        literal.value = Datum::ofText({});
        return literal;
    }
    if (has("bsval"))
        return refused(location, "BitString values are not supported");
    const std::string text = has("fval") ? node.known(QLatin1String("fval")).text(QLatin1String("fval")) : numberAt(node);
    auto number = numberOf(text, location);
    if (!number)
        return refused(
            location, "the number " + text.substr(0, 40) + " has too many digits: 19 before the point and 15 behind it are supported");
    return *std::move(number);
}

Compiled Compiler::boolean(const SyntaxNode &node)
{
    auto operand = expression(node);
    if (operand && isLiteral(*operand)) {
        if (auto problem = settle(*operand, made(Kind::Column, Type::Bool, 0, {})))
            return tl::unexpected(*std::move(problem));
    }
    if (operand && operand->type != Type::Bool)
        return refused(operand->location, typeName(*operand) + " is not castable to bool");
    return operand;
}

Compiled Compiler::logic(const SyntaxNode &node)
{
    const std::string word = node.text(QLatin1String("boolop"));
    const Kind kind = word == "AND_EXPR" ? Kind::And : word == "OR_EXPR" ? Kind::Or : Kind::Not;
    std::vector<Expression> operands;
    for (const SyntaxNode &one : node.children(QLatin1String("args"))) {
        auto operand = boolean(one);
        if (!operand)
            return operand;
        operands.push_back(*std::move(operand));
    }
    return made(kind, Type::Bool, locationOf(node), std::move(operands));
}

Compiled Compiler::operation(const SyntaxNode &node)
{
    const std::string kind = node.text(QLatin1String("kind"));
    const std::size_t location = locationOf(node);
    const std::string name = nameIn(node);
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
    const Type type = isExact(operand->type) ? Type::Numeric : operand->type;
    return made(name == "-" ? Kind::Negate : Kind::Absolute, type, location, {*std::move(operand)});
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
    const bool isSameEnum = one.type != Type::Enum || (one.enumType && other.enumType && one.enumType->name == other.enumType->name);
    if (!common || !isSameEnum)
        return problemAt(location, "Could not select an operator overload for " + typeName(one) + ' ' + what + ' ' + typeName(other));
    for (Expression *const side : {&one, &other}) {
        const bool isAlike = side->type == *common || (isExact(side->type) && isExact(*common));
        if (!isAlike)
            *side = made(Kind::Convert, *common, side->location, {std::move(*side)});
    }
    return std::nullopt;
}

Compiled Compiler::compared(Comparison comparison, Expression one, Expression other, std::size_t location)
{
    const auto &all = comparisons();
    const auto named = std::find_if(all.begin(), all.end(), [&](const auto &entry) { return entry.second == comparison; });
    if (auto problem = unify(one, other, named->first, location))
        return tl::unexpected(*std::move(problem));
    Expression made_ = made(Kind::Compare, Type::Bool, location, {});
    made_.comparison = comparison;
    made_.operands.push_back(std::move(one));
    made_.operands.push_back(std::move(other));
    return made_;
}

Compiled Compiler::binary(const std::string &name, Expression one, Expression other, std::size_t location)
{
    if (const auto found = comparisons().find(name); found != comparisons().end())
        return compared(found->second, std::move(one), std::move(other), location);
    if (name == "~~" || name == "!~~" || name == "~~*" || name == "!~~*")
        return like(name, std::move(one), std::move(other), location);
    static const std::map<std::string, Kind> kinds {
        {"+", Kind::Add}, {"-", Kind::Subtract}, {"&", Kind::BitAnd}, {"|", Kind::BitOr}, {"#", Kind::BitXor}, {"||", Kind::Concatenate}};
    const auto kind = kinds.find(name);
    if (kind == kinds.end())
        return refused(location,
            name == "/" || name == "*" || name == "^" || name == "%"
                ? "the operator " + name + " is not supported, since it can fail on some rows"
                : "unknown binary operator \"" + name + '"');
    if (auto problem = unify(one, other, name, location))
        return tl::unexpected(*std::move(problem));
    const bool isArithmetic = kind->second == Kind::Add || kind->second == Kind::Subtract;
    const bool isRight = kind->second == Kind::Concatenate ? one.type == Type::Text
        : isArithmetic                                     ? isExact(one.type)
                                                           : isInteger(one.type) && isInteger(other.type);
    if (!isRight)
        return refused(location,
            "Could not select an operator overload for " + typeName(one) + ' ' + name + ' ' + typeName(other)
                + (isFloat(one.type) ? ": arithmetic of floating point can fail on some rows" : ""));
    const Type type = isArithmetic ? Type::Numeric : std::max(one.type, other.type);
    std::vector<Expression> operands;
    operands.push_back(std::move(one));
    operands.push_back(std::move(other));
    return made(kind->second, type, location, std::move(operands));
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

Compiled Compiler::list(const SyntaxNode &node)
{
    const std::size_t location = locationOf(node);
    const bool isNegated = nameIn(node) == "<>";
    auto subject = expression(node.child(QLatin1String("lexpr")));
    if (!subject)
        return subject;
    Expression in = made(Kind::In, Type::Bool, location, {});
    in.isNegated = isNegated;
    std::vector<Expression> compares;
    bool isSet = subject->type == Type::Text || subject->type == Type::Uuid;
    for (const SyntaxNode &one : node.child(QLatin1String("rexpr")).children(QLatin1String("items"))) {
        auto item = expression(one);
        if (!item)
            return item;
        auto equal = compared(isNegated ? Comparison::NotEqual : Comparison::Equal, *subject, *std::move(item), location);
        if (!equal)
            return equal;
        const Expression &value = equal->operands[1];
        isSet = isSet && value.kind == Kind::Constant && value.type == subject->type;
        if (isSet && value.isNull)
            in.isNull = true;
        else if (isSet)
            in.values.push_back(value.text);
        compares.push_back(*std::move(equal));
    }
    if (!isSet && compares.size() == 1)
        return compares.front();
    if (!isSet)
        return made(isNegated ? Kind::And : Kind::Or, Type::Bool, location, std::move(compares));
    std::sort(in.values.begin(), in.values.end());
    in.operands.push_back(*std::move(subject));
    return in;
}

Compiled Compiler::between(const SyntaxNode &node, bool isNegated)
{
    const std::size_t location = locationOf(node);
    const auto limits = node.child(QLatin1String("rexpr")).children(QLatin1String("items"));
    std::vector<Expression> both;
    for (std::size_t at = 0; at < 2; ++at) {
        auto subject = expression(node.child(QLatin1String("lexpr")));
        if (!subject)
            return subject;
        auto limit = expression(limits.at(at));
        if (!limit)
            return limit;
        const Comparison comparison = at == 0 ? (isNegated ? Comparison::Less : Comparison::GreaterOrEqual)
                                              : (isNegated ? Comparison::Greater : Comparison::LessOrEqual);
        auto one = compared(comparison, *std::move(subject), *std::move(limit), location);
        if (!one)
            return one;
        both.push_back(*std::move(one));
    }
    return made(isNegated ? Kind::Or : Kind::And, Type::Bool, location, std::move(both));
}

Compiled Compiler::nullTest(const SyntaxNode &node)
{
    auto operand = expression(node.child(QLatin1String("arg")));
    if (!operand)
        return operand;
    Expression test = made(Kind::IsNull, Type::Bool, locationOf(node), {});
    test.isNegated = node.text(QLatin1String("nulltesttype")) == "IS_NOT_NULL";
    test.operands.push_back(*std::move(operand));
    return test;
}

Compiled Compiler::boolTest(const SyntaxNode &node)
{
    auto operand = expression(node.child(QLatin1String("arg")));
    if (!operand)
        return operand;
    const std::string what = node.text(QLatin1String("booltesttype")); // IS_NOT_TRUE
    Expression test = made(Kind::IsBool, Type::Bool, locationOf(node), {});
    test.isNegated = what.starts_with("IS_NOT_");
    const std::string word = what.substr(what.rfind('_') + 1);
    if (isLiteral(*operand)) {
        if (auto problem = settle(*operand, made(Kind::Column, Type::Bool, 0, {})))
            return tl::unexpected(*std::move(problem));
    }
    if (operand->type != Type::Bool)
        return refused(operand->location,
            std::string("argument of IS ") + (test.isNegated ? "NOT " : "") + word + " must be bool, not " + typeName(*operand));
    test.text = word == "TRUE" ? "t" : word == "FALSE" ? "f" : "";
    test.operands.push_back(*std::move(operand));
    return test;
}

} // namespace electric::where
