#pragma once

#include "service/schema/catalogue.h"

#include <optional>
#include <string>
#include <string_view>

namespace electric::proxy {

// Electric's own statements, which are not SQL (spec/proxy.md §5). Of those that we do not carry out (all but ENABLE
// and DISABLE) the grammar is checked and nothing kept.
struct Ddlx {
    enum class Command { Enable, Disable, Grant, Revoke, Assign, Unassign, Sqlite };

    struct Malformed {
        std::string near; // the offending word as written, empty: the end
        std::size_t offset = 0; // of it, in bytes
        std::string rule {}; // what it breaks, when it is more than the grammar
    };

    Command command = Command::Enable;
    schema::TableName table; // Enable, Disable
    std::optional<Malformed> malformed;
};

// Reads one statement, with or without comments and a semicolon. Nothing: it is none of Electric's.
[[nodiscard]] std::optional<Ddlx> readDdlx(std::string_view statement);

// "ELECTRIC ENABLE" and so on.
[[nodiscard]] std::string_view tagOf(Ddlx::Command command);

} // namespace electric::proxy
