#pragma once

#include "shared/auth/signingkey.h"
#include "shared/base/result.h"

#include <QJsonObject>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace electric::auth {

struct AuthConfig {
    bool isSecure = true;
    std::string algorithm; // HS256 … ES512
    std::string key; // bytes, Base64 or PEM
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
    [[nodiscard]] std::string label() const; // malformed, missing_claim:exp, … for figures

    friend bool operator==(const Rejection &, const Rejection &) = default;
};

// Checks tokens (JWT, RFC 7519) against one algorithm and key. Keeps no clock; safe to use from several threads.
class TokenVerifier
{
public:
    // A key that does not fit its algorithm is refused with what would fit (spec/auth.md §3, §4, §10).
    static Result<TokenVerifier> make(const AuthConfig &config);

    [[nodiscard]] tl::expected<Identity, Rejection> verify(std::string_view token, double nowSeconds) const;

    // More than verifying needs: worth a warning.
    [[nodiscard]] bool hasPrivateKey() const { return m_key && m_key->isPrivate() && m_key->algorithm().family != Algorithm::Family::Hmac; }

private:
    TokenVerifier(AuthConfig config, std::shared_ptr<const SigningKey> key);

    [[nodiscard]] tl::expected<QJsonObject, Rejection> signedClaims(std::string_view token) const;
    [[nodiscard]] std::optional<Rejection> checkClaims(const QJsonObject &claims, double now) const;
    [[nodiscard]] std::optional<Rejection> checkAudience(const QJsonObject &claims) const;
    [[nodiscard]] std::optional<Rejection> missing(const QJsonObject &claims) const;
    [[nodiscard]] tl::expected<std::string, Rejection> userId(const QJsonObject &claims) const;

    AuthConfig m_config; // without its key
    std::shared_ptr<const SigningKey> m_key; // null in insecure mode
};

} // namespace electric::auth
