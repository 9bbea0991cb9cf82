#pragma once

#include "console/exchange/settingsimport.h"

namespace electric::console {

// The settings as a text for elsewhere. Secrets are left out unless wanted: their names stay, so that one sees what is missing.
[[nodiscard]] QString exportSettings(const SettingValues &settings, SettingsFormat format, bool withSecrets);

// Names of the secrets that the settings hold, sorted.
[[nodiscard]] QStringList secretsIn(const SettingValues &settings);

} // namespace electric::console
