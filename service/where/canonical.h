#pragma once

#include "service/where/expression.h"

namespace electric::where {

// Whether equal values of a type have one text in Postgres, so that the texts can be compared and looked up.
[[nodiscard]] bool hasCanonicalText(Type type);

// The text as which a column of the type has the value of a constant; nothing when no value of the column equals it. The constant is
// of the type, or both are exact numbers.
[[nodiscard]] std::optional<std::string> canonicalText(const Expression &constant, Type column);

} // namespace electric::where
