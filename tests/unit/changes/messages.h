#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Messages of pgoutput as Postgres writes them (Postgres docs, "Logical Replication Message Formats").
namespace electric::changes::test {

template <typename Integer> std::string big(Integer value)
{
    std::string bytes;
    for (int shift = int(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
        bytes += char(std::uint64_t(value) >> shift);
    return bytes;
}

inline std::string zeroEnded(std::string_view text)
{
    return std::string(text) + '\0';
}

// A value by its text; nothing is NULL.
using Cell = std::optional<std::string>;
inline const Cell unchanged = std::string("\x01unchanged");

inline std::string tuple(const std::vector<Cell> &cells)
{
    std::string bytes = big(std::uint16_t(cells.size()));
    for (const Cell &cell : cells) {
        if (!cell)
            bytes += 'n';
        else if (cell == unchanged)
            bytes += 'u';
        else
            bytes += 't' + big(std::uint32_t(cell->size())) + *cell;
    }
    return bytes;
}

inline std::string begin(std::uint32_t xid, std::int64_t microseconds = 0)
{
    return 'B' + big(std::uint64_t {0x100}) + big(microseconds) + big(xid);
}

inline std::string commit(std::uint64_t endLsn)
{
    return std::string("C") + '\0' + big(endLsn - 8) + big(endLsn) + big(std::int64_t {0});
}

inline std::string relation(std::uint32_t oid, std::string_view schema, std::string_view name, const std::vector<std::string> &columns)
{
    std::string bytes = 'R' + big(oid) + zeroEnded(schema) + zeroEnded(name) + 'f' + big(std::uint16_t(columns.size()));
    for (const std::string &column : columns)
        bytes += '\1' + zeroEnded(column) + big(std::uint32_t {25}) + big(std::int32_t {-1});
    return bytes;
}

inline std::string insert(std::uint32_t oid, const std::vector<Cell> &row)
{
    return 'I' + big(oid) + 'N' + tuple(row);
}

inline std::string update(std::uint32_t oid, const std::vector<Cell> &oldRow, const std::vector<Cell> &newRow)
{
    return 'U' + big(oid) + (oldRow.empty() ? std::string() : 'O' + tuple(oldRow)) + 'N' + tuple(newRow);
}

inline std::string deletion(std::uint32_t oid, const std::vector<Cell> &row)
{
    return 'D' + big(oid) + 'O' + tuple(row);
}

inline std::string truncate(std::initializer_list<std::uint32_t> oids, std::uint8_t options = 0)
{
    std::string bytes = 'T' + big(std::uint32_t(oids.size())) + char(options);
    for (const std::uint32_t oid : oids)
        bytes += big(oid);
    return bytes;
}

inline std::string logicalMessage(std::string_view prefix, std::string_view content, bool transactional = true)
{
    return std::string("M") + (transactional ? '\1' : '\0') + big(std::uint64_t {0x200}) + zeroEnded(prefix)
        + big(std::uint32_t(content.size())) + std::string(content);
}

} // namespace electric::changes::test
