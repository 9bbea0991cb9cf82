#include "console/control/psql.h"

#include "shared/settings/databaseurl.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>
#include <QUrlQuery>

#include <array>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Psql)
};

// Terminals and the option after which the command stands, word by word.
struct Terminal {
    const char *name;
    const char *option;
};
constexpr std::array terminals {Terminal {"x-terminal-emulator", "-e"}, Terminal {"gnome-terminal", "--"}, Terminal {"konsole", "-e"},
    Terminal {"xfce4-terminal", "-x"}, Terminal {"kitty", "--"}, Terminal {"foot", "--"}, Terminal {"alacritty", "-e"},
    Terminal {"xterm", "-e"}};

const char *optionOf(const QString &program)
{
    const QString name = program.section(QLatin1Char('/'), -1);
    for (const Terminal &one : terminals) {
        if (name == QLatin1String(one.name))
            return one.option;
    }
    return "-e"; // what nearly all have
}

QByteArray escaped(const QString &field)
{
    return field.toUtf8().replace('\\', "\\\\").replace(':', "\\:");
}

} // namespace

tl::expected<TerminalCall, QString> psqlInTerminal(
    const QString &uri, const QString &passFile, const QString &wanted, const FindProgram &find)
{
    const QString psql = find(QStringLiteral("psql"));
    if (psql.isEmpty())
        return tl::unexpected(Words::tr("psql was not found. Install it, on Debian with: apt install postgresql-client"));
    QString terminal = wanted.isEmpty() ? QString() : find(wanted);
    for (std::size_t at = 0; terminal.isEmpty() && at < terminals.size(); ++at)
        terminal = find(QLatin1String(terminals[at].name));
    if (terminal.isEmpty())
        return tl::unexpected(
            Words::tr("No terminal was found. Set the environment variable TERMINAL to yours, or copy the psql command."));
    QUrl place(uri);
    if (!passFile.isEmpty()) {
        QUrlQuery query(place);
        query.addQueryItem(QStringLiteral("passfile"), passFile);
        place.setQuery(query);
    }
    place.setPassword(QString());
    return TerminalCall {terminal, {QLatin1String(optionOf(terminal)), psql, place.toString(QUrl::FullyEncoded)}};
}

QByteArray passFileLine(const QString &uri, const QString &password)
{
    const auto place = settings::DatabaseUrl::parse(uri);
    if (!place || password.isEmpty() || password.contains(QLatin1Char('\n')))
        return {};
    return escaped(place->host) + ':' + QByteArray::number(place->port) + ':' + escaped(place->database) + ':' + escaped(place->user) + ':'
        + escaped(password) + '\n';
}

QString embeddedPassword(const QString &dataDirectory)
{
    QFile file(dataDirectory + QStringLiteral("/embedded.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("password")).toString();
}

tl::expected<QString, QString> Psql::passFile(const QByteArray &line)
{
    QString directory = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation); // in memory, of this user
    if (directory.isEmpty())
        directory = QDir::tempPath();
    auto file = std::make_unique<QTemporaryFile>(directory + QStringLiteral("/electric-psql-XXXXXX"));
    // Made readable for its owner alone, before anything is in it; libpq takes no other.
    if (!file->open() || !file->setPermissions(QFile::ReadOwner | QFile::WriteOwner) || file->write(line) != line.size() || !file->flush())
        return tl::unexpected(Words::tr("No password file can be written in %1: %2").arg(directory, file->errorString()));
    m_passFiles.push_back(std::move(file));
    return m_passFiles.back()->fileName();
}

tl::expected<void, QString> Psql::open(const QString &uri, const QString &password)
{
    QString file;
    if (const QByteArray line = passFileLine(uri, password); !line.isEmpty()) {
        const auto written = passFile(line);
        if (!written)
            return tl::unexpected(written.error());
        file = *written;
    }
    const auto call = psqlInTerminal(
        uri, file, qEnvironmentVariable("TERMINAL"), [](const QString &program) { return QStandardPaths::findExecutable(program); });
    if (!call)
        return tl::unexpected(call.error());
    if (!QProcess::startDetached(call->program, call->arguments, QDir::homePath()))
        return tl::unexpected(Words::tr("The terminal %1 could not be started. Set TERMINAL to another one.").arg(call->program));
    return {};
}

} // namespace electric::console
