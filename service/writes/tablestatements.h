#pragma once

#include "service/schema/catalogue.h"

#include <string>
#include <vector>

namespace electric::writes {

// How a table and its companions are named and typed in Postgres, which the catalogue of clients does not say.
struct TablePlace {
    std::string shadow;             // quoted and qualified
    std::string tombstone;
    std::vector<std::string> types; // of the catalogue's columns, as casts write them
};

// The statements that merge any number of rows of one table at once. Parameters are text[], one a column, with one element a row.
// Rows are found by their keys, never by scanning (spec/postgres.md §6.3; the locking order is main, then shadow).
class TableStatements
{
public:
    TableStatements(const schema::Table &table, const TablePlace &place);

    // Parameters: the key columns. Each row begins with its place among the parameters, from 1.
    std::string lock;       // … the columns of the table
    std::string shadow;     // … the tags, the column tags of the other columns
    std::string tombstones; // … the columns of the table; of rows that are not there
    std::string remove;

    std::string insert;    // parameters: the columns
    std::string bury;      // the same, into the tombstones
    // Parameters: the key columns, then the columns at `changed`. No column: the row is written as it is.
    [[nodiscard]] std::string update(const std::vector<std::size_t> &changed) const;
    // Parameters: the key columns, the tags, whether the last operation was a delete, the column tags of the other columns; and last, not
    // an array, the transaction's tag.
    std::string mark;

    [[nodiscard]] const std::vector<std::size_t> &keys() const { return m_keys; }
    [[nodiscard]] const std::vector<std::size_t> &others() const { return m_others; }

private:
    [[nodiscard]] std::string given(const std::vector<std::size_t> &columns, bool numbered) const;
    [[nodiscard]] std::string cast(std::size_t column) const;
    [[nodiscard]] std::string matches(const std::string &alias) const;

    const schema::Table &m_table; // outlived by its owner's cache entry
    const TablePlace m_place;
    std::string m_main;
    std::vector<std::size_t> m_keys;
    std::vector<std::size_t> m_others;
};

} // namespace electric::writes
