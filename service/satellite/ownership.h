#pragma once

#include "service/wire/loggedtransaction.h"

#include <string_view>

namespace electric::satellite {

// Whether a change may be shown to a user: rows of a table with a column electric_user_id belong to that user, or to everybody when
// it is NULL or empty. Inserts and updates are judged by the new row, deletes by the old one (spec/satellite.md §5.7 step 2).
[[nodiscard]] bool mayShow(const wire::LoggedOperation &operation, std::string_view encoded, std::string_view userId);

} // namespace electric::satellite
