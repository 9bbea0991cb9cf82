#pragma once

#include <string_view>

namespace electric::where {

// LIKE as Postgres does it: % any run of characters, _ any one of them (UTF-8), \ takes the next one as it is. With foldCase letters of
// ASCII count as equal whatever their case, as under collation "C". A pattern that ends in its escape is no pattern: see isPattern().
[[nodiscard]] bool isLike(std::string_view text, std::string_view pattern, bool foldCase);
[[nodiscard]] bool isPattern(std::string_view pattern);

} // namespace electric::where
