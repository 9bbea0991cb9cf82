#include "console/exchange/publishedports.h"
#include "console/exchange/shellwords.h"

#include <QCoreApplication>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SettingsImport)
};

bool isEngine(const QString &word)
{
    const QString name = word.section(QLatin1Char('/'), -1);
    return name == QLatin1String("docker") || name == QLatin1String("podman") || name == QLatin1String("nerdctl");
}

// Where the options begin, or -1: after "docker run", "docker container run", "podman create".
qsizetype optionsOf(const QStringList &command)
{
    for (qsizetype i = 0; i + 1 < command.size(); ++i) {
        if (!isEngine(command[i]))
            continue;
        qsizetype verb = i + 1;
        if (command[verb] == QLatin1String("container") && verb + 1 < command.size())
            ++verb;
        return command[verb] == QLatin1String("run") || command[verb] == QLatin1String("create") ? verb + 1 : -1;
    }
    return -1;
}

// Options that stand alone; each other one takes a value.
bool isSwitch(const QString &option)
{
    static const QStringList all {QStringLiteral("--detach"), QStringLiteral("--interactive"), QStringLiteral("--tty"),
        QStringLiteral("--rm"), QStringLiteral("--init"), QStringLiteral("--privileged"), QStringLiteral("--publish-all"),
        QStringLiteral("--read-only"), QStringLiteral("--no-healthcheck"), QStringLiteral("--oom-kill-disable"), QStringLiteral("--quiet"),
        QStringLiteral("--sig-proxy"), QStringLiteral("--disable-content-trust"), QStringLiteral("--replace")};
    return all.contains(option);
}

class OptionReader
{
public:
    explicit OptionReader(ImportedSettings &to) : m_to(to) { }

    QStringList published;

    void read(const QStringList &words, qsizetype at)
    {
        for (; at < words.size() && words[at].startsWith(QLatin1Char('-')) && words[at] != QLatin1String("--"); ++at) {
            if (words[at].startsWith(QLatin1String("--")))
                at = readLong(words, at);
            else
                at = readShort(words, at);
        }
        if (at >= words.size()) // the first word that is no option is the image
            m_to.notes << Words::tr("The command names no image, so it may not be complete.");
    }

private:
    // Both give the index of the last word that they took.
    qsizetype readLong(const QStringList &words, qsizetype at)
    {
        const qsizetype equals = words[at].indexOf(QLatin1Char('='));
        if (equals >= 0)
            return take(words[at].left(equals), words[at].mid(equals + 1)), at;
        if (isSwitch(words[at]))
            return at;
        take(words[at], words.value(at + 1));
        return at + 1;
    }

    // -dit, -e NAME=value, -p5133:5133, -dp 5133:5133.
    qsizetype readShort(const QStringList &words, qsizetype at)
    {
        const QString &word = words[at];
        for (qsizetype letter = 1; letter < word.size(); ++letter) {
            if (QStringLiteral("ditPq").contains(word[letter]))
                continue;
            const QString option = QLatin1Char('-') + QString(word[letter]);
            if (letter + 1 < word.size())
                return take(option, word.mid(letter + (word[letter + 1] == QLatin1Char('=') ? 2 : 1))), at;
            return take(option, words.value(at + 1)), at + 1;
        }
        return at;
    }

    void take(const QString &option, const QString &value)
    {
        if (option == QLatin1String("-e") || option == QLatin1String("--env"))
            return takeEnvironment(value);
        if (option == QLatin1String("-p") || option == QLatin1String("--publish"))
            return void(published << value);
        if (option == QLatin1String("--env-file"))
            m_to.notes << Words::tr("The file %1 was not read; import it as well.").arg(value);
        if ((option == QLatin1String("--network") || option == QLatin1String("--net")) && value != QLatin1String("host"))
            m_to.notes << Words::tr(
                "The network %1 is known to containers only: see that DATABASE_URL names a host that this computer reaches.")
                              .arg(value);
    }

    void takeEnvironment(const QString &text)
    {
        const qsizetype equals = text.indexOf(QLatin1Char('='));
        if (equals <= 0)
            return void(m_to.notes << Words::tr("%1 has no value in the command: it was taken from the shell's environment.").arg(text));
        const QString name = text.left(equals);
        const QString value = text.mid(equals + 1);
        m_to.settings.insert(name, value);
        if (const QStringList variables = variablesIn(value); !variables.isEmpty())
            m_to.notes << Words::tr("%1 contains %2 as it was written: if the shell was to put something there, do it by hand.")
                              .arg(name, QLatin1Char('$') + variables.join(QStringLiteral(", $")));
    }

    ImportedSettings &m_to;
};

} // namespace

ImportedSettings importDockerRun(const QString &text)
{
    ImportedSettings all;
    int found = 0;
    const QList<QStringList> commands = shellCommands(text);
    for (const QStringList &command : commands) {
        const qsizetype options = optionsOf(command);
        if (options < 0 || ++found > 1)
            continue;
        OptionReader reader(all);
        reader.read(command, options);
        applyPublishedPorts(reader.published, all);
    }
    if (found == 0)
        all.notes << Words::tr("There is no command docker run in it.");
    if (found > 1)
        all.notes << Words::tr("Only the first command docker run was read; there are %1.").arg(found);
    noteContainerHosts(all);
    return all;
}

} // namespace electric::console
