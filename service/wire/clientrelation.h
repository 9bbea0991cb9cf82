#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"
#include "shared/base/result.h"

#include <memory>
#include <optional>
#include <vector>

namespace Electric::Satellite {
class SatOpRow;
class SatRelation;
} // namespace Electric::Satellite

namespace electric::wire {

// A table as a client announced it (spec/satellite.md §6.5), matched by names with the table as it is now. Reads the client's rows.
class ClientRelation
{
public:
    static Result<ClientRelation> resolve(const Electric::Satellite::SatRelation &relation, const schema::Catalogue &catalogue);

    [[nodiscard]] const std::shared_ptr<const schema::Table> &table() const { return m_table; }
    [[nodiscard]] Electric::Satellite::SatRelation described() const; // as it was announced, without its number

    // The row in the table's column order; columns that the client does not have are Unchanged. `mayBeNull` lifts the NULL checks
    // (compensations carry their key only).
    [[nodiscard]] Result<changes::Tuple> decode(
        const Electric::Satellite::SatOpRow &row, const schema::Catalogue &catalogue, bool mayBeNull) const;

private:
    std::shared_ptr<const schema::Table> m_table;
    std::size_t m_width = 0; // columns that the client sends
    std::vector<std::optional<std::size_t>> m_source; // by the table's column: index in the client's row
    std::vector<bool> m_nullable; // by the client's column
};

} // namespace electric::wire
