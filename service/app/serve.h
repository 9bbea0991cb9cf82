#pragma once

#include "service/app/commandline.h"

namespace electric::app {

// Runs the service until it is told to stop; gives the process' exit status. Makes the application object.
[[nodiscard]] int serve(const ServeCommand &command, int argc, char **argv);

[[nodiscard]] const char *version();

} // namespace electric::app
