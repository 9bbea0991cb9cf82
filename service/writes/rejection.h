#pragma once

#include "service/writes/clienttransaction.h"
#include "service/writes/pipeline.h"

#include <string>

namespace electric::writes
{

// The operations as JSON for electric.rejected_writes: [{"operation", "table", "row", "old_row", "tags"}, …]. Of more
// than 16 MB the rest is left out, and the last entry says how many.
[[nodiscard]] std::string operationsJson(const std::vector<Operation> &operations);

// Adds statements that record a refused transaction and drop what is too old or too much: 30 days, 10,000 transactions.
void record(Pipeline &pipeline, const ClientTransaction &transaction, const Failure &why);

// The text form of bytea.
[[nodiscard]] std::string hexBytes(std::string_view bytes);

} // namespace electric::writes
