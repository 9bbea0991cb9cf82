#pragma once

#include "console/control/servicelink.h"

#include <optional>

namespace electric::console {

// How a service stands, in words for people. Decides nothing and asks nobody.
struct Standing {
    enum class Kind { Off, Waiting, Good, Warning, Bad };
    Kind kind = Kind::Off;
    QString word; // short, for the status bar
    QString reason {}; // empty when there is nothing to explain
    QString remedy {};
};

// `status`: as last told over this connection, if it was.
[[nodiscard]] Standing standingOf(ServiceLink::State link, const admin::Error &why, const std::optional<admin::Status> &status);

// The name of the icon that shows it: each kind has a shape of its own, so that nobody depends on colours.
[[nodiscard]] const char *symbolOf(Standing::Kind kind);

} // namespace electric::console
