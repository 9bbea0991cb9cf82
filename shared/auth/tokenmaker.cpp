#include "shared/auth/tokenmaker.h"

#include "shared/auth/base64url.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace electric::auth {

namespace {

std::string encoded(const QJsonObject &object)
{
    return encodeBase64Url(QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString());
}

QJsonObject claimsOf(const AuthConfig &config, const std::string &userId, std::int64_t now, std::int64_t ttl)
{
    QJsonObject claims {
        {QStringLiteral("iat"), qint64(now)}, {QStringLiteral("nbf"), qint64(now)}, {QStringLiteral("exp"), qint64(now + ttl)}};
    const QString user = QString::fromStdString(userId);
    if (config.nameSpace.empty())
        claims.insert(QStringLiteral("sub"), user);
    else
        claims.insert(QString::fromStdString(config.nameSpace), QJsonObject {{QStringLiteral("sub"), user}});
    if (!config.issuer.empty())
        claims.insert(QStringLiteral("iss"), QString::fromStdString(config.issuer));
    if (!config.audience.empty())
        claims.insert(QStringLiteral("aud"), QString::fromStdString(config.audience));
    return claims;
}

} // namespace

Result<std::string> makeToken(const AuthConfig &config, const std::string &userId, std::int64_t now, std::int64_t ttl)
{
    const std::string claims = encoded(claimsOf(config, userId, now, ttl));
    const QString algorithm = config.isSecure ? QString::fromStdString(config.algorithm) : QStringLiteral("none");
    const std::string data = encoded({{QStringLiteral("alg"), algorithm}, {QStringLiteral("typ"), QStringLiteral("JWT")}}) + '.' + claims;
    if (!config.isSecure)
        return data + '.';
    const Algorithm *const known = algorithmNamed(config.algorithm);
    if (!known)
        return fail(Failure::Kind::Malformed, "the algorithm \"" + config.algorithm + "\" is not known");
    const auto key = SigningKey::make(*known, config.key, config.keyIsBase64);
    if (!key)
        return fail(key.error());
    auto signature = key->sign(data);
    if (!signature)
        return fail(signature.error());
    return data + '.' + encodeBase64Url(*signature);
}

} // namespace electric::auth
