#pragma once

#include "service/proxy/statements.h"

class QJsonObject;

namespace electric::proxy {

// Judges the subcommands of libpg_query's AlterTableStmt as if the table were electrified (spec/proxy.md §2.5): fills
// in kind, additions, captured, and the objection of the first subcommand that is refused.
void readAlterTable(const QJsonObject &node, Statement &into);

// What the client is told for an objection; `table` as "schema"."name".
struct Refusal {
    std::string message;
    std::string detail;
    std::string hint;
};
[[nodiscard]] Refusal refusalOf(const Objection &objection, const std::string &table);

} // namespace electric::proxy
