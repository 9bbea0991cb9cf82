#include "service/writes/tablebatch.h"

#include "service/writes/arrayliteral.h"

#include <algorithm>

namespace electric::writes {

namespace {

std::optional<std::string> textAt(const pg::Rows &rows, int row, int column)
{
    return rows.isNull(row, column) ? std::nullopt : std::optional<std::string>(rows.text(row, column));
}

std::size_t placeOf(const pg::Rows &rows, int row)
{
    return std::stoul(std::string(rows.text(row, 0))) - 1;
}

Values valuesOf(const pg::Rows &rows, int row)
{
    Values values;
    for (int column = 1; column < rows.columns(); ++column)
        values.push_back(textAt(rows, row, column));
    return values;
}

std::string tagArray(const std::vector<changes::Tag> &tags)
{
    ArrayLiteral array;
    for (const changes::Tag &tag : tags)
        array.append(changes::formatTag(tag));
    return array.take();
}

} // namespace

void TableBatch::add(const Operation &operation)
{
    const changes::Tuple &tuple = operation.kind == Operation::Kind::Delete ? operation.oldRow : operation.row;
    Values key;
    for (const std::size_t column : m_statements->keys())
        key.emplace_back(std::string(tuple.at(column).text));
    const auto [found, isNew] = m_byKey.try_emplace(std::move(key), m_rows.size());
    if (isNew)
        m_rows.push_back({found->first, {}, {}, {}});
    m_rows[found->second].operations.push_back(&operation);
}

void TableBatch::seal()
{
    m_byKey.clear();
    std::sort(m_rows.begin(), m_rows.end(), [](const Row &one, const Row &other) { return one.key < other.key; });
}

std::vector<pg::Parameter> TableBatch::keyParameters() const
{
    std::vector<ArrayLiteral> arrays(m_statements->keys().size());
    for (const Row &row : m_rows)
        for (std::size_t at = 0; at < arrays.size(); ++at)
            arrays[at].appendValue(row.key[at]);
    std::vector<pg::Parameter> parameters;
    for (ArrayLiteral &array : arrays)
        parameters.emplace_back(array.take());
    return parameters;
}

void TableBatch::merge(const pg::Rows &locked, const pg::Rows &shadows, const pg::Rows &tombstones, const changes::Tag &tag)
{
    for (int row = 0; row < locked.count(); ++row) {
        RowState &state = m_rows[placeOf(locked, row)].state;
        state.exists = true;
        state.values = valuesOf(locked, row);
    }
    for (int row = 0; row < tombstones.count(); ++row)
        if (RowState &state = m_rows[placeOf(tombstones, row)].state; !state.exists)
            state.values = valuesOf(tombstones, row);
    changes::TagArrayReader reader;
    const auto &others = m_statements->others();
    for (int row = 0; row < shadows.count(); ++row) {
        RowState &state = m_rows[placeOf(shadows, row)].state;
        for (const std::string &text : reader.read(shadows.text(row, 1)))
            if (auto live = changes::parseClientTag(text))
                state.tags.push_back(*std::move(live));
        state.columnTags.resize(m_table->columns.size());
        for (std::size_t at = 0; at < others.size(); ++at)
            if (const int column = int(at) + 2; !shadows.isNull(row, column))
                state.columnTags[others[at]] = changes::parseTag(shadows.text(row, column));
    }
    for (Row &row : m_rows) {
        row.merge = std::make_unique<RowMerge>(*m_table, std::move(row.state), tag);
        for (const Operation *const operation : row.operations)
            row.merge->apply(*operation);
    }
}

std::vector<const TableBatch::Row *> TableBatch::rows(const Chosen &chosen) const
{
    std::vector<const Row *> found;
    for (const Row &row : m_rows)
        if (chosen(*row.merge))
            found.push_back(&row);
    return found;
}

std::vector<TableBatch::Write> TableBatch::upserts(const changes::Tag &tag) const
{
    std::vector<Write> writes;
    std::vector<std::size_t> all(m_table->columns.size());
    for (std::size_t column = 0; column < all.size(); ++column)
        all[column] = column;
    if (const auto fresh = rows([](const RowMerge &one) { return one.exists() && !one.existed(); }); !fresh.empty())
        writes.push_back(write(m_statements->insert, fresh, all, &RowMerge::values));
    addUpdates(writes);
    if (const auto present = rows(&RowMerge::exists); !present.empty())
        writes.push_back(mark(present, tag));
    return writes;
}

// One statement for each set of columns. A row whose values stay is written all the same: it must travel back to its author (R9).
void TableBatch::addUpdates(std::vector<Write> &writes) const
{
    std::map<std::vector<std::size_t>, std::vector<const Row *>> bySet;
    for (const Row *const row : rows([](const RowMerge &one) { return one.exists() && one.existed(); })) {
        std::vector<std::size_t> changed;
        for (std::size_t column = 0; column < row->merge->taken().size(); ++column)
            if (row->merge->taken()[column])
                changed.push_back(column);
        bySet[std::move(changed)].push_back(row);
    }
    for (const auto &[changed, same] : bySet) {
        std::vector<std::size_t> columns = m_statements->keys();
        columns.insert(columns.end(), changed.begin(), changed.end());
        writes.push_back(write(m_statements->update(changed), same, columns, &RowMerge::values));
    }
}

std::vector<TableBatch::Write> TableBatch::removals(const changes::Tag &tag) const
{
    std::vector<Write> writes;
    if (const auto gone = rows([](const RowMerge &one) { return one.existed() && !one.exists(); }); !gone.empty())
        writes.push_back(write(m_statements->remove, gone, m_statements->keys(), [](const RowMerge &one) -> const Values & { return *one.buried(); }));
    std::vector<std::size_t> all(m_table->columns.size());
    for (std::size_t column = 0; column < all.size(); ++column)
        all[column] = column;
    if (const auto buried = rows([](const RowMerge &one) { return !one.exists() && one.buried(); }); !buried.empty()) {
        writes.push_back(write(m_statements->bury, buried, all, [](const RowMerge &one) -> const Values & { return *one.buried(); }));
        writes.back().rows = -1;
    }
    if (const auto absent = rows([](const RowMerge &one) { return !one.exists(); }); !absent.empty())
        writes.push_back(mark(absent, tag));
    return writes;
}

TableBatch::Write TableBatch::write(const std::string &sql, const std::vector<const Row *> &chosen, const std::vector<std::size_t> &columns,
    const std::function<const Values &(const RowMerge &)> &values) const
{
    std::vector<ArrayLiteral> arrays(columns.size());
    for (const Row *const row : chosen)
        for (std::size_t at = 0; at < columns.size(); ++at)
            arrays[at].appendValue(values(*row->merge)[columns[at]]);
    Write made {sql, {}, static_cast<long long>(chosen.size())};
    for (ArrayLiteral &array : arrays)
        made.parameters.emplace_back(array.take());
    return made;
}

TableBatch::Write TableBatch::mark(const std::vector<const Row *> &chosen, const changes::Tag &tag) const
{
    const auto &others = m_statements->others();
    std::vector<ArrayLiteral> keys(m_statements->keys().size());
    ArrayLiteral tags;
    ArrayLiteral isDelete;
    std::vector<ArrayLiteral> columnTags(others.size());
    for (const Row *const row : chosen) {
        for (std::size_t at = 0; at < keys.size(); ++at)
            keys[at].appendValue(row->key[at]);
        tags.append(tagArray(row->merge->tags()));
        isDelete.append(row->merge->lastWasDelete() ? "t" : "f");
        for (std::size_t at = 0; at < others.size(); ++at) {
            const auto &columnTag = row->merge->columnTags()[others[at]];
            columnTags[at].appendValue(columnTag ? std::optional<std::string>(changes::formatTag(*columnTag)) : std::nullopt);
        }
    }
    Write made {m_statements->mark, {}, -1};
    for (ArrayLiteral &array : keys)
        made.parameters.emplace_back(array.take());
    made.parameters.emplace_back(tags.take());
    made.parameters.emplace_back(isDelete.take());
    for (ArrayLiteral &array : columnTags)
        made.parameters.emplace_back(array.take());
    made.parameters.emplace_back(changes::formatTag(tag));
    return made;
}

} // namespace electric::writes
