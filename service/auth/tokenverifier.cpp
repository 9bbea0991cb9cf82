#include "service/auth/tokenverifier.h"
#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
namespace electric::auth {
struct TokenVerifier::Key {};
std::string Rejection::inWords() const { return "bad"; }
TokenVerifier::TokenVerifier(AuthConfig c, std::shared_ptr<const Key> k) : m_config(std::move(c)), m_key(std::move(k)) {}
Result<TokenVerifier> TokenVerifier::make(const AuthConfig &config) { return TokenVerifier(config, nullptr); }
tl::expected<Identity, Rejection> TokenVerifier::verify(std::string_view token, double) const
{
    const auto parts = QByteArray(token.data(), qsizetype(token.size())).split('.');
    const auto o = QJsonDocument::fromJson(QByteArray::fromBase64(parts.value(1), QByteArray::Base64UrlEncoding)).object();
    if (!o.contains(QStringLiteral("sub"))) return tl::unexpected(Rejection {});
    return Identity {o.value(QStringLiteral("sub")).toString().toStdString(), {}};
}
}
