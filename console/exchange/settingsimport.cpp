#include "console/exchange/settingsimport.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SettingsImport)
};

bool has(const QString &text, const char *pattern)
{
    return QRegularExpression(QString::fromLatin1(pattern), QRegularExpression::MultilineOption).match(text).hasMatch();
}

} // namespace

QString inWords(SettingsFormat format)
{
    switch (format) {
    case SettingsFormat::EnvironmentFile: return Words::tr(".env file");
    case SettingsFormat::DockerRun: return Words::tr("docker run command");
    case SettingsFormat::Compose: return Words::tr("Compose file");
    case SettingsFormat::SystemdUnit: break;
    }
    return Words::tr("systemd unit");
}

SettingsFormat guessFormat(const QString &text)
{
    if (has(text, "^\\s*\\[(Service|Unit|Install)\\]\\s*$"))
        return SettingsFormat::SystemdUnit;
    if (has(text, "\\b(docker|podman|nerdctl)\\s+(container\\s+)?(run|create)\\b"))
        return SettingsFormat::DockerRun;
    if (has(text, "^services:\\s*(#.*)?$"))
        return SettingsFormat::Compose;
    return SettingsFormat::EnvironmentFile;
}

ImportedSettings importSettings(const QString &text, SettingsFormat format, const FileReader &read)
{
    switch (format) {
    case SettingsFormat::EnvironmentFile: return importEnvironmentFile(text);
    case SettingsFormat::DockerRun: return importDockerRun(text);
    case SettingsFormat::Compose: return importCompose(text);
    case SettingsFormat::SystemdUnit: break;
    }
    return importSystemdUnit(text, read);
}

ImportedSettings importEnvironmentFile(const QString &text)
{
    ImportedSettings all;
    all.settings = parseEnvironmentFile(QString(text).replace(QStringLiteral("\r\n"), QStringLiteral("\n")));
    QStringList names = all.settings.keys();
    names.sort();
    for (const QString &name : std::as_const(names)) {
        if (all.settings.value(name).contains(QLatin1String(" #")))
            all.notes << Words::tr(
                "The value of %1 goes on after “ #”. Some programs take that for a comment; here it is part of the value.")
                             .arg(name);
    }
    return all;
}

} // namespace electric::console
