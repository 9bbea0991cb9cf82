#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace electric::auth {

// The nine algorithms of spec/auth.md §4 (RFC 7518 §3).
struct Algorithm {
    enum class Family { Hmac, Rsa, Ecdsa };

    const char *name;
    Family family;
    const char *digest; // OpenSSL's name
    std::size_t leastKey; // Hmac: bytes; Rsa: bits
    std::size_t signature; // bytes; Rsa: 0, that of the modulus
    const char *curve; // Ecdsa: OpenSSL's name
};

[[nodiscard]] const Algorithm *algorithmNamed(std::string_view name); // null: none of them

} // namespace electric::auth
