#pragma once

#include <QString>

namespace electric::admin {

// Which program listens on a TCP port of this computer, as "name (pid)"; empty when that cannot be told.
[[nodiscard]] QString ownerOfPort(quint16 port);

} // namespace electric::admin
