#pragma once

#include "console/exchange/settingsimport.h"

namespace electric::console {

// What a container engine's published ports mean for a service that runs without one: under the port of the host that led to it, it
// has to listen by itself. `published`: "[address:]host:container[/protocol]", as after docker run -p and in a compose file.
void applyPublishedPorts(const QStringList &published, ImportedSettings &to);

// Says of an address that it means something else outside of a container.
void noteContainerHosts(ImportedSettings &in);

} // namespace electric::console
