#pragma once

#include "service/schema/catalogue.h"

#include <string>

namespace electric::schema {

// The catalogue in the form that the original keeps in electric.schema (spec/postgres.md §4.5), so that it could start from it.
// Written only: we read migrations' statements instead.
[[nodiscard]] std::string catalogueJson(const Catalogue &catalogue);

} // namespace electric::schema
