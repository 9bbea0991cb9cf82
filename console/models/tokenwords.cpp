#include "console/models/tokenwords.h"

#include "console/models/format.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::TokenWords)
};

using Code = auth::Rejection::Code;

QString valueText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isDouble())
        return QString::number(value.toDouble(), 'f', value.toDouble() == std::floor(value.toDouble()) ? 0 : 3);
    const QByteArray list = QJsonDocument(QJsonArray {value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.mid(1, list.size() - 2));
}

bool isTime(const QString &claim)
{
    return claim == QLatin1String("exp") || claim == QLatin1String("iat") || claim == QLatin1String("nbf");
}

QString timeInWords(const QJsonValue &value, qint64 now)
{
    if (!value.isDouble())
        return Words::tr("is not a number, as it has to be");
    constexpr double farthest = 1e11; // seconds; the year 5138
    if (std::abs(value.toDouble()) > farthest)
        return Words::tr("is no time in seconds since 1970");
    const auto at = qint64(value.toDouble());
    const QString moment = format::fullMoment(at * 1000).section(QLatin1Char('.'), 0, 0);
    if (at == now)
        return Words::tr("%1, now").arg(moment);
    const QString distance = format::duration(std::abs(at - now) * 1000);
    return at > now ? Words::tr("%1, in %2").arg(moment, distance) : Words::tr("%1, %2 ago").arg(moment, distance);
}

QString meaningOf(const QString &claim)
{
    static const QHash<QString, const char *> meanings {
        {QStringLiteral("exp"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Expires")},
        {QStringLiteral("iat"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Made")},
        {QStringLiteral("nbf"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Not valid before")},
        {QStringLiteral("sub"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "The user's id")},
        {QStringLiteral("user_id"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "The user's id, when there is no sub")},
        {QStringLiteral("iss"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Who made it")},
        {QStringLiteral("aud"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Whom it is meant for")},
        {QStringLiteral("alg"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "What it is signed with")},
        {QStringLiteral("typ"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "What it is")},
        {QStringLiteral("kid"), QT_TRANSLATE_NOOP("electric::console::TokenWords", "Which key; the service does not look at it")},
    };
    const char *const meaning = meanings.value(claim);
    return meaning ? Words::tr(meaning) : QString();
}

QString claimOf(const auth::Rejection &rejection)
{
    switch (rejection.code) {
    case Code::Expired: return QStringLiteral("exp");
    case Code::NotYetValid: return QStringLiteral("nbf");
    case Code::AlgorithmMismatch: return QStringLiteral("alg");
    case Code::BadUserId: return QStringLiteral("sub");
    case Code::MissingClaim:
    case Code::BadClaim: return QString::fromStdString(rejection.claim);
    case Code::Malformed:
    case Code::BadSignature: break;
    }
    return {};
}

QString expectedText(const std::string &text)
{
    return QString::fromStdString(text);
}

// What the service's words leave open: what stands there, what should.
QString detailOf(const auth::Rejection &rejection, const auth::TokenContent &content, const auth::AuthConfig &config, qint64 now)
{
    const QString claim = claimOf(rejection);
    const QJsonValue value = (rejection.code == Code::AlgorithmMismatch ? content.header : content.claims).value(claim);
    switch (rejection.code) {
    case Code::Expired:
    case Code::NotYetValid: return Words::tr("%1: %2.").arg(claim, timeInWords(value, now));
    case Code::AlgorithmMismatch:
        return Words::tr("It says \"%1\", the service wants \"%2\".").arg(valueText(value), expectedText(config.algorithm));
    case Code::BadSignature: return Words::tr("It was signed with another key, or changed since.");
    case Code::BadUserId:
        return config.nameSpace.empty()
            ? Words::tr("It has to be a text that is not blank.")
            : Words::tr("It has to be a text that is not blank, inside of the claim \"%1\".").arg(expectedText(config.nameSpace));
    case Code::MissingClaim: return Words::tr("The service wants it.");
    case Code::BadClaim:
        if (claim == QLatin1String("iss") || claim == QLatin1String("aud"))
            return Words::tr("It says \"%1\", the service wants \"%2\".")
                .arg(valueText(value), expectedText(claim == QLatin1String("iss") ? config.issuer : config.audience));
        return isTime(claim) ? Words::tr("%1: %2.").arg(claim, timeInWords(value, now)) : QString();
    case Code::Malformed: break;
    }
    return {};
}

QString sentence(const std::string &words)
{
    QString text = QString::fromStdString(words);
    if (text.isEmpty())
        return text;
    text[0] = text[0].toUpper();
    return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

QString failureInWords(const Failure &failure)
{
    return QString(sentence(failure.detail) + QLatin1Char(' ') + QString::fromStdString(failure.hint)).trimmed();
}

} // namespace

QList<TokenLine> headerInWords(const QJsonObject &header)
{
    QList<TokenLine> lines;
    for (auto one = header.begin(); one != header.end(); ++one)
        lines.append({one.key(), valueText(one.value()), meaningOf(one.key())});
    return lines;
}

QList<TokenLine> claimsInWords(const QJsonObject &claims, qint64 now)
{
    QList<TokenLine> lines;
    for (auto one = claims.begin(); one != claims.end(); ++one) {
        QString words = meaningOf(one.key());
        if (isTime(one.key()))
            words = Words::tr("%1: %2").arg(words, timeInWords(one.value(), now));
        lines.append({one.key(), valueText(one.value()), words});
    }
    return lines;
}

TokenVerdict verdictOn(const QString &token, const auth::AuthConfig &config, qint64 now)
{
    const std::string text = token.trimmed().toStdString();
    const auto verifier = auth::TokenVerifier::make(config);
    if (!verifier)
        return {false, {}, Words::tr("It cannot be verified: %1").arg(failureInWords(verifier.error()))};
    const auto content = auth::readToken(text);
    const auto identity = verifier->verify(text, double(now));
    if (identity) {
        const QString user = QString::fromStdString(identity->userId);
        return {true, {},
            identity->expiresAt ? Words::tr("The service takes it: user \"%1\", %2.")
                                      .arg(user, Words::tr("expires %1").arg(timeInWords(QJsonValue(*identity->expiresAt), now)))
                                : Words::tr("The service takes it: user \"%1\"; it never expires.").arg(user)};
    }
    QString words = Words::tr("The service does not take it: %1.").arg(QString::fromStdString(identity.error().inWords()));
    const QString detail = content ? detailOf(identity.error(), *content, config, now) : failureInWords(content.error());
    if (!detail.isEmpty())
        words += QLatin1Char(' ') + detail;
    return {false, claimOf(identity.error()), words};
}

} // namespace electric::console
