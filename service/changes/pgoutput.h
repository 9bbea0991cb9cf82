#pragma once

#include "service/changes/tuple.h"
#include "shared/base/lsn.h"
#include "shared/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace electric::changes {

// Messages of Postgres' logical decoding plugin pgoutput, protocol version 1 (Postgres docs, "Logical Replication Message
// Formats"). Reading them decides nothing about what they mean for us.
namespace pgoutput {

struct Begin {
    Lsn finalLsn;
    std::int64_t commitMicroseconds = 0; // since 2000-01-01
    std::uint32_t xid = 0;
};
struct Commit {
    Lsn lsn;
    Lsn endLsn;
};
struct Relation {
    std::uint32_t oid = 0;
    std::string schema;
    std::string name;
    std::vector<std::string> columns;
};
struct Insert {
    std::uint32_t relation = 0;
    Tuple newRow;
};
struct Update {
    std::uint32_t relation = 0;
    Tuple oldRow; // empty when Postgres sent none; the key alone when isKeyOnly
    Tuple newRow;
    bool isKeyOnly = false;
};
struct Delete {
    std::uint32_t relation = 0;
    Tuple oldRow;
    bool isKeyOnly = false;
};
struct Truncate {
    std::vector<std::uint32_t> relations;
    bool cascade = false;
    bool restartIdentity = false;
};
struct LogicalMessage {
    bool isTransactional = false;
    Lsn lsn;
    std::string_view prefix; // views into what was decoded
    std::string_view content;
};
struct Ignored { }; // Origin, Type

using Message = std::variant<Begin, Commit, Relation, Insert, Update, Delete, Truncate, LogicalMessage, Ignored>;

// Reads one message. Anything that does not add up is Malformed; Unsupported is what comes only to those who ask for it: streamed and
// two-phase transactions, and kinds that we do not know.
[[nodiscard]] Result<Message> decode(std::string_view bytes);

} // namespace pgoutput

} // namespace electric::changes
