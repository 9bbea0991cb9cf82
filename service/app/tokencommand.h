#pragma once

#include "service/app/commandline.h"

namespace electric::app {

// Makes tokens for development, from the AUTH_* settings alone, and prints them; gives the exit status.
[[nodiscard]] int makeTokens(const TokenCommand &command);

} // namespace electric::app
