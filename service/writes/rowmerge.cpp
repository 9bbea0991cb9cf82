#include "service/writes/rowmerge.h"

#include "service/changes/transaction.h"

#include <algorithm>

namespace electric::writes {

namespace {

using Kind = changes::Value::Kind;

std::optional<std::string> ownedText(const changes::Value &value)
{
    return value.kind == Kind::Text ? std::optional<std::string>(value.text) : std::nullopt;
}

// Does the operation mean to give the column its value?
bool modifies(const Operation &operation, std::size_t column)
{
    switch (operation.kind) {
    case Operation::Kind::Insert: return operation.row.at(column).kind != Kind::Unchanged;
    case Operation::Kind::Update:
        return operation.row.at(column).kind != Kind::Unchanged && operation.oldRow.at(column).kind != Kind::Unchanged
            && !(operation.row.at(column) == operation.oldRow.at(column));
    case Operation::Kind::Delete:
    case Operation::Kind::Compensation: return false;
    }
    return false;
}

} // namespace

bool isBefore(const changes::Tag &one, const changes::Tag &other)
{
    if (one.timestampMs != other.timestampMs)
        return one.timestampMs < other.timestampMs;
    const bool isPostgres = one.origin == changes::postgresOrigin;
    const bool isOtherPostgres = other.origin == changes::postgresOrigin;
    return isPostgres || isOtherPostgres ? !isPostgres : one.origin < other.origin;
}

RowMerge::RowMerge(RowState before, const std::vector<bool> &isKey)
    : m_isKey(isKey), m_state(std::move(before)), m_given(isKey.size()), m_changed(isKey.size()), m_tagged(isKey.size()),
      m_wasThere(m_state.row.has_value()), m_isThere(m_wasThere)
{
    m_state.columnTags.resize(isKey.size());
    if (m_wasThere)
        m_values = std::move(*m_state.row);
    if (!m_wasThere)
        m_state.tags.clear(); // a row that is not there has none, whatever was left behind
    else if (m_state.tags.empty()) // older than electrification: clients know it by this tag (§1.1)
        m_state.tags.push_back({0, std::string(changes::postgresOrigin)});
}

void RowMerge::observe(const std::vector<std::string> &tags)
{
    for (const std::string &text : tags) {
        if (const auto seen = changes::parseClientTag(text))
            std::erase(m_state.tags, *seen);
    }
}

void RowMerge::bringBack(const Operation &operation, const std::vector<std::size_t> &columns)
{
    m_isThere = true;
    m_values.assign(m_isKey.size(), std::nullopt);
    m_given.assign(m_isKey.size(), false);
    if (m_state.tombstone) {
        m_values = *m_state.tombstone;
        m_given.assign(m_isKey.size(), true);
    }
    for (std::size_t at = 0; at < columns.size(); ++at) {
        const std::size_t column = columns[at];
        const changes::Value value = operation.row.at(at);
        const bool isOwnValue = operation.kind != Operation::Kind::Compensation && value.kind != Kind::Unchanged && !m_state.tombstone;
        if (!m_isKey[column] && !isOwnValue)
            continue;
        m_values[column] = ownedText(value);
        m_given[column] = true;
    }
}

void RowMerge::apply(const Operation &operation, const std::vector<std::size_t> &columns, const changes::Tag &tag)
{
    m_isDelete = operation.kind == Operation::Kind::Delete;
    observe(operation.observedTags);
    if (m_isDelete) {
        if (!m_state.tags.empty() || !m_isThere)
            return;
        m_isThere = false;
        m_buried = m_values;
        m_state.tombstone = m_values;
        return;
    }
    if (std::find(m_state.tags.begin(), m_state.tags.end(), tag) == m_state.tags.end())
        m_state.tags.push_back(tag);
    if (!m_isThere)
        bringBack(operation, columns);
    for (std::size_t at = 0; at < columns.size(); ++at) {
        const std::size_t column = columns[at];
        auto &columnTag = m_state.columnTags[column];
        if (m_isKey[column] || !modifies(operation, at) || (columnTag && isBefore(tag, *columnTag)))
            continue;
        auto value = ownedText(operation.row.at(at));
        m_changed[column] = m_changed[column] || value != m_values[column];
        m_values[column] = std::move(value);
        m_given[column] = true;
        columnTag = tag;
        m_tagged[column] = true;
    }
}

} // namespace electric::writes
