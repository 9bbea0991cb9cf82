#include "console/exchange/settingsexport.h"

#include "console/control/secretstore.h"
#include "console/exchange/shellwords.h"

namespace electric::console {

namespace {

const QString image = QStringLiteral("electricsql/electric");

QStringList sortedNames(const SettingValues &settings)
{
    QStringList names = settings.keys();
    names.sort();
    return names;
}

struct Parts {
    SettingValues shown;
    QStringList missing; // secrets that are left out
};

Parts partsOf(const SettingValues &settings, bool withSecrets)
{
    Parts parts {settings, {}};
    if (withSecrets)
        return parts;
    parts.missing = secretsIn(settings);
    for (const QString &name : std::as_const(parts.missing))
        parts.shown.remove(name);
    return parts;
}

// "5133:5133", "65432:65432": what apps and migrations come to.
QStringList publishedPorts(const SettingValues &settings)
{
    const QString http = settings.value(QStringLiteral("HTTP_PORT"), QStringLiteral("5133")).trimmed();
    const QString proxy = settings.value(QStringLiteral("PG_PROXY_PORT"), QStringLiteral("65432")).trimmed().section(QLatin1Char(':'), -1);
    QStringList all {http + QLatin1Char(':') + http};
    if (proxy.toUShort() != 0)
        all << proxy + QLatin1Char(':') + proxy;
    return all;
}

QString environment(const Parts &parts)
{
    QString text = environmentFile(parts.shown);
    for (const QString &name : parts.missing)
        text += QStringLiteral("# %1=   (a secret; not exported)\n").arg(name);
    return text;
}

QString dockerRun(const Parts &parts)
{
    QStringList words {QStringLiteral("docker run")};
    for (const QString &name : sortedNames(parts.shown))
        words << QStringLiteral("-e ") + shellQuoted(name + QLatin1Char('=') + parts.shown.value(name));
    for (const QString &name : parts.missing)
        words << QStringLiteral("-e ") + name; // then the engine takes it from the shell's environment
    for (const QString &ports : publishedPorts(parts.shown))
        words << QStringLiteral("-p ") + ports;
    words << image;
    const QString head = parts.missing.isEmpty()
        ? QString()
        : QStringLiteral("# Secrets are not exported; export these first: %1\n").arg(parts.missing.join(QStringLiteral(", ")));
    return head + words.join(QStringLiteral(" \\\n    ")) + QLatin1Char('\n');
}

QString yamlQuoted(QString text)
{
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
    text.replace(QLatin1Char('\n'), QStringLiteral("\\n")).replace(QLatin1Char('$'), QStringLiteral("$$"));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

QString compose(const Parts &parts)
{
    QString text = QStringLiteral("services:\n  electric:\n    image: %1\n    environment:\n").arg(image);
    for (const QString &name : sortedNames(parts.shown))
        text += QStringLiteral("      %1: %2\n").arg(name, yamlQuoted(parts.shown.value(name)));
    for (const QString &name : parts.missing)
        text += QStringLiteral("      %1:   # a secret, not exported: taken from the shell's environment\n").arg(name);
    text += QStringLiteral("    ports:\n");
    for (const QString &ports : publishedPorts(parts.shown))
        text += QStringLiteral("      - \"%1\"\n").arg(ports);
    return text;
}

QString unitQuoted(QString text)
{
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
    text.replace(QLatin1Char('\n'), QStringLiteral("\\n")).replace(QLatin1Char('%'), QStringLiteral("%%"));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

QString systemdUnit(const Parts &parts)
{
    QString text = QStringLiteral("[Unit]\n"
                                  "Description=Electric, sync between Postgres and local-first apps\n"
                                  "After=network-online.target\n"
                                  "Wants=network-online.target\n\n"
                                  "[Service]\n");
    const bool isEmbedded = !parts.shown.contains(QStringLiteral("DATABASE_URL")) && !parts.missing.contains(QStringLiteral("DATABASE_URL"))
        && !parts.shown.contains(QStringLiteral("DATABASE_URL_FILE"));
    text += QStringLiteral("ExecStart=/usr/bin/electric-service serve%1\n").arg(isEmbedded ? QStringLiteral(" --embedded") : QString());
    if (!secretsIn(parts.shown).isEmpty())
        text += QStringLiteral(
            "# Everybody on this computer can read the environment of units (systemctl show): better move the secrets to\n"
            "# a file that only its owner can read, and name it with EnvironmentFile=.\n");
    for (const QString &name : sortedNames(parts.shown))
        text += QStringLiteral("Environment=%1\n").arg(unitQuoted(name + QLatin1Char('=') + parts.shown.value(name)));
    if (!parts.missing.isEmpty())
        text += QStringLiteral("# Secrets are not exported; write these into the file: %1\n"
                               "EnvironmentFile=/etc/electric/electric.env\n")
                    .arg(parts.missing.join(QStringLiteral(", ")));
    return text
        + QStringLiteral("Restart=on-failure\nRestartPreventExitStatus=2\nRestartSec=2\n\n"
                         "[Install]\nWantedBy=multi-user.target\n");
}

} // namespace

QStringList secretsIn(const SettingValues &settings)
{
    QStringList names = secretNames();
    names.removeIf([&settings](const QString &name) { return !settings.contains(name); });
    names.sort();
    return names;
}

QString exportSettings(const SettingValues &settings, SettingsFormat format, bool withSecrets)
{
    const Parts parts = partsOf(settings, withSecrets);
    switch (format) {
    case SettingsFormat::EnvironmentFile: return environment(parts);
    case SettingsFormat::DockerRun: return dockerRun(parts);
    case SettingsFormat::Compose: return compose(parts);
    case SettingsFormat::SystemdUnit: break;
    }
    return systemdUnit(parts);
}

} // namespace electric::console
