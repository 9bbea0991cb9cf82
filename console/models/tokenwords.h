#pragma once

#include "shared/auth/tokenreading.h"
#include "shared/auth/tokenverifier.h"

#include <QList>
#include <QString>

namespace electric::console {

// One thing that a token says, with what it means.
struct TokenLine {
    QString name;
    QString value; // as it stands there
    QString words; // may be empty
};

[[nodiscard]] QList<TokenLine> headerInWords(const QJsonObject &header);
[[nodiscard]] QList<TokenLine> claimsInWords(const QJsonObject &claims, qint64 nowSeconds);

// What a service with this configuration makes of the token.
struct TokenVerdict {
    bool isGood = false;
    QString claim; // that fails; empty when it is none
    QString words;
};
[[nodiscard]] TokenVerdict verdictOn(const QString &token, const auth::AuthConfig &config, qint64 nowSeconds);

} // namespace electric::console
