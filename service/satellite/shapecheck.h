#pragma once

#include "service/satellite/incoming.h"
#include "service/satellite/outgoing.h"
#include "service/schema/catalogue.h"
#include "service/shapes/shape.h"

#include <set>
#include <string>
#include <vector>

namespace electric::satellite {

// What a subscription request comes to: what it holds, or why it is refused.
struct ShapeCheck {
    std::string refusal; // empty: accepted
    std::vector<out::ShapeError> errors {};
    std::set<schema::TableName> tables {}; // wanted whole, closed over outgoing foreign keys
    std::vector<shapes::ShapePtr> shapes {}; // of which some rows are wanted
};

// Checks of spec/satellite.md §5.8 (3 to 6) and §7.3. A shape without any `where` is taken as whole tables: more than asked for where
// a foreign key is nullable or a row is not pointed at, but it needs no memory for each row. Shapes with one get the rows that their rows
// point at, also when no include asks for them.
// Clients whose shapes are no trees name each table that they want, and everything that those point at (§7.2).
[[nodiscard]] ShapeCheck checkShapes(const in::Subscribe &request, const schema::Catalogue &catalogue, bool shapesAreTrees);

} // namespace electric::satellite
