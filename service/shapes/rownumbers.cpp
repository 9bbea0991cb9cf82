#include "service/shapes/rownumbers.h"

#include <functional>

namespace electric::shapes {

std::size_t RowNumbers::slotOf(std::string_view key) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = std::hash<std::string_view>()(key) & mask;
    while (m_slots[slot] != none && this->key(m_slots[slot]) != key)
        slot = (slot + 1) & mask;
    return slot;
}

RowNumbers::Number RowNumbers::find(std::string_view key) const
{
    return m_slots.empty() ? none : m_slots[slotOf(key)];
}

RowNumbers::Number RowNumbers::add(std::string_view key)
{
    if ((size() + 1) * 4 > m_slots.size() * 3)
        grow();
    const std::size_t slot = slotOf(key);
    if (m_slots[slot] != none)
        return m_slots[slot];
    Number number = Number(m_entries.size());
    if (m_free.empty()) {
        m_entries.emplace_back();
    } else {
        number = m_free.back();
        m_free.pop_back();
    }
    m_entries[number] = {m_bytes.size(), std::uint32_t(key.size())};
    m_bytes += key;
    m_slots[slot] = number;
    return number;
}

// Linear probing without tombstones: what stands behind the hole and may stand in it moves up.
void RowNumbers::release(Number number)
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t hole = slotOf(key(number));
    for (std::size_t slot = (hole + 1) & mask; m_slots[slot] != none; slot = (slot + 1) & mask) {
        const std::size_t home = std::hash<std::string_view>()(key(m_slots[slot])) & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            m_slots[hole] = m_slots[slot];
            hole = slot;
        }
    }
    m_slots[hole] = none;
    m_holes += m_entries[number].length;
    m_entries[number] = {};
    m_free.push_back(number);
    if (m_holes > 4096 && m_holes > m_bytes.size() / 2)
        dropHoles();
}

void RowNumbers::grow()
{
    std::vector<Number> old(m_slots.empty() ? 16 : m_slots.size() * 2, none);
    old.swap(m_slots);
    for (const Number number : old)
        if (number != none)
            m_slots[slotOf(key(number))] = number;
}

void RowNumbers::dropHoles()
{
    std::string bytes;
    bytes.reserve(m_bytes.size() - m_holes);
    for (Entry &entry : m_entries) {
        const std::uint64_t offset = bytes.size();
        bytes.append(m_bytes, entry.offset, entry.length);
        entry.offset = offset;
    }
    m_bytes = std::move(bytes);
    m_holes = 0;
}

std::size_t RowNumbers::byteCount() const
{
    return m_bytes.capacity() + m_entries.capacity() * sizeof(Entry) + (m_free.capacity() + m_slots.capacity()) * sizeof(Number);
}

} // namespace electric::shapes
