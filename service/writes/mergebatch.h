#pragma once

#include "service/writes/pipeline.h"
#include "service/writes/rowmerge.h"
#include "service/writes/tablestatements.h"

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace electric::writes {

// Brings operations of one transaction into their tables with a handful of statements a table: what concerns a row is
// read and locked, merged, and written once. Two round trips: read() adds statements, take() takes what they gave,
// write() adds the statements that store the result, and isComplete() judges their answers. All within the caller's
// transaction.
//
// Rows of all tables are locked first, shadow rows second, each in the order of their keys: nobody waits for us in a
// circle who does the same.
class MergeBatch
{
public:
    using Tables = std::map<schema::TableName, TableStatements>; // must outlive the batch

    // Fails when an operation names a column that its table has no more.
    static Result<MergeBatch> make(std::span<const Operation> operations, const Tables &tables);

    void read(Pipeline &pipeline) const;
    // `answers` begins with the first of read(). False: the rows were changed while they were read; the transaction
    // must begin anew.
    [[nodiscard]] bool take(std::span<const pg::Rows> answers, const changes::Tag &tag, bool trustTags);

    void write(Pipeline &pipeline, const changes::Tag &tag);
    // `answers` begins with the first of write(). False as in take().
    [[nodiscard]] bool isComplete(std::span<const pg::Rows> answers) const;

    // Instead of all that: adds statements that write the rows as they are, so that the log gives them back to the
    // author of the operations. Without rows, it gets his transaction alone.
    void echo(Pipeline &pipeline, const changes::Tag &tag, bool withRows) const;

private:
    struct Step {
        const Operation *operation = nullptr;
        const std::vector<std::size_t> *columns = nullptr; // where its values belong
        std::size_t row = 0;
    };
    struct TableBatch {
        const TableStatements *statements = nullptr;
        std::map<const schema::Table *, std::vector<std::size_t>> columns; // of the table, by those of a version of it
        std::vector<RowState::Values> keys; // by row, in the order of locking
        std::vector<Step> steps;
        std::vector<RowState> states;
        std::vector<RowMerge> merges;
    };
    using RowNumbers = std::vector<std::size_t>;

    static Result<void> layOut(TableBatch &batch, const schema::Table &table);
    static void addRows(TableBatch &batch, const std::vector<const Operation *> &operations);
    static std::vector<pg::Parameter> keyArrays(const TableBatch &batch);
    static std::vector<pg::Parameter> keyArrays(const TableBatch &batch, const RowNumbers &rows);
    static void readState(TableBatch &batch, const pg::Rows &rows, const pg::Rows &shadows, const pg::Rows &tombstones);
    void orderByReferences();
    void writeRows(TableBatch &batch, Pipeline &pipeline);
    void writeShadows(TableBatch &batch, Pipeline &pipeline, const changes::Tag &tag, bool gone);
    void removeRows(TableBatch &batch, Pipeline &pipeline);
    void expect(std::size_t rows) { m_expected.emplace_back(rows); }

    std::vector<TableBatch> m_batches; // in the order of locking
    std::vector<std::size_t> m_order; // of writing: what others refer to comes first
    std::vector<std::optional<std::size_t>> m_expected; // rows that each statement of write() must have written
};

} // namespace electric::writes
