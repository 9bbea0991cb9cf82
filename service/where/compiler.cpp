#include "service/where/compilerparts.h"

#include <algorithm>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;
using schema::SyntaxNode;

namespace {

// libpg_query 15 drops whole numbers that are not positive: of these the text tells. Nothing when that has more than signs, parentheses
// and digits.
std::optional<std::string> wholeNumber(const SyntaxNode &node)
{
    const int positive = node.known(QLatin1String("ival")).fields.value(QLatin1String("ival")).toInt();
    if (positive != 0)
        return std::to_string(positive);
    const auto location = std::size_t(std::max(node.fields.value(QLatin1String("location")).toInt(), 0));
    const std::size_t first = node.source.find_first_not_of(" \t\r\n\f\v-(", location);
    if (first == std::string_view::npos || node.source.substr(location, first - location).find("--") != std::string_view::npos)
        return std::nullopt;
    std::string digits;
    for (std::size_t at = first; at < node.source.size() && node.source[at] >= '0' && node.source[at] <= '9'; ++at)
        digits += node.source[at];
    return digits.empty() ? std::nullopt : std::optional('-' + digits);
}

// The smallest type that takes the number. One of more digits than we calculate with has no value, and is good for floating point only.
Expression numberOf(const std::string &text, std::size_t location)
{
    Expression number = made(Kind::Constant, Type::Numeric, location);
    number.text = text;
    for (const Type type : {Type::Int4, Type::Int8, Type::Numeric}) {
        if (const auto value = readDatum(type, text)) {
            number.type = type;
            number.value = *value;
            number.text = exactText(*value);
            break;
        }
    }
    return number;
}

// What a whole condition may cost: memory for the texts that each row makes anew, time for patterns.
class Limits
{
public:
    std::optional<Problem> check(const Expression &expression)
    {
        constexpr std::size_t mostTexts = 16;
        constexpr std::size_t mostPatternBytes = 4000;
        const bool makesText = expression.kind == Kind::Concatenate || expression.kind == Kind::Lower || expression.kind == Kind::Upper;
        m_texts += makesText ? 1 : 0;
        m_patternBytes += expression.kind == Kind::Like ? expression.operands[1].text.size() : 0;
        if (m_texts > mostTexts)
            return problemAt(expression.location, "at most " + std::to_string(mostTexts) + " uses of ||, lower and upper are supported");
        if (m_patternBytes > mostPatternBytes)
            return problemAt(expression.location,
                "the patterns of a condition can have at most " + std::to_string(mostPatternBytes) + " bytes together");
        // What is left of numbers with many digits where floating point took none.
        const bool isNumber = expression.kind == Kind::Constant && isExact(expression.type) && !expression.isNull;
        if (isNumber && expression.value.isNull)
            return tooManyDigits(expression.location, expression.text);
        for (const Expression &operand : expression.operands)
            if (auto problem = check(operand))
                return problem;
        return std::nullopt;
    }

private:
    std::size_t m_texts = 0;
    std::size_t m_patternBytes = 0;
};

} // namespace

Compiled Compiler::condition(const SyntaxNode &node)
{
    auto whole = expression(node);
    if (whole && whole->type != Type::Bool)
        return tl::unexpected(
            Problem {"Where expression should evaluate to a boolean, but it's :" + typeName(*whole), whole->location, whole->location});
    if (auto problem = whole ? Limits().check(*whole) : std::nullopt)
        return tl::unexpected(*std::move(problem));
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
    const auto text = has("fval") ? std::optional(node.known(QLatin1String("fval")).text(QLatin1String("fval"))) : wholeNumber(node);
    if (!text)
        return refused(location, "the number is not written plainly");
    return numberOf(*text, location);
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
