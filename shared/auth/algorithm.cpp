#include "shared/auth/algorithm.h"

#include <algorithm>
#include <array>

namespace electric::auth {

namespace {

using Family = Algorithm::Family;

constexpr std::array<Algorithm, 9> algorithms {{
    {"HS256", Family::Hmac, "SHA256", 32, 32, nullptr},
    {"HS384", Family::Hmac, "SHA384", 48, 48, nullptr},
    {"HS512", Family::Hmac, "SHA512", 64, 64, nullptr},
    {"RS256", Family::Rsa, "SHA256", 2048, 0, nullptr},
    {"RS384", Family::Rsa, "SHA384", 2048, 0, nullptr},
    {"RS512", Family::Rsa, "SHA512", 2048, 0, nullptr},
    {"ES256", Family::Ecdsa, "SHA256", 0, 64, "prime256v1"},
    {"ES384", Family::Ecdsa, "SHA384", 0, 96, "secp384r1"},
    {"ES512", Family::Ecdsa, "SHA512", 0, 132, "secp521r1"},
}};

} // namespace

const Algorithm *algorithmNamed(std::string_view name)
{
    const auto found = std::find_if(algorithms.begin(), algorithms.end(), [name](const Algorithm &one) { return name == one.name; });
    return found == algorithms.end() ? nullptr : found;
}

} // namespace electric::auth
