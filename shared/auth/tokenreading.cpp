#include "shared/auth/tokenreading.h"

#include "shared/auth/base64url.h"

#include <QJsonDocument>

namespace electric::auth {

std::vector<std::string_view> tokenParts(std::string_view token)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto dot = token.find('.');
        parts.push_back(token.substr(0, dot));
        if (dot == std::string_view::npos)
            return parts;
        token.remove_prefix(dot + 1);
    }
}

std::optional<QJsonObject> objectIn(std::string_view part)
{
    const auto json = decodeBase64Url(part);
    if (!json)
        return std::nullopt;
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(*json));
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

std::string_view withoutPadding(std::string_view text)
{
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return text;
}

Result<TokenContent> readToken(std::string_view token)
{
    if (token.size() > longestToken)
        return fail(Failure::Kind::Limit, "the token is longer than " + std::to_string(longestToken) + " bytes", "No service takes it.");
    const auto parts = tokenParts(token);
    if (parts.size() != 2 && parts.size() != 3) // what is not signed may lack the third
        return fail(Failure::Kind::Malformed, "a token has three parts with dots between them, this has " + std::to_string(parts.size()),
            "Paste the whole token.");
    static const char *const names[] = {"header", "claims"};
    TokenContent content;
    for (std::size_t part = 0; part < std::size(names); ++part) {
        auto object = objectIn(withoutPadding(parts[part]));
        if (!object)
            return fail(Failure::Kind::Malformed, std::string("the ") + names[part] + " of the token cannot be read",
                "It has to be a JSON object in base64url, without line breaks.");
        (part == 0 ? content.header : content.claims) = *std::move(object);
    }
    content.hasSignature = parts.size() == 3 && !parts[2].empty();
    return content;
}

} // namespace electric::auth
