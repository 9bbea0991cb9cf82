#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"
#include "service/where/expression.h"

#include <tl/expected.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace electric::where {

// Why a text is no condition: "At location N: reason" (spec/satellite.md §7.4). For errors of syntax N is where the parser stood, with what
// it was given before the text; the offset is always that in the text.
struct Problem {
    std::string message;
    std::size_t location = 0;
    std::size_t offset = 0; // in bytes
};

class Condition;
using ConditionPtr = std::shared_ptr<const Condition>;

// Compiles the `where` of a shape, spec/satellite.md §7.4 to §7.7, in which a table is called `this`. Null for an empty text: no condition.
// One rule stands above all: a row passes exactly when Postgres says TRUE to sql(). What cannot be had so is refused: arithmetic of
// floating point, multiplication, casts that not every value survives, patterns that are no constants, intervals that are none.
// Three things differ from what Postgres does with the text as it was written. Texts are ordered by bytes, and letter case (ILIKE, lower,
// upper) means ASCII; sql() says so with COLLATE "C". And what Postgres would fail on, and with it the whole query, is NULL: division by
// 0, dates calculated beyond their range, differences of infinite ones (which Postgres has since 17); sql() guards them (nullif, CASE).
// Sums do not overflow.
// Bounded, since clients ask: length of the text, words and operators, nesting, copies of what stands before IN and BETWEEN, bytes of
// patterns, uses of ||, lower and upper, dates calculated of dates.
[[nodiscard]] tl::expected<ConditionPtr, Problem> compile(
    std::string_view text, const schema::Table &table, const schema::Catalogue &catalogue);

// A compiled condition. Immutable; may be evaluated by several threads at once.
class Condition
{
public:
    // Use compile().
    Condition(Expression root, std::size_t columns);

    // Whether the condition is TRUE for the row: values in Postgres' text form, by column; missing ones at the end are NULL.
    [[nodiscard]] bool passes(std::span<const changes::Value> row) const;

    // The condition printed from its tree, in parentheses, for a query in which the table is called `alias`.
    [[nodiscard]] std::string sql(std::string_view alias) const;

    // What every row that passes has: one of these values, as Postgres prints them, in the column. For looking conditions up by a row.
    struct Requirement {
        std::size_t column = 0;
        std::vector<std::string> values;
    };
    [[nodiscard]] const std::vector<Requirement> &requirements() const { return m_requirements; }
    [[nodiscard]] const std::vector<bool> &usesColumn() const { return m_usesColumn; } // by column

private:
    const Expression m_root;
    std::vector<Requirement> m_requirements;
    std::vector<bool> m_usesColumn;
};

} // namespace electric::where
