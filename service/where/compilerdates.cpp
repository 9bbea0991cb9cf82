// + and - of dates, times and intervals.

#include "service/where/compilerparts.h"

#include <algorithm>

namespace electric::where {

using Compiled = Compiler::Compiled;
using Kind = Expression::Kind;

namespace {

bool isMoment(Type type)
{
    return type == Type::Date || type == Type::Time || type == Type::Timestamp || type == Type::Timestamptz;
}

// Each such calculation is printed with its operands three times, to keep it from failing.
int calculationsIn(const Expression &expression)
{
    int most = 0;
    for (const Expression &operand : expression.operands)
        most = std::max(most, calculationsIn(operand));
    return most + (expression.kind == Kind::Shift || expression.kind == Kind::Elapsed ? 1 : 0);
}

Compiled calculated(Expression expression)
{
    constexpr int mostCalculations = 3;
    if (calculationsIn(expression) > mostCalculations)
        return refused(
            expression.location, "at most " + std::to_string(mostCalculations) + " calculations of dates can be made one of another");
    return expression;
}

Compiled constantOf(Type type, const Interval &interval, std::size_t location)
{
    if (!interval.isShort())
        return refused(location, "intervals of more than 10,000 years are not supported");
    Expression constant = made(Kind::Constant, type, location);
    constant.text = interval.text();
    constant.value = Datum::ofExact(interval.size());
    return constant;
}

Compiled shiftedBy(Expression moment, Type result, const Interval &interval, std::size_t location)
{
    if (!interval.isShort())
        return refused(location, "intervals of more than 10,000 years are not supported");
    const bool isConstant = moment.kind == Kind::Constant;
    if (isConstant && moment.isNull) {
        moment.type = result;
        return moment;
    }
    Expression shift = made(Kind::Shift, result, location, {std::move(moment)});
    shift.interval = interval;
    if (!isConstant)
        return calculated(std::move(shift));
    const auto value = Evaluation({}).of(shift);
    if (!value || value->isNull)
        return refused(location, "Failed to apply function to constant arguments: the result is out of range");
    Expression constant = made(Kind::Constant, result, location);
    constant.value = *value;
    constant.text = momentText(result, std::int64_t(value->exact));
    return constant;
}

bool isKnown(const Expression &expression)
{
    return expression.kind == Kind::Constant && !expression.isNull && !expression.value.isNull;
}

} // namespace

Compiled Compiler::dateCalculation(const std::string &name, Expression one, Expression other, std::size_t location)
{
    const bool isMinus = name == "-";
    if (!isMinus && (other.type == Type::Date || isMoment(other.type)))
        std::swap(one, other);
    if (isMinus && isMoment(one.type) && isLiteral(other)) {
        if (auto problem = settle(other, one))
            return tl::unexpected(*std::move(problem));
    }
    const bool isBy = other.type == Type::Interval && isKnown(other);
    const auto interval = isBy ? Interval::read(other.text) : std::nullopt;
    if (interval && isMoment(one.type)) {
        const Type result = one.type == Type::Date ? Type::Timestamp : one.type;
        return shiftedBy(std::move(one), result, isMinus ? interval->negated() : *interval, location);
    }
    if (interval && one.type == Type::Interval && isKnown(one))
        return constantOf(Type::Interval, *Interval::read(one.text) + (isMinus ? interval->negated() : *interval), location);
    if (one.type == Type::Date && isInteger(other.type) && other.type != Type::Int8 && isKnown(other)) {
        const auto days = std::int64_t(other.value.exact);
        return shiftedBy(std::move(one), Type::Date, {0, isMinus ? -days : days, 0}, location);
    }
    const bool isDifference = isMinus && one.type == other.type && isMoment(one.type) && one.type != Type::Time;
    if (isDifference) {
        const Type type = one.type == Type::Date ? Type::Int4 : Type::Interval;
        return calculated(made(Kind::Elapsed, type, location, {std::move(one), std::move(other)}));
    }
    const bool isVariable = other.type == Type::Interval && isMoment(one.type);
    return refused(location,
        "Could not select an operator overload for " + typeName(one) + ' ' + name + ' ' + typeName(other)
            + (isVariable ? ": only intervals that are constants are supported" : ""));
}

} // namespace electric::where
