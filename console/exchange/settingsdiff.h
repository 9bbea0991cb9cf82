#pragma once

#include "console/control/profile.h"
#include "shared/admin/values.h"

#include <vector>

namespace electric::console {

// One setting that is not the same on both sides. Secrets are told apart, never shown.
struct SettingChange {
    QString name;
    QString now; // empty: not set
    QString then;
    bool isSecret = false;
    bool isKnown = true; // false: no setting of this version
};

// What taking over `then` changes about `now`, in the order of the catalogue, unknown names last. What `then` does not name stays.
[[nodiscard]] std::vector<SettingChange> changesBy(const SettingValues &then, const SettingValues &now);

// `now` with the known settings of `then` in it.
[[nodiscard]] SettingValues merged(const SettingValues &now, const SettingValues &then);

// What a service that runs would do otherwise when it were started with these settings. Whether a secret is another one cannot be told
// from here, only whether there is one.
[[nodiscard]] std::vector<SettingChange> changesAtRestart(const SettingValues &profile, const QList<admin::SettingInForce> &inForce);

// Some settings are only kept for compatibility, LOG_LEVEL can be changed while the service runs; all else is read at the start.
[[nodiscard]] bool needsRestart(const QString &name);

} // namespace electric::console
