#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace electric::shapes {

// Small numbers for the rows of one table, by their packed keys, so that what is known of a row can be kept in plain vectors. Compact:
// 24 bytes a row beside its key. A number is given again once its row is released.
class RowNumbers
{
public:
    using Number = std::uint32_t;
    static constexpr Number none = ~Number(0);

    [[nodiscard]] Number find(std::string_view key) const;
    Number add(std::string_view key); // the one that it has, or a new one
    void release(Number number);
    [[nodiscard]] std::string_view key(Number number) const // valid until the next add() or release()
    {
        const Entry &entry = m_entries[number];
        return std::string_view(m_bytes).substr(entry.offset, entry.length);
    }
    [[nodiscard]] std::size_t size() const { return m_entries.size() - m_free.size(); }
    [[nodiscard]] std::size_t byteCount() const; // of memory

private:
    struct Entry {
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };
    [[nodiscard]] std::size_t slotOf(std::string_view key) const; // where it is, or would be
    void grow();
    void dropHoles();

    std::string m_bytes;
    std::size_t m_holes = 0; // bytes of released keys
    std::vector<Entry> m_entries;
    std::vector<Number> m_free;
    std::vector<Number> m_slots; // open addressing, a power of two, at most three quarters full
};

} // namespace electric::shapes
