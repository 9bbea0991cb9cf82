#pragma once

#include <string_view>

namespace electric::proxy {

// Whether the text may hold a statement that concerns us: one pass without parsing, so that everyday statements cost next to
// nothing, whatever the strings and comments in them say. False alarms are possible, misses are not.
[[nodiscard]] bool mayConcern(std::string_view sql);

// Whether the word stands in the text on its own; `word` in lower case, the text in any.
[[nodiscard]] bool mentions(std::string_view text, std::string_view word);

} // namespace electric::proxy
