#pragma once

#include "service/pg/connection.h"
#include "service/schema/catalogue.h"

#include <map>
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
    [[nodiscard]] const std::string &selectRows() const { return m_selectRows; }
    // The same of shadow rows: their tag sets and their tags by column other than keys.
    [[nodiscard]] const std::string &selectShadows() const { return m_selectShadows; }
    [[nodiscard]] const std::string &selectTombstones() const { return m_selectTombstones; }

    // Rows with `given` columns, which include the keys. Fails with SQLSTATE EW001 when one is there by now.
    [[nodiscard]] const std::string &insertRows(const std::vector<bool> &given) const;
    // Sets `changed` columns; none: the rows are written as they are.
    [[nodiscard]] const std::string &updateRows(const std::vector<bool> &changed) const;
    [[nodiscard]] const std::string &deleteRows() const { return m_deleteRows; }
    [[nodiscard]] const std::string &putTombstones() const { return m_putTombstones; } // takes an array for each column, in order

    struct ShadowWrite {
        bool isNew = false;
        bool isDelete = false;
        bool hasOwnTagOnly = false; // else an array of tag sets follows the keys
        std::vector<bool> tagged; // columns

        friend auto operator<=>(const ShadowWrite &, const ShadowWrite &) = default;
    };
    // The transaction's tag follows as the last parameter. Fails like insertRows() when others made one meanwhile.
    [[nodiscard]] const std::string &writeShadows(const ShadowWrite &write) const;
    // The number of each row that is not there.
    [[nodiscard]] const std::string &selectMissing() const { return m_selectMissing; }
    // Puts the transaction's tag, the last parameter, on shadow rows as the last one, and changes nothing that the
    // rules look at. Rows that are not there are marked as not resolved.
    [[nodiscard]] const std::string &echoShadows() const { return m_echoShadows; }

private:
    struct Column {
        std::string name; // quoted
        std::string tag; // its tag's name, quoted
        std::string type;
    };
    // Made once each, since a small transaction would spend most of its time on them.
    void makeTexts();
    [[nodiscard]] std::string makeInsert(const std::vector<bool> &given) const;
    [[nodiscard]] std::string makeUpdate(const std::vector<bool> &changed) const;
    [[nodiscard]] std::string makeShadowWrite(const ShadowWrite &write) const;
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
    std::string m_selectRows;
    std::string m_selectShadows;
    std::string m_selectTombstones;
    std::string m_deleteRows;
    std::string m_putTombstones;
    std::string m_echoShadows;
    std::string m_selectMissing;
    mutable std::map<std::vector<bool>, std::string> m_inserts;
    mutable std::map<std::vector<bool>, std::string> m_updates;
    mutable std::map<ShadowWrite, std::string> m_shadowWrites;
};

} // namespace electric::writes
