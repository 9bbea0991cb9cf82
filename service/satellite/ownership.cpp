#include "service/satellite/ownership.h"

#include "service/satellite/protobuf.h"

namespace electric::satellite {
namespace {

std::string_view field(std::string_view message, std::uint32_t number)
{
    FieldReader reader(message);
    while (const auto one = reader.next())
        if (one->number == number)
            return one->bytes;
    return {};
}

std::string_view valueAt(std::string_view row, std::size_t column)
{
    FieldReader reader(row);
    std::size_t index = 0;
    while (const auto one = reader.next())
        if (one->number == 2 && index++ == column)
            return one->bytes; // empty for NULL
    return {};
}

} // namespace

bool mayShow(const wire::LoggedOperation &operation, std::string_view encoded, std::string_view userId)
{
    const auto column = operation.table->columnIndex("electric_user_id");
    if (!column)
        return true;
    // ops field of a SatOpLog → SatTransOp → its only member; the row is field 2 in each of them.
    FieldReader transOp(field(encoded, 1));
    const auto member = transOp.next();
    if (!member)
        return false;
    const std::string_view owner = valueAt(field(member->bytes, 2), *column);
    return owner.empty() || owner == userId;
}

} // namespace electric::satellite
