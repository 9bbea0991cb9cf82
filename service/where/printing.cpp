#include "service/pg/connection.h"
#include "service/where/dates.h"
#include "service/where/expression.h"

namespace electric::where {

namespace {

using Kind = Expression::Kind;

const char *wordOf(const Expression &expression)
{
    switch (expression.kind) {
    case Kind::And: return " AND ";
    case Kind::Or: return " OR ";
    case Kind::Add: return " + ";
    case Kind::Subtract: return " - ";
    case Kind::BitAnd: return " & ";
    case Kind::BitOr: return " | ";
    case Kind::BitXor: return " # ";
    case Kind::Concatenate: return " || ";
    case Kind::IsDistinct: return expression.isNegated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ";
    case Kind::Like:
        return expression.foldsCase ? (expression.isNegated ? " NOT ILIKE " : " ILIKE ") : (expression.isNegated ? " NOT LIKE " : " LIKE ");
    default: break;
    }
    switch (expression.comparison) {
    case Comparison::Equal: return " = ";
    case Comparison::NotEqual: return " <> ";
    case Comparison::Less: return " < ";
    case Comparison::Greater: return " > ";
    case Comparison::LessOrEqual: return " <= ";
    case Comparison::GreaterOrEqual: return " >= ";
    }
    return "";
}

std::string typeText(const Expression &expression)
{
    if (expression.enumType)
        return pg::quoteIdentifier(expression.enumType->name.schema) + '.' + pg::quoteIdentifier(expression.enumType->name.name);
    return std::string(expression.type == Type::Unknown ? "text" : nameOf(expression.type));
}

std::string literal(const Expression &constant)
{
    return (constant.isNull ? "NULL" : pg::quoteLiteral(constant.text)) + "::" + typeText(constant);
}

// Texts compare by their bytes here, as they do in Evaluation.
bool needsCollation(const Expression &expression)
{
    const bool orders
        = expression.kind == Kind::Compare && expression.comparison != Comparison::Equal && expression.comparison != Comparison::NotEqual;
    return (orders || expression.kind == Kind::Like) && expression.operands[0].type == Type::Text;
}

std::string joined(const Expression &expression, std::string_view alias)
{
    const bool isWide = expression.kind == Kind::Add || expression.kind == Kind::Subtract; // of a type that never overflows
    std::string text;
    for (const Expression &operand : expression.operands) {
        text += (text.empty() ? "" : wordOf(expression)) + print(operand, alias);
        if (isWide)
            text += "::numeric";
        if (&operand == &expression.operands.front() && needsCollation(expression))
            text += " COLLATE \"C\"";
    }
    return '(' + text + ')';
}

std::string list(const Expression &expression, std::string_view alias)
{
    std::string text = '(' + print(expression.operands[0], alias) + (expression.isNegated ? " NOT IN (" : " IN (");
    const std::string type = "::" + typeText(expression.operands[0]);
    for (const std::string &value : expression.values)
        text += (text.ends_with("IN (") ? "" : ", ") + pg::quoteLiteral(value) + type;
    if (expression.isNull)
        text += (expression.values.empty() ? "NULL" : ", NULL") + type;
    return text + "))";
}

std::string boolTest(const Expression &expression, const std::string &operand)
{
    const char *const what = expression.text.empty() ? "UNKNOWN" : expression.text == "t" ? "TRUE" : "FALSE";
    return '(' + operand + (expression.isNegated ? " IS NOT " : " IS ") + what + ')';
}

// What cannot be calculated is NULL: nothing may fail.
std::string quotient(const Expression &expression, std::string_view alias)
{
    return '(' + print(expression.operands[0], alias) + "::numeric, nullif(" + print(expression.operands[1], alias) + "::numeric, 0))";
}

std::string shift(const Expression &expression, const std::string &operand)
{
    const bool isByDays = expression.type == Type::Date;
    const std::string by = isByDays ? pg::quoteLiteral(std::to_string(expression.interval.days)) + "::int4"
                                    : pg::quoteLiteral(expression.interval.text()) + "::interval";
    if (expression.type == Type::Time)
        return '(' + operand + " + " + by + ')';
    const ShiftBounds bounds = boundsOf(expression.type, expression.interval);
    const auto bound
        = [&](std::int64_t at) { return pg::quoteLiteral(momentText(expression.type, at)) + "::" + std::string(nameOf(expression.type)); };
    return "(CASE WHEN " + operand + " >= " + bound(bounds.least) + " AND " + operand + " <= " + bound(bounds.most) + " OR NOT isfinite("
        + operand + ") THEN " + operand + " + " + by + " END)";
}

std::string elapsed(const Expression &expression, const std::string &one, const std::string &other)
{
    std::string condition;
    for (const std::string &side : {one, other}) {
        condition += (condition.empty() ? "isfinite(" : " AND isfinite(") + side + ')';
        if (expression.type == Type::Interval)
            condition += " AND " + side + " < " + pg::quoteLiteral(momentText(expression.operands[0].type, elapsedEnd))
                + "::" + std::string(nameOf(expression.operands[0].type));
    }
    // A date that was made a timestamp is printed as it is, see Convert; here it is known to become one.
    const std::string type = "::" + std::string(nameOf(expression.operands[0].type));
    return "(CASE WHEN " + condition + " THEN " + one + type + " - " + other + type + " END)";
}

} // namespace

std::string print(const Expression &expression, std::string_view alias)
{
    const auto operand = [&] { return print(expression.operands[0], alias); };
    switch (expression.kind) {
    case Kind::Constant: return literal(expression);
    case Kind::Column: return std::string(alias) + '.' + pg::quoteIdentifier(expression.text);
    case Kind::Not: return "(NOT " + operand() + ')';
    case Kind::In: return list(expression, alias);
    case Kind::IsNull: return '(' + operand() + (expression.isNegated ? " IS NOT NULL)" : " IS NULL)");
    case Kind::IsBool: return boolTest(expression, operand());
    case Kind::Convert: // a date is compared with a timestamp as it is: not every one could become one
        return expression.type == Type::Timestamp ? operand() : operand() + "::" + typeText(expression);
    case Kind::ToText:
    case Kind::BoolToInt:
    case Kind::IntToBool: return operand() + "::" + typeText(expression);
    case Kind::Negate: return "(- " + operand() + (isFloat(expression.type) ? ")" : "::numeric)");
    case Kind::Absolute: return "(@ " + operand() + (isFloat(expression.type) ? ")" : "::numeric)");
    case Kind::Lower: return "lower(" + operand() + " COLLATE \"C\")";
    case Kind::Upper: return "upper(" + operand() + " COLLATE \"C\")";
    case Kind::Divide: return "div" + quotient(expression, alias);
    case Kind::Modulo: return "mod" + quotient(expression, alias);
    case Kind::Shift: return shift(expression, operand());
    case Kind::Elapsed: return elapsed(expression, operand(), print(expression.operands[1], alias));
    case Kind::AtUtc: return '(' + operand() + " AT TIME ZONE 'UTC')";
    default: return joined(expression, alias);
    }
}

} // namespace electric::where
