#include "service/app/commandline.h"

#include <QCommandLineParser>

namespace electric::app {

namespace {

Command parseServe(const QStringList &arguments)
{
    QCommandLineParser parser;
    const QCommandLineOption embedded(QStringLiteral("embedded"));
    const QCommandLineOption dataDirectory(QStringLiteral("data-dir"), {}, QStringLiteral("directory"));
    const QCommandLineOption help(QStringList {QStringLiteral("h"), QStringLiteral("help")});
    parser.addOptions({embedded, dataDirectory, help});
    if (!parser.parse(arguments))
        return UsageError {parser.errorText()};
    if (parser.isSet(help))
        return HelpCommand {};
    if (!parser.positionalArguments().isEmpty())
        return UsageError {QStringLiteral("serve takes no argument \"%1\"").arg(parser.positionalArguments().constFirst())};
    if (parser.isSet(dataDirectory) && !parser.isSet(embedded))
        return UsageError {QStringLiteral("--data-dir is for the embedded Postgres; it needs --embedded")};
    return ServeCommand {parser.isSet(embedded), parser.value(dataDirectory)};
}

} // namespace

Command parseCommandLine(const QStringList &arguments)
{
    if (arguments.size() < 2)
        return UsageError {QStringLiteral("say what to do")};
    const QString &first = arguments.at(1);
    if (first == QLatin1String("serve"))
        return parseServe(arguments.mid(1));
    if (first == QLatin1String("help") || first == QLatin1String("--help") || first == QLatin1String("-h"))
        return HelpCommand {};
    if (first == QLatin1String("version") || first == QLatin1String("--version") || first == QLatin1String("-v"))
        return VersionCommand {};
    return UsageError {QStringLiteral("there is no command \"%1\"").arg(first)};
}

QString usage()
{
    return QStringLiteral("Usage: electric-service serve [--embedded [--data-dir <directory>]]\n"
                          "       electric-service help | version\n"
                          "\n"
                          "  serve       sync the Postgres of DATABASE_URL with its apps; settings come from the environment\n"
                          "  --embedded  make and run a private Postgres instead; nothing needs to be set\n"
                          "  --data-dir  where the private Postgres lives\n");
}

} // namespace electric::app
