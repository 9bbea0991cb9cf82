#pragma once

#include "service/changes/tags.h"
#include "service/writes/clienttransaction.h"

#include <optional>
#include <string>
#include <vector>

namespace electric::writes {

// Values in the column order of a table; none is NULL.
using Values = std::vector<std::optional<std::string>>;

// A row as Postgres has it: its values, else those of its last deletion, and what its shadow row says (spec/conflicts.md §1.1).
struct RowState {
    bool exists = false;
    std::optional<Values> values;                          // none: no trace of the row
    std::vector<changes::Tag> tags;                        // T; empty unless the row exists
    std::vector<std::optional<changes::Tag>> columnTags;   // c(i), by column; none for key columns
};

// Merges the operations of one client transaction on one row, one after the other, by the rules R1 to R10 of spec/conflicts.md §2.
// What is to be written is told afterwards. Knows no SQL and no other row.
class RowMerge
{
public:
    // `tag` is that of the transaction.
    RowMerge(const schema::Table &table, RowState state, changes::Tag tag);

    void apply(const Operation &operation);

    [[nodiscard]] bool existed() const { return m_existed; }
    [[nodiscard]] bool exists() const { return m_state.exists; }
    [[nodiscard]] const Values &values() const { return *m_state.values; } // when it exists
    [[nodiscard]] const std::vector<bool> &taken() const { return m_taken; } // columns that hold what the client wrote
    [[nodiscard]] const std::vector<changes::Tag> &tags() const { return m_state.tags; }
    [[nodiscard]] const std::vector<std::optional<changes::Tag>> &columnTags() const { return m_state.columnTags; }
    [[nodiscard]] bool lastWasDelete() const { return m_lastWasDelete; }
    [[nodiscard]] const std::optional<Values> &buried() const { return m_buried; } // values at its deletion, if there was one

private:
    void observe(const Operation &operation);
    void remove();
    void keep(const Operation &operation);
    [[nodiscard]] bool modifies(const Operation &operation, std::size_t column) const;

    const std::vector<std::size_t> m_keys;
    const changes::Tag m_tag;
    RowState m_state;
    const bool m_existed;
    std::vector<bool> m_taken;
    std::optional<Values> m_buried;
    bool m_lastWasDelete = false;
};

// Later is greater; at the same time the greater source, with Postgres the greatest (spec/conflicts.md §1.3).
[[nodiscard]] bool isOlder(const changes::Tag &one, const changes::Tag &other);

} // namespace electric::writes
