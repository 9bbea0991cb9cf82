#pragma once

#include "service/app/commandline.h"

namespace electric::app {

// The exit statuses of commands that ask a running service (docs/ADMIN.md).
enum AskStatus { AskDone = 0, AskProblem = 1, AskUnreachable = 3 };

// Asks, prints, gives the exit status. Makes the application object.
[[nodiscard]] int ask(const AskCommand &command, int argc, char **argv);

} // namespace electric::app
