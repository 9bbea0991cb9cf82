#include "service/satellite/ownership.h"

#include "service/wire/rowreader.h"

namespace electric::satellite {

bool mayShow(const wire::LoggedOperation &operation, std::string_view encoded, std::string_view userId)
{
    const auto column = operation.table->columnIndex("electric_user_id");
    if (!column)
        return true;
    const std::string_view owner = wire::valueOf(encoded, *column);
    return owner.empty() || owner == userId;
}

} // namespace electric::satellite
