#include "shared/auth/base64url.h"

#include <QByteArray>

namespace electric::auth {

namespace {

constexpr auto options = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

} // namespace

std::optional<std::string> decodeBase64Url(std::string_view text)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        QByteArray(text.data(), qsizetype(text.size())), options | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || encodeBase64Url(decoded.decoded.toStdString()) != text) // whatever Qt tolerates has another text form
        return std::nullopt;
    return decoded.decoded.toStdString();
}

std::string encodeBase64Url(std::string_view bytes)
{
    return QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toBase64(options).toStdString();
}

} // namespace electric::auth
