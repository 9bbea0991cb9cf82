#pragma once

#include "service/pg/connection.h"
#include "service/schema/catalogue.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace electric::writes {

// An electrified table as Postgres has it now, and the statements that read and write many of its rows at once. Each
// takes an array for each key column, then for each further column, as far as it names any; rows are found by their
// keys' index only.
class TableStatements
{
public:
    // Asks Postgres for the columns.
    static Result<TableStatements> load(pg::Connection &connection, const schema::TableName &name);

    [[nodiscard]] const std::string &qualifiedName() const { return m_table; }
    [[nodiscard]] std::size_t width() const { return m_columns.size(); }
    [[nodiscard]] const std::vector<bool> &isKey() const { return m_isKey; }
    [[nodiscard]] const std::vector<std::size_t> &keys() const { return m_keys; }
    [[nodiscard]] std::optional<std::size_t> columnIndex(std::string_view name) const;

    // The number of each row found, from 1, and all its columns. Locks them.
    [[nodiscard]] std::string selectRows() const;
    // The same of shadow rows: their tag sets and their tags by column other than keys.
    [[nodiscard]] std::string selectShadows() const;
    [[nodiscard]] std::string selectTombstones() const;

    // Rows with `given` columns, which include the keys. Leaves keys alone that are there by now.
    [[nodiscard]] std::string insertRows(const std::vector<bool> &given) const;
    // Sets `changed` columns; none: the rows are written as they are.
    [[nodiscard]] std::string updateRows(const std::vector<bool> &changed) const;
    [[nodiscard]] std::string deleteRows() const;
    [[nodiscard]] std::string putTombstones() const; // takes an array for each column, in order

    struct ShadowWrite {
        bool isNew = false;
        bool isDelete = false;
        bool hasOwnTagOnly = false; // else an array of tag sets follows the keys
        std::vector<bool> tagged; // columns

        friend auto operator<=>(const ShadowWrite &, const ShadowWrite &) = default;
    };
    // The transaction's tag follows as the last parameter. New rows that others made meanwhile are left alone.
    [[nodiscard]] std::string writeShadows(const ShadowWrite &write) const;
    // Puts the transaction's tag, the last parameter, on shadow rows as the last one, and changes nothing that the
    // rules look at. Rows that are not there are marked as not resolved.
    [[nodiscard]] std::string echoShadows() const;

private:
    struct Column {
        std::string name; // quoted
        std::string tag; // its tag's name, quoted
        std::string type;
    };
    [[nodiscard]] std::string given(const std::vector<std::size_t> &columns, const std::string &further = {}) const;
    [[nodiscard]] std::string select(const std::string &what, const std::string &from, const std::string &locked) const;
    [[nodiscard]] std::string list(const std::vector<std::size_t> &columns, const std::string &before = {}) const;
    [[nodiscard]] std::string isGivenKey() const; // x is the row, k what is given
    [[nodiscard]] std::vector<std::size_t> keysAnd(const std::vector<bool> &columns) const;

    std::string m_table;
    std::string m_shadow;
    std::string m_tombstone;
    std::vector<std::string> m_names;
    std::vector<Column> m_columns;
    std::vector<bool> m_isKey;
    std::vector<std::size_t> m_keys;
    std::vector<std::size_t> m_all;
};

} // namespace electric::writes
