#include "service/schema/catalogue.h"

#include <algorithm>

namespace electric::schema {

std::optional<std::size_t> Table::columnIndex(std::string_view column) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [column](const Column &one) { return one.name == column; });
    if (found == columns.end())
        return std::nullopt;
    return std::size_t(found - columns.begin());
}

bool Table::isKey(std::string_view column) const
{
    return std::find(primaryKey.begin(), primaryKey.end(), column) != primaryKey.end();
}

std::vector<std::size_t> Table::keyIndexes() const
{
    std::vector<std::size_t> indexes;
    for (const std::string &key : primaryKey) {
        if (const auto index = columnIndex(key))
            indexes.push_back(*index);
    }
    return indexes;
}

std::shared_ptr<const Table> Catalogue::table(const TableName &name) const
{
    const auto found = m_tables.find(name);
    return found == m_tables.end() ? nullptr : found->second;
}

std::shared_ptr<const Table> Catalogue::table(std::uint32_t oid) const
{
    const auto found = m_byOid.find(oid);
    return found == m_byOid.end() ? nullptr : found->second;
}

const Enum *Catalogue::enumeration(std::string_view typeName) const
{
    const auto found = std::find_if(m_enums.begin(), m_enums.end(),
        [typeName](const Enum &one) { return one.name.name == typeName || one.name.schema + '.' + one.name.name == typeName; });
    return found == m_enums.end() ? nullptr : &*found;
}

void Catalogue::put(Table table)
{
    remove(table.name);
    auto shared = std::make_shared<const Table>(std::move(table));
    if (shared->oid != 0)
        m_byOid[shared->oid] = shared;
    m_tables[shared->name] = std::move(shared);
}

void Catalogue::remove(const TableName &name)
{
    const auto found = m_tables.find(name);
    if (found == m_tables.end())
        return;
    m_byOid.erase(found->second->oid);
    m_tables.erase(found);
}

void Catalogue::put(Enum enumeration)
{
    const auto same = std::find_if(m_enums.begin(), m_enums.end(), [&](const Enum &one) { return one.name == enumeration.name; });
    if (same != m_enums.end())
        *same = std::move(enumeration);
    else
        m_enums.push_back(std::move(enumeration));
}

} // namespace electric::schema
