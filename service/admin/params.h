#pragma once

#include "shared/admin/framing.h"

#include <QSet>
#include <QStringList>

#include <algorithm>

namespace electric::admin {

[[nodiscard]] inline tl::unexpected<Error> invalid(const QString &message)
{
    return tl::unexpected(Error {Error::InvalidParams, message});
}

// What is not known is refused: a misspelt filter would silently filter nothing.
[[nodiscard]] inline tl::expected<void, Error> onlyKnown(const QJsonObject &params, const QSet<QString> &known)
{
    for (const QString &name : params.keys()) {
        if (!known.contains(name))
            return invalid(QStringLiteral("There is no parameter \"%1\" here.").arg(name));
    }
    return {};
}

[[nodiscard]] inline tl::expected<QString, Error> textOf(const QJsonObject &params, const char *name, const QString &otherwise = {})
{
    const QJsonValue value = params.value(QLatin1String(name));
    if (value.isUndefined() || value.isNull())
        return otherwise;
    if (!value.isString())
        return invalid(QStringLiteral("The parameter \"%1\" must be a text.").arg(QLatin1String(name)));
    return value.toString();
}

[[nodiscard]] inline tl::expected<QString, Error> requiredText(const QJsonObject &params, const char *name)
{
    auto text = textOf(params, name);
    if (text && text->isEmpty())
        return invalid(QStringLiteral("The parameter \"%1\" is missing.").arg(QLatin1String(name)));
    return text;
}

[[nodiscard]] inline tl::expected<qint64, Error> requiredNumber(const QJsonObject &params, const char *name)
{
    const QJsonValue value = params.value(QLatin1String(name));
    if (!value.isDouble())
        return invalid(QStringLiteral("The parameter \"%1\" must be a number.").arg(QLatin1String(name)));
    return value.toInteger();
}

// What is beyond the limits is taken as the limit.
[[nodiscard]] inline tl::expected<qint64, Error> numberOf(
    const QJsonObject &params, const char *name, qint64 otherwise, qint64 least, qint64 most)
{
    if (params.value(QLatin1String(name)).isUndefined())
        return otherwise;
    return requiredNumber(params, name).map([least, most](qint64 number) { return std::clamp(number, least, most); });
}

} // namespace electric::admin
