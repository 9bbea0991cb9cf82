#pragma once

#include "shared/base/result.h"

#include <QJsonObject>

#include <optional>
#include <string_view>
#include <vector>

namespace electric::auth {

inline constexpr std::size_t longestToken = 8192;

// The parts between the dots.
[[nodiscard]] std::vector<std::string_view> tokenParts(std::string_view token);
[[nodiscard]] std::optional<QJsonObject> objectIn(std::string_view part); // base64url of a JSON object
[[nodiscard]] std::string_view withoutPadding(std::string_view part);

// What a token says, whether or not it is to be believed: nothing is verified. For people to look at.
struct TokenContent {
    QJsonObject header;
    QJsonObject claims;
    bool hasSignature = false;
};
[[nodiscard]] Result<TokenContent> readToken(std::string_view token);

} // namespace electric::auth
