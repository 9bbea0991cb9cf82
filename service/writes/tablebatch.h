#pragma once

#include "service/pg/connection.h"
#include "service/writes/rowmerge.h"
#include "service/writes/tablestatements.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace electric::writes {

// All that one client transaction does to one table: which rows are to be read, what becomes of them, which statements write it. Pure.
class TableBatch
{
public:
    TableBatch(std::shared_ptr<const schema::Table> table, std::shared_ptr<const TableStatements> statements)
        : m_table(std::move(table)), m_statements(std::move(statements))
    {
    }

    void add(const Operation &operation); // it must outlive this object
    void seal(); // no more operations; rows are in the order of their keys from here on, so that writers lock in one order

    [[nodiscard]] const schema::Table &table() const { return *m_table; }
    [[nodiscard]] const TableStatements &statements() const { return *m_statements; }
    [[nodiscard]] std::vector<pg::Parameter> keyParameters() const;

    // The answers to `lock`, `shadow` and `tombstones`.
    void merge(const pg::Rows &locked, const pg::Rows &shadows, const pg::Rows &tombstones, const changes::Tag &tag);

    struct Write {
        std::string sql;
        std::vector<pg::Parameter> parameters;
        long long rows = -1; // that must be written; -1: does not matter
    };
    // Inserts and updates, then what marks them; to be done for parents before their children. Deletes the other way round.
    [[nodiscard]] std::vector<Write> upserts(const changes::Tag &tag) const;
    [[nodiscard]] std::vector<Write> removals(const changes::Tag &tag) const;

private:
    struct Row {
        Values key;
        std::vector<const Operation *> operations;
        RowState state;
        std::unique_ptr<RowMerge> merge;
    };
    using Chosen = std::function<bool(const RowMerge &)>;

    [[nodiscard]] Write write(const std::string &sql, const std::vector<const Row *> &rows, const std::vector<std::size_t> &columns,
        const std::function<const Values &(const RowMerge &)> &values) const;
    [[nodiscard]] Write mark(const std::vector<const Row *> &rows, const changes::Tag &tag) const;
    void addUpdates(std::vector<Write> &writes) const;
    [[nodiscard]] std::vector<const Row *> rows(const Chosen &chosen) const;

    const std::shared_ptr<const schema::Table> m_table;
    const std::shared_ptr<const TableStatements> m_statements;
    std::map<Values, std::size_t> m_byKey;
    std::vector<Row> m_rows;
};

} // namespace electric::writes
