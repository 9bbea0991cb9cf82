#pragma once

#include "shared/base/result.h"

#include <string>
#include <string_view>

namespace electric::pg {

// What Postgres says when replication does not start or ends, with what to do about it (spec/postgres.md §1.5).
[[nodiscard]] Failure explained(Failure failure);

// What we find out ourselves before replication starts.
namespace trouble {

[[nodiscard]] Failure standby();
[[nodiscard]] Failure walLevel(std::string_view level);
[[nodiscard]] Failure noPublication(const std::string &publication);
[[nodiscard]] Failure foreignSlot(const std::string &slot);
[[nodiscard]] Failure invalidatedSlot(const std::string &slot);

} // namespace trouble

} // namespace electric::pg
