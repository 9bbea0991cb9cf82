#pragma once

#include "service/changes/tags.h"
#include "service/writes/clienttransaction.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace electric::writes {

// What Postgres has of one row: the row itself, its last values when it was deleted, and its tags (spec/conflicts.md
// §1.1).
struct RowState {
    using Values = std::vector<std::optional<std::string>>; // by column; none is NULL

    std::optional<Values> row;
    std::optional<Values> tombstone;
    bool hasShadow = false;
    std::vector<changes::Tag> tags;
    std::vector<std::optional<changes::Tag>> columnTags; // by column; keys have none
};

// Merges operations of one transaction into one row by the rules R1 to R10 of spec/conflicts.md. Decides only: what
// Postgres has comes in, what it shall have comes out.
class RowMerge
{
public:
    // `isKey` tells for each column whether it is part of the primary key.
    RowMerge(RowState before, const std::vector<bool> &isKey);

    // `columns` leads from the columns of the operation's table to those of this row.
    void apply(const Operation &operation, const std::vector<std::size_t> &columns, const changes::Tag &tag);

    [[nodiscard]] bool wasThere() const { return m_wasThere; }
    [[nodiscard]] bool isThere() const { return m_isThere; }
    [[nodiscard]] bool hadShadow() const { return m_state.hasShadow; }
    [[nodiscard]] bool isDelete() const { return m_isDelete; } // the last operation
    [[nodiscard]] const RowState::Values &values() const { return m_values; }
    [[nodiscard]] const std::vector<changes::Tag> &tags() const { return m_state.tags; }
    // Columns that a new row has values for; the others get what Postgres gives them.
    [[nodiscard]] const std::vector<bool> &given() const { return m_given; }
    [[nodiscard]] const std::vector<bool> &changed() const { return m_changed; } // columns of a row that was there
    [[nodiscard]] const std::vector<bool> &tagged() const { return m_tagged; } // columns that now carry the transaction's tag
    // The values to keep of a row that was deleted, also when it is back.
    [[nodiscard]] const std::optional<RowState::Values> &buried() const { return m_buried; }

private:
    void observe(const std::vector<std::string> &tags);
    void bringBack(const Operation &operation, const std::vector<std::size_t> &columns);

    const std::vector<bool> &m_isKey;
    RowState m_state;
    RowState::Values m_values;
    std::vector<bool> m_given;
    std::vector<bool> m_changed;
    std::vector<bool> m_tagged;
    std::optional<RowState::Values> m_buried;
    bool m_wasThere;
    bool m_isThere;
    bool m_isDelete = false;
};

// Later is greater; at the same time the greater source, with Postgres the greatest (spec/conflicts.md §1.3).
[[nodiscard]] bool isBefore(const changes::Tag &one, const changes::Tag &other);

} // namespace electric::writes
