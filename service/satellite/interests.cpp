#include "service/satellite/interests.h"

#include "service/wire/rowreader.h"

#include <algorithm>

namespace electric::satellite {

namespace {

template <typename Map, typename Key> void leave(Map &map, const Key &key, Interests::Reader *reader)
{
    const auto found = map.find(key);
    if (found == map.end())
        return;
    std::erase(found->second, reader);
    if (found->second.empty())
        map.erase(found);
}

} // namespace

void Interests::set(Reader &reader, Interest interest)
{
    remove(reader);
    m_readers.insert(&reader);
    for (const schema::TableName &table : interest.tables)
        m_tables[table].all.push_back(&reader);
    for (const Interest::Values &one : interest.values) {
        if (interest.tables.contains(one.table))
            continue;
        auto &byValue = m_tables[one.table].byValue[one.column];
        for (const std::string &value : one.values)
            byValue[value].push_back(&reader);
    }
    m_byOrigin[interest.origin].push_back(&reader);
    reader.m_interest = std::move(interest);
}

void Interests::remove(Reader &reader)
{
    if (m_readers.erase(&reader) == 0)
        return;
    for (const schema::TableName &table : reader.m_interest.tables)
        std::erase(m_tables[table].all, &reader);
    for (const Interest::Values &one : reader.m_interest.values) {
        auto &byColumn = m_tables[one.table].byValue;
        for (const std::string &value : one.values)
            leave(byColumn[one.column], value, &reader);
        if (byColumn[one.column].empty())
            byColumn.erase(one.column);
    }
    leave(m_byOrigin, reader.m_interest.origin, &reader);
    reader.m_interest = {};
}

void Interests::find(const Readers &readers)
{
    for (Reader *const reader : readers)
        if (std::exchange(reader->m_round, m_round) != m_round)
            m_found.push_back(reader);
}

void Interests::find(const std::unordered_map<std::string, Readers> &readers, std::string_view value)
{
    if (const auto found = readers.find(std::string(value)); found != readers.end())
        find(found->second);
}

const std::vector<Interests::Reader *> &Interests::match(const wire::LoggedTransaction &transaction)
{
    ++m_round;
    m_found.clear();
    if (transaction.isMigration) {
        find({m_readers.begin(), m_readers.end()});
        return m_found;
    }
    if (const auto own = m_byOrigin.find(transaction.origin); own != m_byOrigin.end())
        find(own->second);
    const schema::Table *last = nullptr; // changes of one table come in rows
    const TableReaders *readers = nullptr;
    for (const wire::LoggedOperation &operation : transaction.operations) {
        if (operation.table != last) {
            last = operation.table;
            const auto found = m_tables.find(last->name);
            readers = found == m_tables.end() ? nullptr : &found->second;
            if (readers)
                find(readers->all);
        }
        if (!readers || readers->byValue.empty())
            continue;
        const auto encoded = std::string_view(transaction.operationsWire).substr(operation.begin, operation.end - operation.begin);
        for (const auto &[column, byValue] : readers->byValue) {
            const auto [newer, older] = wire::valuesOf(encoded, column);
            find(byValue, newer);
            if (older != newer)
                find(byValue, older);
        }
    }
    return m_found;
}

} // namespace electric::satellite
