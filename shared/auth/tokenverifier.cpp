#include "shared/auth/tokenverifier.h"

#include "shared/auth/base64url.h"
#include "shared/auth/tokenreading.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace electric::auth {

namespace {

using Code = Rejection::Code;

tl::unexpected<Rejection> reject(Code code, const char *claim = "")
{
    return tl::unexpected(Rejection {code, claim});
}

// Insecure mode: whatever stands around the claims (spec/auth.md §6).
tl::expected<QJsonObject, Rejection> unsignedClaims(std::string_view token)
{
    const auto parts = tokenParts(token);
    if (parts.size() != 2 && parts.size() != 3)
        return reject(Code::Malformed);
    auto claims = objectIn(withoutPadding(parts[1]));
    if (!claims)
        return reject(Code::Malformed);
    return *std::move(claims);
}

bool isBlankOrUnfit(const QString &id)
{
    const auto isControl = [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; };
    return id.trimmed().isEmpty() || std::any_of(id.begin(), id.end(), isControl);
}

} // namespace

std::string Rejection::inWords() const
{
    switch (code) {
    case Code::Malformed: return "the token is not a JWT";
    case Code::AlgorithmMismatch: return "the token is not signed with the algorithm of AUTH_JWT_ALG";
    case Code::BadSignature: return "the token's signature is wrong";
    case Code::MissingClaim: return "the token has no claim \"" + claim + '"';
    case Code::Expired: return "the token has expired";
    case Code::NotYetValid: return "the token is not valid yet";
    case Code::BadClaim: return "the token's claim \"" + claim + "\" is not acceptable";
    case Code::BadUserId: return "the token's claim \"sub\" or \"user_id\" is missing or is not a user id";
    }
    return {};
}

std::string Rejection::label() const
{
    static const char *const labels[]
        = {"malformed", "alg_mismatch", "bad_signature", "missing_claim", "expired", "not_yet_valid", "bad_claim", "bad_user_id"};
    return labels[std::size_t(code)] + (claim.empty() ? std::string() : ':' + claim);
}

TokenVerifier::TokenVerifier(AuthConfig config, std::shared_ptr<const SigningKey> key) : m_config(std::move(config)), m_key(std::move(key))
{
    m_config.key.clear();
}

Result<TokenVerifier> TokenVerifier::make(const AuthConfig &config)
{
    if (!config.isSecure)
        return TokenVerifier(config, nullptr);
    const Algorithm *const algorithm = algorithmNamed(config.algorithm);
    if (!algorithm)
        return fail(Failure::Kind::Malformed, "the algorithm \"" + config.algorithm + "\" is not known",
            "Use one of HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512.");
    auto key = SigningKey::make(*algorithm, config.key, config.keyIsBase64);
    if (!key)
        return fail(key.error());
    return TokenVerifier(config, std::make_shared<const SigningKey>(*std::move(key)));
}

tl::expected<Identity, Rejection> TokenVerifier::verify(std::string_view token, double now) const
{
    if (token.size() > longestToken)
        return reject(Code::Malformed);
    const auto claims = m_key ? signedClaims(token) : unsignedClaims(token);
    if (!claims)
        return tl::unexpected(claims.error());
    if (const auto wrong = checkClaims(*claims, now))
        return tl::unexpected(*wrong);
    if (const auto absent = missing(*claims))
        return tl::unexpected(*absent);
    auto user = userId(*claims);
    if (!user)
        return tl::unexpected(user.error());
    Identity identity {*std::move(user), {}};
    if (const auto exp = claims->value(QLatin1String("exp")); exp.isDouble())
        identity.expiresAt = exp.toDouble();
    return identity;
}

tl::expected<QJsonObject, Rejection> TokenVerifier::signedClaims(std::string_view token) const
{
    const auto parts = tokenParts(token);
    if (parts.size() != 3)
        return reject(Code::Malformed);
    const auto headerJson = decodeBase64Url(parts[0]);
    if (!headerJson)
        return reject(Code::Malformed);
    const auto header = QJsonDocument::fromJson(QByteArray::fromStdString(*headerJson));
    if (!header.isObject())
        return reject(*headerJson == "null" ? Code::AlgorithmMismatch : Code::Malformed);
    if (header.object().value(QLatin1String("alg")).toString().toStdString() != m_key->algorithm().name)
        return reject(Code::AlgorithmMismatch);
    if (header.object().contains(QLatin1String("crit")) || header.object().contains(QLatin1String("b64")))
        return reject(Code::Malformed);
    const auto signature = decodeBase64Url(parts[2]);
    if (!signature || !m_key->verifies(token.substr(0, parts[0].size() + 1 + parts[1].size()), *signature))
        return reject(Code::BadSignature);
    auto claims = objectIn(parts[1]);
    if (!claims)
        return reject(Code::BadSignature);
    return *std::move(claims);
}

// In the alphabetical order of their names (spec/auth.md §5).
std::optional<Rejection> TokenVerifier::checkClaims(const QJsonObject &claims, double now) const
{
    const auto bad = [](const char *claim) { return Rejection {Code::BadClaim, claim}; };
    const auto isNumberOrAbsent = [&](const char *claim) {
        const auto value = claims.value(QLatin1String(claim));
        return value.isUndefined() || value.isDouble();
    };
    const auto at = [&](const char *claim) { return claims.value(QLatin1String(claim)).toDouble(); };
    const auto has = [&](const char *claim) { return claims.contains(QLatin1String(claim)); };
    if (m_key)
        if (auto wrong = checkAudience(claims))
            return wrong;
    if (!isNumberOrAbsent("exp"))
        return bad("exp");
    if (has("exp") && at("exp") < now - m_config.skewSeconds)
        return Rejection {Code::Expired, {}};
    if (!isNumberOrAbsent("iat") || (has("iat") && at("iat") > now + m_config.skewSeconds))
        return bad("iat");
    if (const auto issuer = claims.value(QLatin1String("iss"));
        m_key && !m_config.issuer.empty() && !issuer.isUndefined() && issuer.toString().toStdString() != m_config.issuer)
        return bad("iss");
    if (!isNumberOrAbsent("nbf"))
        return bad("nbf");
    if (has("nbf") && at("nbf") > now + m_config.skewSeconds)
        return Rejection {Code::NotYetValid, {}};
    return std::nullopt;
}

// One of several audiences is enough (RFC 7519 §4.1.3; the original took a single text only).
std::optional<Rejection> TokenVerifier::checkAudience(const QJsonObject &claims) const
{
    const auto audience = claims.value(QLatin1String("aud"));
    if (m_config.audience.empty() || audience.isUndefined())
        return std::nullopt;
    const QJsonValue wanted(QString::fromStdString(m_config.audience));
    if (audience == wanted || audience.toArray().contains(wanted))
        return std::nullopt;
    return Rejection {Code::BadClaim, "aud"};
}

std::optional<Rejection> TokenVerifier::missing(const QJsonObject &claims) const
{
    if (!m_key)
        return std::nullopt;
    const std::pair<const char *, bool> required[]
        = {{"aud", !m_config.audience.empty()}, {"exp", true}, {"iat", true}, {"iss", !m_config.issuer.empty()}};
    for (const auto &[claim, isRequired] : required)
        if (isRequired && !claims.contains(QLatin1String(claim)))
            return Rejection {Code::MissingClaim, claim};
    return std::nullopt;
}

tl::expected<std::string, Rejection> TokenVerifier::userId(const QJsonObject &claims) const
{
    const QJsonObject place = m_config.nameSpace.empty() ? claims : claims.value(QString::fromStdString(m_config.nameSpace)).toObject();
    QJsonValue id = place.value(QLatin1String("sub"));
    if (id.isUndefined() || id.isNull() || (id.isBool() && !id.toBool()))
        id = place.value(QLatin1String("user_id"));
    if (!id.isString() || isBlankOrUnfit(id.toString()))
        return reject(Code::BadUserId);
    return id.toString().toStdString();
}

} // namespace electric::auth
