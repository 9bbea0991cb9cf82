#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace electric::auth {

// base64url as tokens have it (RFC 7515 §2): no padding, no other alphabet, no blanks, no stray bits at the end.
[[nodiscard]] std::optional<std::string> decodeBase64Url(std::string_view text);
[[nodiscard]] std::string encodeBase64Url(std::string_view bytes);

} // namespace electric::auth
