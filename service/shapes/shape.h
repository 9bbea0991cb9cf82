#pragma once

#include "service/schema/catalogue.h"
#include "service/where/condition.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace electric::shapes {

// One level of the tree of tables that a shape selects from (spec/satellite.md §7.8).
struct Layer {
    enum class Way : std::uint8_t {
        Root, // rows by their condition alone
        ToMany, // rows that point at a row of the layer above
        ToOne, // rows that a row of the layer above points at
    };
    Way way = Way::Root;
    std::size_t above = 0; // index of the layer above; of no meaning for the root
    std::shared_ptr<const schema::Table> table;
    where::ConditionPtr condition {}; // null: none; always null for ToOne
    std::string conditionText {}; // to be compiled again when the table changes
    // The foreign key that leads here: columns of this table (ToMany) or of the one above (ToOne), in the order of the columns that they
    // point at, which are the primary key of the other table.
    std::vector<std::size_t> foreignKey {};
};

// A shape of which only some rows are wanted. Layers stand behind the one that they hang on.
struct Shape {
    std::vector<Layer> layers;

    [[nodiscard]] bool isSingleTable() const { return layers.size() == 1; }
};
using ShapePtr = std::shared_ptr<const Shape>;

// The columns of `from` that make a reference to the primary key of `to`, in that key's order; empty when the foreign key points at
// something else.
[[nodiscard]] std::vector<std::size_t> referenceColumns(const schema::ForeignKey &key, const schema::Table &from, const schema::Table &to);

// The same shape for tables that have changed; null when one of them is no longer electrified.
[[nodiscard]] ShapePtr withTablesOf(const Shape &shape, const schema::Catalogue &catalogue);

} // namespace electric::shapes
