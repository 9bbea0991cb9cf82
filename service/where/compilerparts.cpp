#include "service/where/compilerparts.h"

#include <algorithm>

namespace electric::where {

Problem problemAt(std::size_t location, const std::string &reason)
{
    return {"At location " + std::to_string(location) + ": " + reason, location, location};
}

Problem tooManyDigits(std::size_t location, const std::string &number)
{
    return problemAt(
        location, "the number " + number.substr(0, 40) + " has too many digits: 19 before the point and 15 behind it are supported");
}

std::size_t locationOf(const schema::SyntaxNode &node, std::size_t otherwise)
{
    const auto at = std::size_t(std::max(node.fields.value(QLatin1String("location")).toInt(), 0));
    return at < parsedPrefix.size() ? otherwise : at - parsedPrefix.size();
}

Expression made(Expression::Kind kind, Type type, std::size_t location, std::vector<Expression> operands)
{
    Expression expression;
    expression.kind = kind;
    expression.type = type;
    expression.location = location;
    expression.operands = std::move(operands);
    return expression;
}

std::string typeName(const Expression &expression)
{
    return expression.enumType ? expression.enumType->name.name : std::string(nameOf(expression.type));
}

std::optional<std::string> builtin(const std::vector<std::string> &name)
{
    const bool isOurs = name.size() == 1 || (name.size() == 2 && name.front() == "pg_catalog");
    return isOurs ? std::optional(name.back()) : std::nullopt;
}

} // namespace electric::where
