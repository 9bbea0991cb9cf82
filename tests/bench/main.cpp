#include "tests/bench/scenarios.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <array>
#include <cstdio>

using namespace electric;
using namespace electric::bench;

namespace {

struct Scenario {
    const char *name;
    Result<void> (*measure)(Subject &, const Scale &, Report &);
};

constexpr std::array scenarios {Scenario {"idle", measureIdle}, Scenario {"initial", measureInitial}, Scenario {"latency", measureLatency},
    Scenario {"stream", measureStream}, Scenario {"fan-out", measureFanOut}, Scenario {"writes", measureWrites},
    Scenario {"triggers", measureTriggers}, Scenario {"merging", measureMerging}, Scenario {"resume", measureResume}};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Measures a Satellite 0.12 service against what Postgres itself can do in the same run.\n"
                       "Scenarios: idle initial latency stream fan-out writes triggers merging resume (all unless named)"));
    const QCommandLineOption service(QStringLiteral("service"), QStringLiteral("The service's program."), QStringLiteral("path"),
        QCoreApplication::applicationDirPath() + QStringLiteral("/electric-service"));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("Print JSON instead of a table."));
    const QCommandLineOption rows(
        QStringLiteral("rows"), QStringLiteral("Rows of the large cases."), QStringLiteral("n"), QStringLiteral("100000"));
    parser.addOptions({service, json, rows});
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("scenario"), QStringLiteral("What to measure."), QStringLiteral("[scenario…]"));
    parser.process(application);

    Scale scale;
    scale.rows = parser.value(rows).toInt();
    Report report(parser.isSet(json));
    auto subject = Subject::start(parser.value(service));
    if (!subject) {
        std::fprintf(stderr, "electric-bench: %s\n", subject.error().detail.c_str());
        return 1;
    }
    int status = 0;
    for (const Scenario &scenario : scenarios) {
        const QStringList wanted = parser.positionalArguments();
        if (!wanted.isEmpty() && !wanted.contains(QLatin1String(scenario.name)))
            continue;
        if (auto measured = scenario.measure(**subject, scale, report); !measured) {
            std::fprintf(stderr, "electric-bench: %s: %s\n", scenario.name, measured.error().detail.c_str());
            status = 1;
        }
    }
    report.finish();
    return status;
}
