#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace electric::http {

enum class Encoding { Gzip, Deflate };

// The first of ours in an accept-encoding header that is not given the weight zero; nothing: as it is.
[[nodiscard]] std::optional<Encoding> acceptedEncoding(std::string_view header);
[[nodiscard]] std::string_view nameOf(Encoding encoding);
[[nodiscard]] std::string compressed(std::string_view body, Encoding encoding);

} // namespace electric::http
