#include "console/control/profile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

namespace electric::console {

namespace {

const QString keyRingRemark = QStringLiteral("# In the key ring: ");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Profile)
};

// Reads one value from `at` on, as a shell would: bare up to the end of the line, or quoted over several lines.
QString readValue(const QString &text, qsizetype &at)
{
    QString value;
    QChar quote;
    for (; at < text.size(); ++at) {
        const QChar c = text[at];
        if (quote.isNull() && c == QLatin1Char('\n'))
            break;
        if (quote.isNull() && (c == QLatin1Char('"') || c == QLatin1Char('\'')))
            quote = c;
        else if (c == quote)
            quote = QChar();
        else if (c == QLatin1Char('\\') && quote != QLatin1Char('\'') && at + 1 < text.size())
            value += text[++at];
        else
            value += c;
    }
    return value;
}

QString quoted(QString value)
{
    value.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
    value.replace(QLatin1Char('$'), QStringLiteral("\\$")).replace(QLatin1Char('`'), QStringLiteral("\\`"));
    return QLatin1Char('"') + value + QLatin1Char('"');
}

} // namespace

QString profileDirectory()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/electric/profiles");
}

QString profilePath(const QString &name)
{
    return profileDirectory() + QLatin1Char('/') + name + QStringLiteral(".env");
}

QStringList profileNames()
{
    QStringList names {firstProfile};
    const QStringList files = QDir(profileDirectory()).entryList({QStringLiteral("*.env")}, QDir::Files, QDir::Name);
    for (const QString &file : files) {
        if (const QString name = file.chopped(4); name != firstProfile && troubleWithName(name).isEmpty())
            names << name;
    }
    return names;
}

QString troubleWithName(const QString &name)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9_-]{1,40}$"));
    if (form.match(name).hasMatch())
        return {};
    return Words::tr("A profile's name has 1 to 40 letters, digits, - and _.");
}

tl::expected<SettingValues, QString> readProfile(const QString &name)
{
    QFile file(profilePath(name));
    if (!file.exists())
        return SettingValues {};
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(
            Words::tr("%1 cannot be read: %2. Give yourself the right to read it.").arg(file.fileName(), file.errorString()));
    return parseEnvironmentFile(QString::fromUtf8(file.readAll()));
}

QStringList secretsInKeyRing(const QString &name)
{
    QFile file(profilePath(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
    for (const QString &line : lines) {
        if (line.startsWith(keyRingRemark))
            return line.mid(keyRingRemark.size()).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    }
    return {};
}

tl::expected<void, QString> writeProfile(const QString &name, const SettingValues &values, const QStringList &inKeyRing)
{
    if (const QString trouble = troubleWithName(name); !trouble.isEmpty())
        return tl::unexpected(trouble);
    QDir().mkpath(profileDirectory());
    QSaveFile file(profilePath(name));
    const QString remark = inKeyRing.isEmpty() ? QString() : QString(keyRingRemark + inKeyRing.join(QLatin1Char(' ')) + QLatin1Char('\n'));
    // The rights are set before anything is in it.
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write((environmentFile(values) + remark).toUtf8()) >= 0 && file.commit();
    if (isWritten)
        return {};
    return tl::unexpected(
        Words::tr("%1 cannot be written: %2. Check the rights and the space in its directory.").arg(file.fileName(), file.errorString()));
}

SettingValues parseEnvironmentFile(const QString &text)
{
    static const QRegularExpression start(QStringLiteral("\\G[ \\t]*(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_]*)="));
    SettingValues values;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (const auto match = start.match(text, at, QRegularExpression::NormalMatch); match.hasMatch()) {
            at = match.capturedEnd();
            values.insert(match.captured(1), readValue(text, at));
        } else { // a comment, an empty line, or nothing that we know
            const auto end = text.indexOf(QLatin1Char('\n'), at);
            at = end < 0 ? text.size() : end;
        }
    }
    return values;
}

QString environmentFile(const SettingValues &values)
{
    QStringList names = values.keys();
    names.sort();
    QString text = QStringLiteral("# Settings of electric-service, written by the console. See electric-service help.\n");
    for (const QString &name : std::as_const(names))
        text += name + QLatin1Char('=') + quoted(values.value(name)) + QLatin1Char('\n');
    return text;
}

} // namespace electric::console
