#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::proxy
{

// A table in which a migration framework notes what it has run (spec/proxy.md §3.2, and others of its kind).
struct Framework {
    std::string_view name;
    std::string_view table;
    std::string_view column; // that has the version
    bool untilUnderscore; // the version is what stands before the first "_"
};

// The framework whose table this is, if the columns of the INSERT have its version.
[[nodiscard]] const Framework *frameworkOf(
    std::string_view schema, std::string_view table, const std::vector<std::string> &columns);

// The version in the value that was inserted; nothing when it has none.
[[nodiscard]] std::optional<std::string> versionIn(const Framework &framework, std::string_view value);

} // namespace electric::proxy
