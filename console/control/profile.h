#pragma once

#include <QHash>
#include <QStringList>
#include <tl/expected.hpp>

namespace electric::console {

// A profile is a named set of settings, kept as NAME.env in the user's configuration, readable for its owner only. The form is that of
// systemd's EnvironmentFile=, so such a file serves a packaged service too.

using SettingValues = QHash<QString, QString>; // name → text

inline const QString firstProfile = QStringLiteral("local"); // is always offered, also before it has a file

[[nodiscard]] QString profileDirectory();
[[nodiscard]] QString profilePath(const QString &name);
[[nodiscard]] QStringList profileNames(); // firstProfile first
// Empty when the name is good, else what is wrong with it.
[[nodiscard]] QString troubleWithName(const QString &name);

// A profile without a file has no settings. Failures are told in words.
[[nodiscard]] tl::expected<SettingValues, QString> readProfile(const QString &name);
// `inKeyRing`: names of secrets that belong to it and are kept there; a comment of the file remembers them.
[[nodiscard]] tl::expected<void, QString> writeProfile(const QString &name, const SettingValues &values, const QStringList &inKeyRing = {});
// Without these the profile is not what was saved, and must neither be started nor saved.
[[nodiscard]] QStringList secretsInKeyRing(const QString &name);

[[nodiscard]] SettingValues parseEnvironmentFile(const QString &text);
[[nodiscard]] QString environmentFile(const SettingValues &values); // sorted by name

} // namespace electric::console
