#pragma once

// What the files of Compiler share.

#include "service/where/compiler.h"
#include "service/where/parsing.h"

namespace electric::where {

[[nodiscard]] inline tl::unexpected<Problem> refused(std::size_t location, const std::string &reason)
{
    return tl::unexpected(problemAt(location, reason));
}

// Offsets are told in the client's text.
[[nodiscard]] std::size_t locationOf(const schema::SyntaxNode &node, std::size_t otherwise = 0);

[[nodiscard]] Expression made(Expression::Kind kind, Type type, std::size_t location, std::vector<Expression> operands = {});
[[nodiscard]] std::string typeName(const Expression &expression); // as Postgres calls it

[[nodiscard]] inline bool isLiteral(const Expression &expression) // whose type is not settled yet
{
    return expression.kind == Expression::Kind::Constant && expression.type == Type::Unknown;
}

[[nodiscard]] Problem tooManyDigits(std::size_t location, const std::string &number);

// To a type along commonType(). Exact numbers are all alike in evaluation.
std::optional<Problem> convertTo(Type type, Expression &side);

// The last part of a name that can only mean something of Postgres' own; nothing when it names another schema.
[[nodiscard]] std::optional<std::string> builtin(const std::vector<std::string> &name);

} // namespace electric::where
