#include "console/models/redaction.h"

#include <QRegularExpression>

#include <array>

namespace electric::console {

namespace {

struct Rule {
    QRegularExpression pattern;
    QString instead;
};

const std::array<Rule, 5> &rules()
{
    using Expression = QRegularExpression;
    constexpr auto anyCase = Expression::CaseInsensitiveOption;
    static const std::array<Rule, 5> all {{
        {Expression(QStringLiteral("-----BEGIN [^-]*-----.*?(-----END [^-]*-----|\\z)"), Expression::DotMatchesEverythingOption),
            QStringLiteral("[key]")},
        {Expression(QStringLiteral("\\beyJ[A-Za-z0-9_-]{4,}={0,2}\\.[A-Za-z0-9_=-]+(\\.[A-Za-z0-9_=-]*)?")), QStringLiteral("[token]")},
        // A password may hold anything that should have been encoded: everything up to the last @ goes.
        {Expression(QStringLiteral("(\\b[a-z][a-z0-9+.-]*://[^\\s:/@]*):[^\\s]*@"), anyCase), QStringLiteral("\\1:***@")},
        {Expression(QStringLiteral("([?&](?:[a-z_]*(?:password|passwd|secret|token|key))=)[^&\\s]*"), anyCase), QStringLiteral("\\1***")},
        {Expression(QStringLiteral("\\b([a-z_]*(?:password|passwd|passphrase|secret|token|jwt_key|api_?key)\\s*[=:]\\s*)"
                                   "('(?:[^'\\\\]|\\\\.)*'|\"[^\"]*\"|[^\\s,;&]+)"),
             anyCase),
            QStringLiteral("\\1***")},
    }};
    return all;
}

} // namespace

QString redacted(QString text)
{
    for (const Rule &rule : rules())
        text.replace(rule.pattern, rule.instead);
    return text;
}

bool soundsSecret(const QString &settingName)
{
    static const QRegularExpression word(QStringLiteral("PASSWORD|SECRET|TOKEN|(^|_)KEY$|DATABASE_URL"));
    return word.match(settingName).hasMatch();
}

} // namespace electric::console
