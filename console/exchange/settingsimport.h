#pragma once

#include "console/control/profile.h"

#include <functional>
#include <optional>

namespace electric::console {

// What a text that configured Electric elsewhere says, as settings for a service of this computer.
struct ImportedSettings {
    SettingValues settings; // everything that was set, also what is no setting of ours
    QStringList notes; // what was left out or understood in a way that has to be known
};

// Where settings come from and go to.
enum class SettingsFormat { EnvironmentFile, DockerRun, Compose, SystemdUnit };
[[nodiscard]] QString inWords(SettingsFormat format);

// The text of a file, when it can be had. Units name such files; a text that was pasted may name them, too.
using FileReader = std::function<std::optional<QString>(const QString &path)>;

[[nodiscard]] SettingsFormat guessFormat(const QString &text);
[[nodiscard]] ImportedSettings importSettings(const QString &text, SettingsFormat format, const FileReader &read);

// The formats one by one.
[[nodiscard]] ImportedSettings importEnvironmentFile(const QString &text);
[[nodiscard]] ImportedSettings importDockerRun(const QString &text);
[[nodiscard]] ImportedSettings importCompose(const QString &text);
[[nodiscard]] ImportedSettings importSystemdUnit(const QString &text, const FileReader &read);

} // namespace electric::console
