#include "service/app/askcommand.h"
#include "service/app/commandline.h"
#include "service/app/serve.h"
#include "service/app/tokencommand.h"
#include "shared/settings/settings.h"

#include <cstdio>

using namespace electric;

namespace {

int run(const app::ServeCommand &command, int argc, char **argv)
{
    return app::serve(command, argc, argv);
}

int run(const app::AskCommand &command, int argc, char **argv)
{
    return app::ask(command, argc, argv);
}

int run(const app::TokenCommand &command, int, char **)
{
    return app::makeTokens(command);
}

int run(const app::HelpCommand &, int, char **)
{
    std::fputs(qPrintable(app::usage() + settings::settingsHelp()), stdout);
    return 0;
}

int run(const app::VersionCommand &, int, char **)
{
    std::printf("electric-service %s\n", app::version());
    return 0;
}

int run(const app::UsageError &error, int, char **)
{
    std::fprintf(stderr, "electric-service: %s\n\n%s", qPrintable(error.what), qPrintable(app::usage()));
    return settings::configurationExitStatus;
}

} // namespace

int main(int argc, char **argv)
{
    QStringList arguments;
    for (int at = 0; at < argc; ++at)
        arguments << QString::fromLocal8Bit(argv[at]);
    return std::visit([&](const auto &command) { return run(command, argc, argv); }, app::parseCommandLine(arguments));
}
