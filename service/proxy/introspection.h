#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace electric::proxy {

// The database as the user `prisma` sees it: electrified tables, and the enums that they use (spec/proxy.md §4).
// Queries of the catalogue are told by the columns that they give, so that any version of Prisma's works, and are
// wrapped in one that leaves out the rest; Postgres answers them.
struct IntrospectionRefusal {
    std::string message;
    std::string hint;
};

// What is to be sent instead of the text (itself, if nothing in it can tell of other tables), or why not.
[[nodiscard]] std::variant<std::string, IntrospectionRefusal> introspectionOf(std::string_view sql);

} // namespace electric::proxy
