#include "console/control/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSaveFile>
#include <QStandardPaths>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Autostart)
};

QString configuration()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
}

QString wantedPath(const QString &profile) // what `systemctl --user enable` makes
{
    const QFileInfo unit(unitPath(profile));
    return unit.path() + QStringLiteral("/default.target.wants/") + unit.fileName();
}

Done write(const QString &path, const QString &text)
{
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit())
        return {};
    return tl::unexpected(
        Words::tr("%1 cannot be written: %2. Check the rights and the space in its directory.").arg(path, file.errorString()));
}

Done removeFile(const QString &path)
{
    QFile file(path);
    if ((!file.exists() && !QFileInfo(path).isSymLink()) || file.remove())
        return {};
    return tl::unexpected(Words::tr("%1 cannot be removed: %2. Remove it by hand, then it is off.").arg(path, file.errorString()));
}

// An argument of Exec= in a desktop entry: quoted, with what the quotes leave special, and % as %%.
QString quotedForDesktop(QString text)
{
    for (const QChar special : {QLatin1Char('\\'), QLatin1Char('"'), QLatin1Char('`'), QLatin1Char('$')})
        text.replace(special, QString(QLatin1Char('\\')) + special);
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")); // once more, as in all values
    return QLatin1Char('"') + text.replace(QLatin1Char('%'), QStringLiteral("%%")) + QLatin1Char('"');
}

QString quotedForUnit(QString text)
{
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
    text.replace(QLatin1Char('%'), QStringLiteral("%%")).replace(QLatin1Char('$'), QStringLiteral("$$"));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

} // namespace

QString autostartPath()
{
    return configuration() + QStringLiteral("/autostart/electric-console.desktop");
}

QString autostartEntry(const QString &program)
{
    return QStringLiteral("[Desktop Entry]\n"
                          "Type=Application\n"
                          "Name=Electric\n"
                          "Exec=%1 --hidden\n"
                          "Terminal=false\n")
        .arg(quotedForDesktop(program));
}

bool startsAtLogin()
{
    QFile file(autostartPath());
    if (!file.open(QIODevice::ReadOnly))
        return false;
    // Desktops switch an entry off so, too.
    const QString text = QString::fromUtf8(file.readAll()).toLower();
    return !text.contains(QLatin1String("\nhidden=true")) && !text.contains(QLatin1String("\nx-gnome-autostart-enabled=false"));
}

Done setStartsAtLogin(bool on, const QString &program)
{
    return on ? write(autostartPath(), autostartEntry(program)) : removeFile(autostartPath());
}

QString unitPath(const QString &profile)
{
    return configuration() + QStringLiteral("/systemd/user/electric-%1.service").arg(profile);
}

QString userUnit(const Launch &launch, const QString &program)
{
    QStringList words {quotedForUnit(program)};
    const QStringList arguments = argumentsOf(launch);
    for (const QString &one : arguments)
        words << quotedForUnit(one);
    return QStringLiteral("# Made by the console (Settings, At login), which removes it when that is switched off.\n"
                          "[Unit]\n"
                          "Description=Electric, profile %1\n\n"
                          "[Service]\n"
                          "ExecStart=%2\n"
                          "EnvironmentFile=-%3\n"
                          "Restart=on-failure\n"
                          "RestartPreventExitStatus=2\n"
                          "RestartSec=2\n\n"
                          "[Install]\n"
                          "WantedBy=default.target\n")
        .arg(launch.profile, words.join(QLatin1Char(' ')), profilePath(launch.profile).replace(QLatin1Char('%'), QStringLiteral("%%")));
}

bool serviceStartsAtLogin(const QString &profile)
{
    return QFileInfo(wantedPath(profile)).isSymLink() && QFileInfo::exists(unitPath(profile));
}

Done setServiceStartsAtLogin(bool on, const Launch &launch, const QString &program)
{
    const QString wanted = wantedPath(launch.profile);
    if (auto removed = removeFile(wanted); !removed)
        return removed;
    if (!on)
        return removeFile(unitPath(launch.profile));
    if (auto written = write(unitPath(launch.profile), userUnit(launch, program)); !written)
        return written;
    QDir().mkpath(QFileInfo(wanted).path());
    if (QFile::link(unitPath(launch.profile), wanted))
        return {};
    return tl::unexpected(Words::tr("%1 cannot be made. Check the rights of its directory.").arg(wanted));
}

QString whyServiceCannotStartAtLogin(bool hasSystemd, bool secretsElsewhere)
{
    if (!hasSystemd)
        return Words::tr("Services are started at login by systemd, which does not run on this computer.");
    if (secretsElsewhere)
        return Words::tr(
            "Passwords of this profile are in the key ring, which is locked before you log in. Keep them in the profile's file: "
            "tick the box beneath the profile and save it.");
    return {};
}

bool hasSystemd()
{
    return QFileInfo::exists(QStringLiteral("/run/systemd/system"));
}

void tellSystemd()
{
    if (!hasSystemd())
        return;
    QProcess process;
    process.setProgram(QStringLiteral("systemctl"));
    process.setArguments({QStringLiteral("--user"), QStringLiteral("daemon-reload")});
    process.setStandardErrorFile(QProcess::nullDevice());
    (void)process.startDetached(); // without it systemd looks at the next login, which is what matters
}

} // namespace electric::console
