#pragma once

#include "console/control/profile.h"
#include "shared/settings/settings.h"

#include <vector>

namespace electric::console {

// Without a DATABASE_URL a profile is for a service with a Postgres of its own, which brings most settings.
[[nodiscard]] bool bringsItsOwnPostgres(const SettingValues &values);

// What is wrong with the settings of a profile.
[[nodiscard]] std::vector<settings::Problem> problemsOf(const SettingValues &values);

// What the service would go by: the value, else what comes without.
[[nodiscard]] QString effectiveValue(const SettingValues &values, const QString &name);

// Why a setting means nothing beside the others; empty when it does.
[[nodiscard]] QString whyItDoesNotApply(const QString &name, const SettingValues &values);

// LOG_LEVEL as the admin protocol's log.level has it: what a service that runs can be told.
[[nodiscard]] QString levelWhileRunning(const SettingValues &values);

} // namespace electric::console
