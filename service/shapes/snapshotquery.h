#pragma once

#include "service/schema/catalogue.h"

#include <string>
#include <vector>

namespace electric::shapes {

// A COPY of every row of the table that the user may see – those of a table with a column electric_user_id belong to that user, or to
// everybody when it is NULL or empty (spec/satellite.md §5.7, as the stream has it): first the shadow row's tags (\N for a row that has
// none), then all columns in the catalogue's order. `shadowTable` is the quoted, qualified name.
[[nodiscard]] std::string copyRows(const schema::Table &table, const std::string &shadowTable, const std::string &userId);

// A COPY of the same rows' primary keys, laid out as a whole row: the columns that are not in the key are \N.
[[nodiscard]] std::string copyKeys(const schema::Table &table, const std::string &userId);

// The tables, those that others point at before those that point at them, so that a client that checks foreign keys as it goes
// is content. Within a cycle the given order stays.
[[nodiscard]] std::vector<std::shared_ptr<const schema::Table>> parentsFirst(std::vector<std::shared_ptr<const schema::Table>> tables);

} // namespace electric::shapes
