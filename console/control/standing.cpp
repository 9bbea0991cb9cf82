#include "console/control/standing.h"

#include <QCoreApplication>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Standing)
};

using Kind = Standing::Kind;

Standing connectedStanding(const admin::Status &status)
{
    if (status.state == QLatin1String("ready"))
        return {Kind::Good, Words::tr("Ready"), status.reason, status.remedy};
    if (status.state == QLatin1String("connecting"))
        return {Kind::Waiting, Words::tr("Connecting to Postgres"), status.reason, status.remedy};
    if (status.state == QLatin1String("replicating"))
        return {Kind::Waiting, Words::tr("Starting replication"), status.reason, status.remedy};
    if (status.state == QLatin1String("catching-up"))
        return {Kind::Waiting, Words::tr("Catching up with Postgres"), status.reason, status.remedy};
    if (status.state == QLatin1String("degraded"))
        return {Kind::Bad, Words::tr("Degraded"), status.reason, status.remedy};
    return {Kind::Warning, status.state, status.reason, status.remedy}; // of a newer service
}

} // namespace

Standing standingOf(ServiceLink::State link, const admin::Error &why, const std::optional<admin::Status> &status)
{
    switch (link) {
    case ServiceLink::State::Idle:
        return {Kind::Off, Words::tr("No service"), Words::tr("No running service was found on this computer."),
            Words::tr("Start one here, or with electric-service serve.")};
    case ServiceLink::State::Connecting: return {Kind::Waiting, Words::tr("Looking for the service")};
    case ServiceLink::State::Unreachable: return {Kind::Off, Words::tr("Not running"), why.message, why.remedy};
    case ServiceLink::State::WrongVersion: return {Kind::Bad, Words::tr("Another version"), why.message, why.remedy};
    case ServiceLink::State::Connected: break;
    }
    return status ? connectedStanding(*status) : Standing {Kind::Waiting, Words::tr("Asking the service")};
}

const char *symbolOf(Standing::Kind kind)
{
    switch (kind) {
    case Kind::Off: return "state-off";
    case Kind::Waiting: return "state-waiting";
    case Kind::Good: return "state-good";
    case Kind::Warning: return "state-warning";
    case Kind::Bad: return "state-bad";
    }
    return "state-off";
}

} // namespace electric::console
