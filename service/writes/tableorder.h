#pragma once

#include "service/schema/catalogue.h"

#include <memory>
#include <vector>

namespace electric::writes {

// The tables with each after those that its foreign keys point to, as far as there are no circles; else as given.
[[nodiscard]] std::vector<std::shared_ptr<const schema::Table>> parentsFirst(const std::vector<std::shared_ptr<const schema::Table>> &tables);

} // namespace electric::writes
