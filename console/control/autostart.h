#pragma once

#include "console/control/launcher.h"

namespace electric::console {

// What starts at login. All of it is files of the user's configuration, which are gone when it is switched off: off is off.

using Done = tl::expected<void, QString>; // the failure in words

// The console, in the tray: an entry of the desktop's autostart directory.
[[nodiscard]] QString autostartPath();
[[nodiscard]] QString autostartEntry(const QString &program);
[[nodiscard]] bool startsAtLogin();
[[nodiscard]] Done setStartsAtLogin(bool on, const QString &program);

// The service of a profile: a unit of the user's systemd, with the profile as its EnvironmentFile=.
[[nodiscard]] QString unitPath(const QString &profile);
[[nodiscard]] QString userUnit(const Launch &launch, const QString &program);
[[nodiscard]] bool serviceStartsAtLogin(const QString &profile);
// `launch`: with the settings of the profile's file.
[[nodiscard]] Done setServiceStartsAtLogin(bool on, const Launch &launch, const QString &program);

// Empty when the service of a profile can start at login, else why not. `secretsElsewhere`: some of its secrets are in the key ring.
[[nodiscard]] QString whyServiceCannotStartAtLogin(bool hasSystemd, bool secretsElsewhere);
[[nodiscard]] bool hasSystemd();
void tellSystemd(); // that units have changed; goes on by itself

} // namespace electric::console
