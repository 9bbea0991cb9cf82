#pragma once

#include "service/proxy/frameworks.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::proxy {

// Why a statement may not be carried out on an electrified table; the words are made once the table is known.
struct Objection {
    std::string code; // EX002 … EX012
    std::string subject; // column, constraint, type, word: what the message names
    std::string rule {}; // what it breaks, where the code alone does not tell
};

// One SQL statement as far as it matters to migrations: what it is about, and what is to be asked and done around it.
struct Statement {
    enum class Kind {
        Other, // none of our business
        Begin, // BEGIN, START TRANSACTION
        Enable, // makes `tables[0]` electrified; `call` does it
        Disable, // the opposite; `call` does it
        Refused, // refused whatever the table: `objection` (EX001, or 42601 with `position`)
        AlterTable, // `tables[0]`; allowed ones may add columns
        DropTable, // `tables`
        Alter, // some other change that is refused on an electrified table: `tables[0]`
        CreateIndex, // on `tables[0]`
        DropIndex, // `tables` are the indexes
        FrameworkInsert, // notes a version
        Opaque, // its text does not tell what it changes: DO, DROP … CASCADE
    };
    struct Addition {
        std::string column;
        std::string type;
        bool ifNotExists = false;
    };

    Kind kind = Kind::Other;
    std::string text; // as written, without its semicolon and the blanks around
    std::size_t characters = 0; // before it in the Query
    std::vector<std::string> tables; // quoted where needed, as regclass reads them
    std::optional<Objection> objection;
    std::vector<Addition> additions;
    bool captured = false; // clients must hear of it when the table is electrified
    bool concurrently = false; // cannot run inside a transaction
    bool cascades = false; // DropTable: other tables may change too
    std::string index; // CreateIndex: its name, empty: Postgres makes one up
    bool ifNotExists = false; // CreateIndex
    std::size_t position = 0; // Refused as malformed: characters from 1 within the Query
    std::string call; // Enable, Disable: what is sent instead
    std::string_view tag; // Enable, Disable: shown instead of Postgres'
    const Framework *framework = nullptr;
    std::optional<std::string> version; // FrameworkInsert with a constant
    int versionParameter = 0; // FrameworkInsert with $n
};

// Whether the text may hold a statement that concerns us: one pass without parsing, so that everyday statements cost
// next to nothing. False alarms are possible, misses are not.
[[nodiscard]] bool mayConcern(std::string_view sql);

// The statements of a text in order. Text that cannot be parsed is split as well as it goes; pieces that are not
// understood are Other (Postgres itself will say what is wrong with them). Empty when not even that is possible.
[[nodiscard]] std::vector<Statement> readStatements(std::string_view sql);

[[nodiscard]] inline bool concerns(const std::vector<Statement> &statements)
{
    for (const Statement &statement : statements)
        if (statement.kind != Statement::Kind::Other && statement.kind != Statement::Kind::Begin)
            return true;
    return false;
}

} // namespace electric::proxy
