#include "service/where/dates.h"
#include "service/where/expression.h"
#include "service/where/like.h"

#include <algorithm>
#include <cmath>

namespace electric::where {

namespace {

using Kind = Expression::Kind;

const std::vector<std::string> *labelsOf(const Expression &expression)
{
    return expression.enumType ? &expression.enumType->labels : nullptr;
}

bool holds(Comparison comparison, int order)
{
    switch (comparison) {
    case Comparison::Equal: return order == 0;
    case Comparison::NotEqual: return order != 0;
    case Comparison::Less: return order < 0;
    case Comparison::Greater: return order > 0;
    case Comparison::LessOrEqual: return order <= 0;
    case Comparison::GreaterOrEqual: return order >= 0;
    }
    return false;
}

bool isEqual(Type type, const Datum &one, const Datum &other)
{
    return type == Type::Enum ? one.text == other.text : compare(type, one, other) == 0;
}

std::string folded(std::string_view text, char first, char last, int distance)
{
    std::string made(text);
    for (char &c : made)
        if (c >= first && c <= last)
            c = char(c + distance);
    return made;
}

} // namespace

std::optional<Datum> Evaluation::of(const Expression &expression)
{
    switch (expression.kind) {
    case Kind::Constant: {
        Datum value = expression.value;
        value.isNull = expression.isNull;
        value.text = expression.text;
        return value;
    }
    case Kind::Column: return column(expression);
    case Kind::And: return logic(expression, false);
    case Kind::Or: return logic(expression, true);
    case Kind::Compare: return comparison(expression);
    case Kind::In: return membership(expression);
    case Kind::IsDistinct: return distinctness(expression);
    case Kind::IsNull: return nullTest(expression);
    case Kind::IsBool: return boolTest(expression);
    case Kind::ToText: return text(expression);
    default: return derived(expression);
    }
}

Evaluation::Result Evaluation::column(const Expression &expression) const
{
    if (expression.column >= m_row.size() || m_row[expression.column].kind == changes::Value::Kind::Null)
        return Datum {};
    if (m_row[expression.column].kind != changes::Value::Kind::Text)
        return std::nullopt;
    return readDatum(expression.type, m_row[expression.column].text, labelsOf(expression));
}

// AND and OR of three values: one operand can decide, however unknown the others are. One that fails decides nothing but spoils the rest.
Evaluation::Result Evaluation::logic(const Expression &expression, bool decides)
{
    bool isUnknown = false;
    bool failed = false;
    for (const Expression &operand : expression.operands) {
        const auto value = of(operand);
        if (value && !value->isNull && (value->exact != 0) == decides)
            return Datum::ofBool(decides);
        failed = failed || !value;
        isUnknown = isUnknown || (value && value->isNull);
    }
    if (failed)
        return std::nullopt;
    return isUnknown ? Datum {} : Datum::ofBool(!decides);
}

Evaluation::Result Evaluation::comparison(const Expression &expression)
{
    const auto one = of(expression.operands[0]);
    const auto other = of(expression.operands[1]);
    if (!one || !other)
        return std::nullopt;
    if (one->isNull || other->isNull)
        return Datum {};
    const Type type = expression.operands[0].type == Type::Unknown ? expression.operands[1].type : expression.operands[0].type;
    if (expression.comparison == Comparison::Equal || expression.comparison == Comparison::NotEqual)
        return Datum::ofBool(isEqual(type, *one, *other) == (expression.comparison == Comparison::Equal));
    if (type == Type::Enum && (one->exact < 0 || other->exact < 0))
        return std::nullopt;
    return Datum::ofBool(holds(expression.comparison, compare(type, *one, *other)));
}

Evaluation::Result Evaluation::membership(const Expression &expression)
{
    const auto value = of(expression.operands[0]);
    if (!value || value->isNull)
        return value;
    const Expression &subject = expression.operands[0];
    const std::string_view text = subject.kind == Kind::Column ? m_row[subject.column].text : value->text;
    if (std::binary_search(expression.values.begin(), expression.values.end(), text))
        return Datum::ofBool(!expression.isNegated);
    return expression.isNull ? Datum {} : Datum::ofBool(expression.isNegated);
}

Evaluation::Result Evaluation::distinctness(const Expression &expression)
{
    const auto one = of(expression.operands[0]);
    const auto other = of(expression.operands[1]);
    if (!one || !other)
        return std::nullopt;
    const bool isSame = one->isNull || other->isNull ? one->isNull && other->isNull : isEqual(expression.operands[0].type, *one, *other);
    return Datum::ofBool(isSame == expression.isNegated);
}

Evaluation::Result Evaluation::nullTest(const Expression &expression)
{
    const Expression &operand = expression.operands[0];
    if (operand.kind == Kind::Column) { // whatever its type
        const bool isNull = operand.column >= m_row.size() || m_row[operand.column].kind == changes::Value::Kind::Null;
        return Datum::ofBool(isNull != expression.isNegated);
    }
    const auto value = of(operand);
    return value ? std::optional(Datum::ofBool(value->isNull != expression.isNegated)) : std::nullopt;
}

Evaluation::Result Evaluation::boolTest(const Expression &expression)
{
    const auto value = of(expression.operands[0]);
    if (!value)
        return std::nullopt;
    const bool isSo = expression.text.empty() ? value->isNull : !value->isNull && (value->exact != 0) == (expression.text == "t");
    return Datum::ofBool(isSo != expression.isNegated);
}

Evaluation::Result Evaluation::text(const Expression &expression)
{
    const Expression &operand = expression.operands[0];
    const auto value = of(operand);
    if (!value || value->isNull)
        return value;
    if (operand.type == Type::Bool)
        return Datum::ofText(value->exact != 0 ? "true" : "false");
    if (operand.kind == Kind::Column)
        return Datum::ofText(m_row[operand.column].text);
    return Datum::ofText(isExact(operand.type) ? keep(exactText(*value)) : value->text);
}

Evaluation::Result Evaluation::derived(const Expression &expression)
{
    const auto one = of(expression.operands[0]);
    if (!one || one->isNull)
        return one;
    const Type from = expression.operands[0].type;
    switch (expression.kind) {
    case Kind::Not: return Datum::ofBool(one->exact == 0);
    case Kind::Convert: return convert(*one, from, expression.type);
    case Kind::BoolToInt:
    case Kind::AtUtc: return one;
    case Kind::IntToBool: return Datum::ofBool(one->exact != 0);
    case Kind::Negate: return isFloat(from) ? Datum::ofReal(-one->real) : Datum::ofExact(-one->exact, one->scale);
    case Kind::Absolute:
        return isFloat(from) ? Datum::ofReal(std::fabs(one->real)) : Datum::ofExact(one->exact < 0 ? -one->exact : one->exact, one->scale);
    case Kind::Shift: return shifted(from, expression.type, *one, expression.interval);
    case Kind::Lower: return Datum::ofText(keep(folded(one->text, 'A', 'Z', 'a' - 'A')));
    case Kind::Upper: return Datum::ofText(keep(folded(one->text, 'a', 'z', 'A' - 'a')));
    default: break;
    }
    const auto other = of(expression.operands[1]);
    return !other || other->isNull ? other : combined(expression, *one, *other);
}

Evaluation::Result Evaluation::combined(const Expression &expression, const Datum &one, const Datum &other)
{
    const auto aligned = [](Wide value, int from, int to) {
        for (; from < to; ++from)
            value *= 10;
        return value;
    };
    const std::uint8_t scale = std::max(one.scale, other.scale);
    const Wide a = aligned(one.exact, one.scale, scale);
    const Wide b = aligned(other.exact, other.scale, scale);
    switch (expression.kind) {
    case Kind::Like: return Datum::ofBool(isLike(one.text, other.text, expression.foldsCase) != expression.isNegated);
    case Kind::Concatenate: return Datum::ofText(keep(std::string(one.text) + std::string(other.text)));
    case Kind::Add: return Datum::ofExact(a + b, scale);
    case Kind::Subtract: return Datum::ofExact(a - b, scale);
    case Kind::Divide: return b == 0 ? Datum {} : Datum::ofExact(a / b); // Postgres would fail
    case Kind::Modulo: return b == 0 ? Datum {} : Datum::ofExact(a % b, scale);
    case Kind::Elapsed: return elapsed(expression.operands[0].type, one, other);
    case Kind::BitAnd: return Datum::ofExact(std::int64_t(a) & std::int64_t(b));
    case Kind::BitOr: return Datum::ofExact(std::int64_t(a) | std::int64_t(b));
    case Kind::BitXor: return Datum::ofExact(std::int64_t(a) ^ std::int64_t(b));
    default: return std::nullopt;
    }
}

} // namespace electric::where
