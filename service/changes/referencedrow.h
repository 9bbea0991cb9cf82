#pragma once

#include "service/changes/transaction.h"

#include <optional>
#include <string_view>

namespace electric::changes {

// The prefix of the logical messages that name rows which a changed row points at (resources/sql/046_references.sql).
inline constexpr std::string_view referencedRowPrefix = "electric.fk_chain_touch";

// Reads such a message's content. Nothing when it has another shape: those of the original service lack the table's oid.
[[nodiscard]] std::optional<RowChange> readReferencedRow(std::string_view json);

} // namespace electric::changes
