#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::proxy {

// A table in which a migration framework notes what it has run (spec/proxy.md §3.2, and others of its kind).
struct Framework {
    enum class Notes { Before, Afterwards }; // outside a transaction: what it runs next, or what it ran last

    std::string_view name;
    std::string_view table;
    std::string_view column; // that has the version
    std::string_view ends; // characters before the first of which the version is; none: the whole value
    Notes notes = Notes::Afterwards;
    std::string_view sign {}; // another column, by which it is told from others with that table
    std::string_view schema = "public"; // where the table is, if it is said
};

// The framework whose table this is, if the columns of the INSERT have its version.
[[nodiscard]] const Framework *frameworkOf(std::string_view schema, std::string_view table, const std::vector<std::string> &columns);

// The version in the value that was inserted; nothing when it has none.
[[nodiscard]] std::optional<std::string> versionIn(const Framework &framework, std::string_view value);

} // namespace electric::proxy
