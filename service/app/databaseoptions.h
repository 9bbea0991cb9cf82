#pragma once

#include "service/pg/connectionoptions.h"
#include "shared/settings/databaseurl.h"

namespace electric::app {

// The database of the settings as libpq is told of it.
[[nodiscard]] pg::ConnectionOptions databaseOptions(const settings::DatabaseUrl &url);

} // namespace electric::app
