#include "service/writes/mergebatch.h"

#include "service/writes/arraytext.h"

#include <algorithm>

namespace electric::writes {

namespace {

std::string columnArray(const std::vector<const std::optional<std::string> *> &values)
{
    ArrayText array;
    for (const auto *value : values)
        array.add(*value ? std::optional<std::string_view>(**value) : std::nullopt);
    return array.text();
}

std::string tagArrayText(const std::vector<changes::Tag> &tags)
{
    ArrayText array;
    for (const changes::Tag &tag : tags)
        array.add(changes::formatTag(tag));
    return array.text();
}

const changes::Tuple &rowOf(const Operation &operation)
{
    return operation.kind == Operation::Kind::Delete ? operation.oldRow : operation.row;
}

} // namespace

Result<MergeBatch> MergeBatch::make(std::span<const Operation> operations, const Tables &tables)
{
    std::map<schema::TableName, std::vector<const Operation *>> byTable;
    for (const Operation &one : operations)
        byTable[one.table->name].push_back(&one);
    MergeBatch made;
    for (const auto &[name, all] : byTable) {
        TableBatch batch;
        batch.statements = &tables.at(name);
        for (const Operation *one : all) {
            if (auto known = layOut(batch, *one->table); !known)
                return fail(known.error());
        }
        addRows(batch, all);
        made.m_batches.push_back(std::move(batch));
    }
    made.orderByReferences();
    return made;
}

Result<void> MergeBatch::layOut(TableBatch &batch, const schema::Table &table)
{
    if (batch.columns.contains(&table))
        return {};
    std::vector<std::size_t> &columns = batch.columns[&table];
    for (const schema::Column &column : table.columns) {
        const auto index = batch.statements->columnIndex(column.name);
        if (!index)
            return fail(Failure {Failure::Kind::NotFound,
                "the table " + batch.statements->qualifiedName() + " has no column \"" + column.name + "\" any more", "42703", {}});
        columns.push_back(*index);
    }
    return {};
}

void MergeBatch::addRows(TableBatch &batch, const std::vector<const Operation *> &operations)
{
    const auto keyOf = [&](const Operation &operation) {
        const std::vector<std::size_t> &columns = batch.columns.at(operation.table.get());
        RowState::Values key;
        for (const std::size_t column : batch.statements->keys()) {
            const auto at = std::size_t(std::find(columns.begin(), columns.end(), column) - columns.begin());
            key.emplace_back(at < columns.size() ? std::string(rowOf(operation).at(at).text) : std::string());
        }
        return key;
    };
    std::map<RowState::Values, std::size_t> numbers;
    for (const Operation *one : operations)
        numbers.emplace(keyOf(*one), 0);
    for (auto &[key, number] : numbers) {
        number = batch.keys.size();
        batch.keys.push_back(key);
    }
    for (const Operation *one : operations)
        batch.steps.push_back({one, &batch.columns.at(one->table.get()), numbers.at(keyOf(*one))});
}

// Depth first; circles are cut where they are met.
void MergeBatch::orderByReferences()
{
    std::vector<bool> seen(m_batches.size());
    const auto visit = [&](const auto &self, std::size_t at) -> void {
        if (seen[at])
            return;
        seen[at] = true;
        for (const schema::ForeignKey &key : m_batches[at].steps.front().operation->table->foreignKeys) {
            for (std::size_t other = 0; other < m_batches.size(); ++other) {
                if (m_batches[other].steps.front().operation->table->name == key.target)
                    self(self, other);
            }
        }
        m_order.push_back(at);
    };
    for (std::size_t at = 0; at < m_batches.size(); ++at)
        visit(visit, at);
}

std::vector<pg::Parameter> MergeBatch::keyArrays(const TableBatch &batch, const RowNumbers &rows)
{
    std::vector<pg::Parameter> arrays;
    for (std::size_t key = 0; key < batch.statements->keys().size(); ++key) {
        ArrayText array;
        for (const std::size_t row : rows)
            array.add(*batch.keys[row][key]);
        arrays.emplace_back(array.text());
    }
    return arrays;
}

std::vector<pg::Parameter> MergeBatch::keyArrays(const TableBatch &batch)
{
    RowNumbers all(batch.keys.size());
    for (std::size_t row = 0; row < all.size(); ++row)
        all[row] = row;
    return keyArrays(batch, all);
}

void MergeBatch::read(Pipeline &pipeline) const
{
    std::vector<std::vector<pg::Parameter>> keys;
    for (const TableBatch &batch : m_batches)
        keys.push_back(keyArrays(batch));
    for (std::size_t at = 0; at < m_batches.size(); ++at)
        pipeline.add(m_batches[at].statements->selectRows(), keys[at]);
    for (std::size_t at = 0; at < m_batches.size(); ++at)
        pipeline.add(m_batches[at].statements->selectShadows(), keys[at]);
    for (std::size_t at = 0; at < m_batches.size(); ++at)
        pipeline.add(m_batches[at].statements->selectTombstones(), std::move(keys[at]));
}

void MergeBatch::readState(TableBatch &batch, const pg::Rows &rows, const pg::Rows &shadows, const pg::Rows &tombstones)
{
    const auto number = [](const pg::Rows &from, int row) { return std::size_t(std::stoull(std::string(from.text(row, 0)))) - 1; };
    const auto values = [&](const pg::Rows &from, int row) {
        RowState::Values all(batch.statements->width());
        for (std::size_t column = 0; column < all.size(); ++column) {
            if (!from.isNull(row, int(column) + 1))
                all[column] = std::string(from.text(row, int(column) + 1));
        }
        return all;
    };
    batch.states.assign(batch.keys.size(), {});
    for (int row = 0; row < rows.count(); ++row)
        batch.states[number(rows, row)].row = values(rows, row);
    for (int row = 0; row < tombstones.count(); ++row)
        batch.states[number(tombstones, row)].tombstone = values(tombstones, row);
    changes::TagArrayReader reader;
    for (int row = 0; row < shadows.count(); ++row) {
        RowState &state = batch.states[number(shadows, row)];
        state.hasShadow = true;
        for (const std::string &text : reader.read(shadows.text(row, 1))) {
            if (auto tag = changes::parseClientTag(text))
                state.tags.push_back(std::move(*tag));
        }
        state.columnTags.resize(batch.statements->width());
        int at = 2;
        for (std::size_t column = 0; column < state.columnTags.size(); ++column) {
            if (batch.statements->isKey()[column])
                continue;
            if (!shadows.isNull(row, at))
                state.columnTags[column] = changes::parseTag(shadows.text(row, at));
            ++at;
        }
    }
}

bool MergeBatch::take(std::span<const pg::Rows> answers, const changes::Tag &tag, bool trustTags)
{
    const std::size_t count = m_batches.size();
    for (std::size_t at = 0; at < count; ++at) {
        TableBatch &batch = m_batches[at];
        readState(batch, answers[at], answers[count + at], answers[2 * count + at]);
        for (RowState &state : batch.states) {
            // Tags of a row that is not there: it came after its row was looked for, or they were left behind.
            if (!state.row && !state.tags.empty() && !trustTags)
                return false;
            batch.merges.emplace_back(std::move(state), batch.statements->isKey());
        }
        batch.states.clear();
        for (const Step &step : batch.steps)
            batch.merges[step.row].apply(*step.operation, *step.columns, tag);
    }
    return true;
}

void MergeBatch::write(Pipeline &pipeline, const changes::Tag &tag)
{
    m_expected.clear();
    for (const std::size_t at : m_order) {
        writeRows(m_batches[at], pipeline);
        writeShadows(m_batches[at], pipeline, tag, false);
    }
    for (auto at = m_order.rbegin(); at != m_order.rend(); ++at) {
        removeRows(m_batches[*at], pipeline);
        writeShadows(m_batches[*at], pipeline, tag, true);
    }
}

void MergeBatch::writeRows(TableBatch &batch, Pipeline &pipeline)
{
    std::map<std::vector<bool>, RowNumbers> inserts;
    std::map<std::vector<bool>, RowNumbers> updates;
    for (std::size_t row = 0; row < batch.merges.size(); ++row) {
        const RowMerge &merge = batch.merges[row];
        if (merge.isThere())
            merge.wasThere() ? updates[merge.changed()].push_back(row) : inserts[merge.given()].push_back(row);
    }
    const auto parameters = [&](const std::vector<bool> &columns, const RowNumbers &rows) {
        auto arrays = keyArrays(batch, rows);
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (batch.statements->isKey()[column] || !columns[column])
                continue;
            std::vector<const std::optional<std::string> *> values;
            for (const std::size_t row : rows)
                values.push_back(&batch.merges[row].values()[column]);
            arrays.emplace_back(columnArray(values));
        }
        return arrays;
    };
    for (const auto &[given, rows] : inserts) {
        pipeline.add(batch.statements->insertRows(given), parameters(given, rows));
        expect(rows.size());
    }
    for (const auto &[changed, rows] : updates) {
        pipeline.add(batch.statements->updateRows(changed), parameters(changed, rows));
        m_expected.emplace_back();
    }
}

void MergeBatch::writeShadows(TableBatch &batch, Pipeline &pipeline, const changes::Tag &tag, bool gone)
{
    std::map<TableStatements::ShadowWrite, RowNumbers> writes;
    for (std::size_t row = 0; row < batch.merges.size(); ++row) {
        const RowMerge &merge = batch.merges[row];
        if (merge.isThere() == gone)
            continue;
        const bool isOwnOnly = merge.tags().size() == 1 && merge.tags().front() == tag;
        writes[{!merge.hadShadow(), merge.isDelete(), isOwnOnly, merge.tagged()}].push_back(row);
    }
    for (const auto &[write, rows] : writes) {
        auto parameters = keyArrays(batch, rows);
        if (!write.hasOwnTagOnly) {
            ArrayText tags;
            for (const std::size_t row : rows)
                tags.add(tagArrayText(batch.merges[row].tags()));
            parameters.emplace_back(tags.text());
        }
        parameters.emplace_back(changes::formatTag(tag));
        pipeline.add(batch.statements->writeShadows(write), std::move(parameters));
        write.isNew ? expect(rows.size()) : void(m_expected.emplace_back());
    }
}

void MergeBatch::removeRows(TableBatch &batch, Pipeline &pipeline)
{
    RowNumbers removed;
    RowNumbers buried;
    for (std::size_t row = 0; row < batch.merges.size(); ++row) {
        if (batch.merges[row].wasThere() && !batch.merges[row].isThere())
            removed.push_back(row);
        if (batch.merges[row].buried())
            buried.push_back(row);
    }
    if (!removed.empty()) {
        pipeline.add(batch.statements->deleteRows(), keyArrays(batch, removed));
        m_expected.emplace_back();
    }
    if (buried.empty())
        return;
    std::vector<pg::Parameter> arrays;
    for (std::size_t column = 0; column < batch.statements->width(); ++column) {
        std::vector<const std::optional<std::string> *> values;
        for (const std::size_t row : buried)
            values.push_back(&(*batch.merges[row].buried())[column]);
        arrays.emplace_back(columnArray(values));
    }
    pipeline.add(batch.statements->putTombstones(), std::move(arrays));
    m_expected.emplace_back();
}

void MergeBatch::echo(Pipeline &pipeline, const changes::Tag &tag, bool withRows) const
{
    for (const std::size_t at : m_order) {
        if (withRows)
            pipeline.add(
                m_batches[at].statements->updateRows(std::vector<bool>(m_batches[at].statements->width())), keyArrays(m_batches[at]));
    }
    for (const std::size_t at : m_order) {
        auto parameters = keyArrays(m_batches[at]);
        parameters.emplace_back(changes::formatTag(tag));
        pipeline.add(m_batches[at].statements->echoShadows(), std::move(parameters));
    }
}

bool MergeBatch::isComplete(std::span<const pg::Rows> answers) const
{
    for (std::size_t at = 0; at < m_expected.size(); ++at) {
        if (m_expected[at] && answers[at].affected() != static_cast<long long>(*m_expected[at]))
            return false;
    }
    return true;
}

} // namespace electric::writes
