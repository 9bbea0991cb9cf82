#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace electric::wire {

// The rows of an encoded operation, by column. Views into the operation and into `rewritten`.
struct OperationRows {
    std::vector<changes::Value> newRow; // empty: the operation has none
    std::vector<changes::Value> oldRow;
    std::deque<std::string> rewritten; // values whose text on the wire is another than Postgres'
};

// The other way round of RowEncoder, for whoever has to look into rows that were encoded once for all: values in Postgres' text form,
// except for bytea, which stays as it is on the wire.
[[nodiscard]] OperationRows readOperation(const schema::Table &table, std::string_view operation);

// The same row, brought in by an insert: what an update is to a client that does not have the row.
void appendAsInsert(std::string &out, std::string_view operation);

// One value of the new row, or of the old one when there is no new one, without taking the rest apart. Empty for NULL.
[[nodiscard]] std::string_view valueOf(std::string_view operation, std::size_t column);

// The value in the new row and in the old one; twice the same when there is but one.
[[nodiscard]] std::pair<std::string_view, std::string_view> valuesOf(std::string_view operation, std::size_t column);

} // namespace electric::wire
