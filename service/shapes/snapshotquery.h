#pragma once

#include "service/schema/catalogue.h"
#include "service/shapes/snapshotsource.h"

#include <string>
#include <vector>

namespace electric::shapes {

// A COPY of every row of the table that the user may see – those of a table with a column electric_user_id belong to that user, or to
// everybody when it is NULL or empty (spec/satellite.md §5.7, as the stream has it): first the shadow row's tags (\N for a row that has
// none), then all columns in the catalogue's order. `shadowTable` is the quoted, qualified name.
[[nodiscard]] std::string copyRows(const schema::Table &table, const std::string &shadowTable, const std::string &userId);

// A COPY of the same rows' primary keys, laid out as a whole row: the columns that are not in the key are \N. Rows that one of the
// shapes shows to the user are left out.
[[nodiscard]] std::string copyKeys(const schema::Table &table, const std::string &userId, const std::vector<ShapePtr> &excluded);

// A COPY of the rows that a selection of the request has in one of its layers, laid out as copyRows() does; with keysOnly without tags,
// and with keys and references only.
[[nodiscard]] std::string copyLayer(
    const SnapshotRequest &request, const Selection &selection, std::size_t layer, const std::string &shadowTable);
// The layers of a selection, in the order in which they are to be read.
[[nodiscard]] std::vector<std::size_t> layersOf(const Selection &selection);
// The columns of a layer's table that its rows' places in the shape depend upon: primary key and references.
[[nodiscard]] std::vector<bool> placeColumns(const Shape &shape, std::size_t layer);

// A SELECT of `what` for the rows of the table, called `t`, that the user gets by a shape, each once whatever leads to it; null: of the
// whole table. For people to look at.
[[nodiscard]] std::string selectRows(const std::string &what, const schema::Table &table, const ShapePtr &shape, const std::string &userId);

// The tables, those that others point at before those that point at them, so that a client that checks foreign keys as it goes
// is content. Within a cycle the given order stays.
[[nodiscard]] std::vector<std::shared_ptr<const schema::Table>> parentsFirst(std::vector<std::shared_ptr<const schema::Table>> tables);

} // namespace electric::shapes
