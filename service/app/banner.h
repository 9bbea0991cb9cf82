#pragma once

#include "service/embedded/cluster.h"
#include "shared/settings/settings.h"

#include <QString>

namespace electric::app {

// What a person sees when the service is up: where everything is and, with a Postgres of its own, what to try next.
[[nodiscard]] QString banner(const settings::Settings &settings, const embedded::Cluster *cluster);

} // namespace electric::app
