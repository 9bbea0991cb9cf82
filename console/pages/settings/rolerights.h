#pragma once

#include "console/control/profile.h"
#include "shared/admin/values.h"

namespace electric::console {

// How writes of apps reach Postgres in a mode, in words.
[[nodiscard]] QString writeModeInWords(const QString &mode);

// The statements that give the role of DATABASE_URL what the mode needs, to be run by a superuser; with a placeholder for what the
// settings do not say. No password is in them.
[[nodiscard]] QString rightsSql(const SettingValues &settings);

// The settings with everything that does not matter for the rights filled in, so that they can be checked while others are missing.
[[nodiscard]] SettingValues settingsToCheckRights(const SettingValues &settings);

// The findings that are about the role and what it meets on the server.
[[nodiscard]] QList<admin::Finding> findingsAboutRights(const QList<admin::Finding> &all);

} // namespace electric::console
