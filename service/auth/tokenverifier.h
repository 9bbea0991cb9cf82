#pragma once

#include "shared/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace electric::auth {

struct AuthConfig {
    bool isSecure = true;
    std::string algorithm; // HS256 … ES512
    std::string key;       // bytes, Base64 or PEM
    bool keyIsBase64 = false;
    std::string nameSpace;
    std::string issuer;
    std::string audience;
    double skewSeconds = 2;
};

// Who a token says somebody is.
struct Identity {
    std::string userId;
    std::optional<double> expiresAt; // seconds since 1970
};

// Why a token was not taken (spec/auth.md §7). For the log and metrics; clients are told nothing but that it was not.
struct Rejection {
    enum class Code { Malformed, AlgorithmMismatch, BadSignature, MissingClaim, Expired, NotYetValid, BadClaim, BadUserId };
    Code code = Code::Malformed;
    std::string claim {}; // MissingClaim, BadClaim

    [[nodiscard]] std::string inWords() const;
};

// Checks tokens (JWT, RFC 7519) against one algorithm and key. Keeps no clock; safe to use from several threads.
class TokenVerifier
{
public:
    // A key that does not fit its algorithm is refused with what would fit (spec/auth.md §3, §4, §10).
    static Result<TokenVerifier> make(const AuthConfig &config);

    [[nodiscard]] tl::expected<Identity, Rejection> verify(std::string_view token, double nowSeconds) const;

private:
    struct Key;
    TokenVerifier(AuthConfig config, std::shared_ptr<const Key> key);

    AuthConfig m_config;
    std::shared_ptr<const Key> m_key; // null in insecure mode
};

} // namespace electric::auth
