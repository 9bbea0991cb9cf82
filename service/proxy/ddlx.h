#pragma once

#include "service/schema/catalogue.h"

#include <optional>
#include <string>
#include <string_view>

namespace electric::proxy
{

// Electric's own statements, which are not SQL (spec/proxy.md §5). `malformed` says where: the offending word (empty:
// the end) and its place in bytes.
struct Ddlx {
    enum class Command { Enable, Disable, Grant, Revoke, Assign, Unassign, Sqlite };

    struct Malformed {
        std::string near;
        std::size_t offset = 0;
    };

    Command command = Command::Enable;
    schema::TableName table; // Enable, Disable
    std::optional<Malformed> malformed;
};

// Reads one statement, with or without comments and a semicolon. Nothing: it is none of Electric's.
// Of the commands that we do not carry out only the first words are checked.
[[nodiscard]] std::optional<Ddlx> readDdlx(std::string_view statement);

// "ELECTRIC ENABLE" and so on.
[[nodiscard]] std::string_view tagOf(Ddlx::Command command);

} // namespace electric::proxy
