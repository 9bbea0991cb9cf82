#pragma once

#include "service/schema/parsedsql.h"
#include "service/where/condition.h"

#include <memory>

namespace electric::where {

inline constexpr std::string_view parsedPrefix = "SELECT 1 WHERE "; // locations count from behind it

struct Parsed {
    std::unique_ptr<const std::string> source; // with the prefix
    schema::SyntaxNode clause; // refers to it
};

// Parses a condition with Postgres' own grammar, and refuses whatever is more than one. Bounds what a client can make the parser do:
// the length of the text, and how deep it goes.
[[nodiscard]] tl::expected<Parsed, Problem> parse(std::string_view text);

} // namespace electric::where
