#pragma once

#include "service/admin/check.h"
#include "shared/settings/settings.h"

namespace electric::app {

// Ports that a service which we know holds itself: not in anybody's way.
struct PortsHeld {
    quint16 http = 0;
    quint16 proxy = 0;
};

[[nodiscard]] admin::CheckSubject checkSubject(const settings::Settings &settings, const QString &dataDirectory, const PortsHeld &held);

// Checks settings, name → text, that nobody need run with: what is wrong with them, else what is wrong with the world.
[[nodiscard]] QList<admin::Finding> doctor(const QHash<QString, QString> &values, const PortsHeld &held);

} // namespace electric::app
