#pragma once

#include "service/pg/connection.h"

#include <string>

namespace electric::admin {

// The table public.electric_example, for somebody who has nothing to sync yet: made with two rows and electrified.
inline constexpr const char *exampleTable = "electric_example";

[[nodiscard]] std::string exampleStatements();

// Runs them in one transaction, as the role of the service. Nothing when the example is there already; a table of the same name that is
// not electrified belongs to somebody else: Conflict.
[[nodiscard]] Result<void> createExample(pg::Connection &connection);

} // namespace electric::admin
