#pragma once

#include "service/changes/transaction.h"

#include <optional>
#include <string_view>

namespace electric::changes {

// Reads the content of a transactional message with the prefix electric.fk_chain_touch: a row that a written row refers to, as
// resources/sql/041_references.sql puts it into the log. Any session can write such messages, so those without `secret` (of
// electric.service_state, never empty) are not ours. Null: not ours, or of the original service, whose messages say less.
[[nodiscard]] std::optional<RowChange> readReferencedRow(std::string_view content, std::string_view secret);

inline constexpr std::string_view referencedRowPrefix = "electric.fk_chain_touch";

} // namespace electric::changes
