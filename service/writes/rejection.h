#pragma once

#include "service/writes/clienttransaction.h"
#include "service/writes/pipeline.h"

namespace electric::writes {

// The statements that put a refused transaction on record, for people to look at and to try again, and that keep the record small.
// `lsn` is in the hexadecimal form of bytea.
void addRejection(Pipeline &pipeline, const ClientTransaction &transaction, const std::string &lsn, const Failure &why);

// Its operations as JSON: [{"table": …, "operation": "update", "row": {…}, "old": {…}, "tags": […]}]. What does not fit into `mostBytes` is
// left out, which the last element says.
[[nodiscard]] std::string operationsAsJson(const ClientTransaction &transaction, std::size_t mostBytes);

} // namespace electric::writes
