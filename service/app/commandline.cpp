#include "service/app/commandline.h"

#include <QCommandLineParser>

#include <algorithm>
#include <array>

namespace electric::app {

namespace {

Command parseServe(const QStringList &arguments)
{
    QCommandLineParser parser;
    const QCommandLineOption embedded(QStringLiteral("embedded"));
    const QCommandLineOption dataDirectory(QStringLiteral("data-dir"), {}, QStringLiteral("directory"));
    const QCommandLineOption profile(QStringLiteral("profile"), {}, QStringLiteral("name"));
    const QCommandLineOption help(QStringList {QStringLiteral("h"), QStringLiteral("help")});
    parser.addOptions({embedded, dataDirectory, profile, help});
    if (!parser.parse(arguments))
        return UsageError {parser.errorText()};
    if (parser.isSet(help))
        return HelpCommand {};
    if (!parser.positionalArguments().isEmpty())
        return UsageError {QStringLiteral("serve takes no argument \"%1\"").arg(parser.positionalArguments().constFirst())};
    if (parser.isSet(dataDirectory) && !parser.isSet(embedded))
        return UsageError {QStringLiteral("--data-dir is for the embedded Postgres; it needs --embedded")};
    return ServeCommand {parser.isSet(embedded), parser.value(dataDirectory),
        parser.isSet(profile) ? parser.value(profile) : qEnvironmentVariable("ELECTRIC_PROFILE")};
}

// 90, 90s, 15m, 12h, 30d; 0: not one.
qint64 secondsOf(QString text)
{
    static const QHash<QChar, qint64> units {{u's', 1}, {u'm', 60}, {u'h', 3600}, {u'd', 86400}};
    qint64 unit = 1;
    if (!text.isEmpty() && units.contains(text.back())) {
        unit = units.value(text.back());
        text.chop(1);
    }
    const uint number = text.toUInt();
    return number <= 1'000'000'000 / unit ? number * unit : 0;
}

Command parseToken(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsOptions);
    const QCommandLineOption ttl(QStringLiteral("ttl"), {}, QStringLiteral("time"), QStringLiteral("1h"));
    const QCommandLineOption json(QStringLiteral("json"));
    const QCommandLineOption help(QStringList {QStringLiteral("h"), QStringLiteral("help")});
    parser.addOptions({ttl, json, help});
    if (!parser.parse(arguments))
        return UsageError {parser.errorText()};
    if (parser.isSet(help))
        return HelpCommand {};
    const TokenCommand command {parser.positionalArguments(), secondsOf(parser.value(ttl)), parser.isSet(json)};
    if (command.users.isEmpty())
        return UsageError {QStringLiteral("token takes the ids of one or more users")};
    if (command.ttlSeconds == 0)
        return UsageError {QStringLiteral("--ttl takes a time, for example 90s, 15m, 12h or 30d")};
    return command;
}

using What = AskCommand::What;

struct AskWord {
    const char *word;
    What what;
};
constexpr std::array askWords {AskWord {"status", What::Status}, AskWord {"sessions", What::Sessions},
    AskWord {"replication", What::Replication}, AskWord {"rejected", What::Rejected}, AskWord {"logs", What::Logs},
    AskWord {"tap", What::Tap}, AskWord {"check", What::Check}, AskWord {"stop", What::Stop}};

// The options of one command, with where their values go.
class AskParser
{
public:
    explicit AskParser(AskCommand &command) : m_command(command)
    {
        m_parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsOptions);
    }

    Command parse(const QStringList &arguments)
    {
        const QCommandLineOption help(QStringList {QStringLiteral("h"), QStringLiteral("help")});
        const QCommandLineOption json(QStringLiteral("json"));
        const QCommandLineOption follow(QStringList {QStringLiteral("f"), QStringLiteral("follow")});
        const QCommandLineOption environment(QStringLiteral("environment"));
        m_parser.addOptions({help, json});
        text("service", m_command.service);
        if (m_command.what == What::Logs) {
            m_parser.addOption(follow);
            text("level", m_command.level);
            text("category", m_command.category);
            text("text", m_command.text);
            m_parser.addOption({QStringLiteral("n"), {}, QStringLiteral("number")});
        } else if (m_command.what == What::Rejected) {
            m_parser.addOption({QStringLiteral("retry"), {}, QStringLiteral("id")});
            m_parser.addOption({QStringLiteral("discard"), {}, QStringLiteral("id")});
        } else if (m_command.what == What::Check) {
            m_parser.addOption(environment);
        }
        if (!m_parser.parse(arguments))
            return UsageError {m_parser.errorText()};
        if (m_parser.isSet(help))
            return HelpCommand {};
        m_command.json = m_parser.isSet(json);
        for (const auto &[name, target] : std::as_const(m_texts))
            *target = m_parser.value(name);
        m_command.follow = m_command.what == What::Logs && m_parser.isSet(follow);
        m_command.environment = m_command.what == What::Check && m_parser.isSet(environment);
        return finish();
    }

private:
    void text(const char *name, QString &target)
    {
        m_parser.addOption({QString::fromLatin1(name), {}, QString::fromLatin1(name)});
        m_texts.append({QString::fromLatin1(name), &target});
    }

    bool number(const char *option, qint64 &target)
    {
        const QString name = QString::fromLatin1(option);
        if (!m_parser.isSet(name))
            return true;
        bool isNumber = false;
        target = m_parser.value(name).toLongLong(&isNumber);
        return isNumber && target > 0;
    }

    Command finish()
    {
        const QStringList rest = m_parser.positionalArguments();
        if (m_command.what == What::Tap) {
            bool isNumber = false;
            m_command.session = rest.value(0).toLongLong(&isNumber);
            if (rest.size() != 1 || !isNumber)
                return UsageError {QStringLiteral("tap takes the number of a session; see electric-service sessions")};
        } else if (!rest.isEmpty()) {
            return UsageError {QStringLiteral("there is no argument \"%1\" here").arg(rest.constFirst())};
        }
        if (m_command.what == What::Rejected && !(number("retry", m_command.retry) && number("discard", m_command.discard)))
            return UsageError {QStringLiteral("--retry and --discard take the number of a rejected write")};
        qint64 lines = m_command.lines;
        if (m_command.what == What::Logs && !number("n", lines))
            return UsageError {QStringLiteral("-n takes a number of lines")};
        m_command.lines = int(std::min<qint64>(lines, 5000));
        return m_command;
    }

    AskCommand &m_command;
    QCommandLineParser m_parser;
    QList<std::pair<QString, QString *>> m_texts;
};

} // namespace

Command parseCommandLine(const QStringList &arguments)
{
    if (arguments.size() < 2)
        return UsageError {QStringLiteral("say what to do")};
    const QString &first = arguments.at(1);
    if (first == QLatin1String("serve"))
        return parseServe(arguments.mid(1));
    if (first == QLatin1String("token"))
        return parseToken(arguments.mid(1));
    if (first == QLatin1String("help") || first == QLatin1String("--help") || first == QLatin1String("-h"))
        return HelpCommand {};
    if (first == QLatin1String("version") || first == QLatin1String("--version") || first == QLatin1String("-v"))
        return VersionCommand {};
    for (const AskWord &one : askWords) {
        if (first != QLatin1String(one.word))
            continue;
        AskCommand command;
        command.what = one.what;
        return AskParser(command).parse(arguments.mid(1));
    }
    return UsageError {QStringLiteral("there is no command \"%1\"").arg(first)};
}

QString usage()
{
    return QString::fromUtf8(
        "Usage: electric-service serve [--embedded [--data-dir <directory>]] [--profile <name>]\n"
        "       electric-service status | sessions | replication | rejected | logs | tap | check | stop\n"
        "       electric-service token [--ttl <time>] [--json] <user>…\n"
        "       electric-service help | version\n"
        "\n"
        "  serve        sync the Postgres of DATABASE_URL with its apps; settings come from the environment\n"
        "    --embedded   make and run a private Postgres instead; nothing needs to be set\n"
        "    --data-dir   where the private Postgres lives\n"
        "    --profile    a name for this service, to tell it from others on this computer\n"
        "  token        make tokens for users, with the AUTH_* settings of the environment; for development\n"
        "    --ttl        how long they are good for: 90s, 15m, 12h, 30d (1h unless given)\n"
        "\n"
        "Of a running service:\n"
        "  status       how it is, and where\n"
        "  sessions     who is connected\n"
        "  replication  lag, slots, log window\n"
        "  rejected     writes of apps that Postgres refused; --retry <id>, --discard <id>\n"
        "  logs         the newest entries: -n <number>, --level debug|info|warning|error, --category <beginning>,\n"
        "               --text <part>; -f goes on\n"
        "  tap          <session>: its messages as they pass, until Ctrl-C\n"
        "  check        look for what stands in the way; works without a running service, on the settings in the environment;\n"
        "               --environment: on those also when a service runs\n"
        "  stop         end it orderly\n"
        "    --json       for scripts\n"
        "    --service    which one, by name or socket, when several run\n"
        "\n"
        "Exit status: 0 done, 1 not ready or refused, 2 wrong usage or settings, 3 no service answers\n");
}

} // namespace electric::app
