#pragma once

#include "shared/auth/tokenverifier.h"

#include <string>

namespace electric::auth {

// Makes a token that the verifier of the same configuration accepts (spec/auth.md §9): signed with the secret or the private key, unsigned
// in insecure mode. Fails when the key can only verify.
[[nodiscard]] Result<std::string> makeToken(
    const AuthConfig &config, const std::string &userId, std::int64_t nowSeconds, std::int64_t ttlSeconds);

} // namespace electric::auth
