#include "service/writes/rowmerge.h"

#include "service/changes/transaction.h"

#include <algorithm>

namespace electric::writes {

namespace {

Values valuesOf(const changes::Tuple &tuple)
{
    Values values(tuple.size());
    for (std::size_t column = 0; column < tuple.size(); ++column)
        if (const auto value = tuple.at(column); value.kind == changes::Value::Kind::Text)
            values[column] = std::string(value.text);
    return values;
}

std::optional<std::string> valueAt(const changes::Tuple &tuple, std::size_t column)
{
    const auto value = tuple.at(column);
    return value.kind == changes::Value::Kind::Text ? std::optional<std::string>(value.text) : std::nullopt;
}

} // namespace

bool isOlder(const changes::Tag &one, const changes::Tag &other)
{
    if (one.timestampMs != other.timestampMs)
        return one.timestampMs < other.timestampMs;
    if (other.origin == changes::postgresOrigin)
        return one.origin != changes::postgresOrigin;
    return one.origin != changes::postgresOrigin && one.origin < other.origin;
}

RowMerge::RowMerge(const schema::Table &table, RowState state, changes::Tag tag)
    : m_keys(table.keyIndexes()), m_tag(std::move(tag)), m_state(std::move(state)), m_existed(m_state.exists), m_taken(table.columns.size())
{
    m_state.columnTags.resize(table.columns.size());
    if (m_state.values)
        m_state.values->resize(table.columns.size());
    if (!m_state.exists)
        m_state.tags.clear(); // a row that went without its triggers, as in databases of the original
    else if (m_state.tags.empty())
        m_state.tags.push_back({0, std::string(changes::postgresOrigin)}); // older than electrification: clients know it by this tag (§1.1)
}

void RowMerge::apply(const Operation &operation)
{
    m_lastWasDelete = operation.kind == Operation::Kind::Delete;
    observe(operation);
    if (m_state.tags.empty())
        remove();
    else if (!m_lastWasDelete)
        keep(operation);
}

// R1, R2
void RowMerge::observe(const Operation &operation)
{
    for (const std::string &text : operation.observedTags)
        if (const auto observed = changes::parseClientTag(text))
            std::erase(m_state.tags, *observed);
    if (operation.kind == Operation::Kind::Delete)
        return;
    std::erase(m_state.tags, m_tag);
    m_state.tags.push_back(m_tag);
}

// R3
void RowMerge::remove()
{
    if (m_state.exists)
        m_buried = m_state.values;
    m_state.exists = false;
}

// R4, R5
void RowMerge::keep(const Operation &operation)
{
    if (!m_state.values)
        m_state.values = valuesOf(operation.row);
    m_state.exists = true;
    for (const std::size_t key : m_keys)
        (*m_state.values)[key] = valueAt(operation.row, key);
    for (std::size_t column = 0; column < m_taken.size(); ++column) {
        auto &columnTag = m_state.columnTags[column];
        if (!modifies(operation, column) || (columnTag && isOlder(m_tag, *columnTag)))
            continue;
        (*m_state.values)[column] = valueAt(operation.row, column);
        m_taken[column] = true;
        columnTag = m_tag;
    }
}

bool RowMerge::modifies(const Operation &operation, std::size_t column) const
{
    if (operation.kind == Operation::Kind::Compensation || operation.kind == Operation::Kind::Delete)
        return false;
    if (std::find(m_keys.begin(), m_keys.end(), column) != m_keys.end())
        return false;
    const auto value = operation.row.at(column);
    if (value.kind == changes::Value::Kind::Unchanged) // a column that the client's schema does not have
        return false;
    return operation.kind == Operation::Kind::Insert || value != operation.oldRow.at(column);
}

} // namespace electric::writes
