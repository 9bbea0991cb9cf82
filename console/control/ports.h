#pragma once

#include "console/control/profile.h"

#include <functional>
#include <vector>

namespace electric::console {

// Whether somebody listens on a TCP port of this computer.
struct PortUse {
    bool isTaken = false;
    QString owner; // "name (pid)"; empty: not to be told, since it belongs to another user
    qint64 pid = 0;
};

[[nodiscard]] PortUse useOfPort(quint16 port);
using PortLook = std::function<PortUse(quint16)>; // useOfPort, or a world of a test

// The first free port after `port` that is not in `others`; 0: none nearby.
[[nodiscard]] quint16 freePortAfter(quint16 port, const std::vector<quint16> &others, const PortLook &look);

// A port that a service with these settings would listen on.
struct ServicePort {
    QString setting;
    quint16 port = 0;
};
[[nodiscard]] std::vector<ServicePort> portsOf(const SettingValues &settings);
// As the setting would be written for another port: a tunnel of the proxy ("http:65432") stays one.
[[nodiscard]] QString withPort(const QString &value, quint16 port);

// One of the ports is held by somebody else, and what would do instead.
struct PortTrouble {
    QString setting;
    quint16 port = 0;
    QString owner; // as of PortUse
    quint16 proposed = 0; // 0: none
};
[[nodiscard]] QString inWords(const PortTrouble &trouble); // "Port 5133 is held by nginx (812)."

// `own`: a process whose ports count as free, since it is the service that these settings are for; 0: none.
[[nodiscard]] std::vector<PortTrouble> portTroubles(const SettingValues &settings, const PortLook &look, qint64 own = 0);

} // namespace electric::console
