#pragma once

#include <string_view>

namespace electric::wire {

// Whether a text is one JSON value of any kind (RFC 8259), as Postgres' json type takes it. Reads only: builds nothing, judges no
// number's size, leaves the encoding of characters to Postgres. Nesting is bounded at 1000 levels.
[[nodiscard]] bool isJsonText(std::string_view text);

} // namespace electric::wire
