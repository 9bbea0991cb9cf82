#pragma once

#include <string>
#include <string_view>

namespace electric::pg {

// What to do about a connection that could not be made, by what libpq or the server says about it; empty when nothing is known. The
// messages have no SQLSTATE that libpq would hand on, so English words decide; in another language there is no hint.
[[nodiscard]] std::string connectionHint(std::string_view message);

} // namespace electric::pg
