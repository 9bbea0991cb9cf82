#pragma once

#include "service/satellite/incoming.h"
#include "service/satellite/outgoing.h"
#include "service/schema/catalogue.h"

#include <set>
#include <string>
#include <vector>

namespace electric::satellite {

// What a subscription request comes to: the tables that it holds, or why it is refused.
struct ShapeCheck {
    std::string refusal; // empty: accepted
    std::vector<out::ShapeError> errors {};
    std::set<schema::TableName> tables {}; // closed over outgoing foreign keys
};

// Checks of spec/satellite.md §5.8 (3 to 6) and §7.3. Whole tables only: a `where` is refused, and an include is taken as the
// whole target table, which is more than asked for where a one-to-many foreign key is nullable.
// Clients whose shapes are no trees name each table that they want, and everything that those point at (§7.2).
[[nodiscard]] ShapeCheck checkShapes(const in::Subscribe &request, const schema::Catalogue &catalogue, bool shapesAreTrees);

} // namespace electric::satellite
