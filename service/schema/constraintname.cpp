#include "service/schema/constraintname.h"

namespace electric::schema {
namespace {

constexpr std::size_t longestName = 63; // NAMEDATALEN - 1 of every packaged Postgres

// At most `size` bytes of the text, never half a UTF-8 character.
std::string_view clipped(std::string_view text, std::size_t size)
{
    if (text.size() <= size)
        return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
        --size;
    return text.substr(0, size);
}

std::string joined(std::span<const std::string> columns)
{
    std::string all;
    for (const std::string &column : columns) {
        if (!all.empty())
            all += '_';
        all += column;
        if (all.size() > longestName)
            break;
    }
    return std::string(clipped(all, longestName));
}

// Takes bytes off the longer part, one at a time, until both fit (Postgres docs say only "truncated"; seen on 14 – 17).
std::string composed(std::string_view table, std::string_view columns, std::string_view label)
{
    const std::size_t room = longestName - label.size() - 1 - (columns.empty() ? 0 : 1);
    std::size_t tableSize = table.size();
    std::size_t columnsSize = columns.size();
    while (tableSize + columnsSize > room)
        --(tableSize > columnsSize ? tableSize : columnsSize);
    std::string name(clipped(table, tableSize));
    if (!columns.empty())
        (name += '_') += clipped(columns, columnsSize);
    return (name += '_') += label;
}

} // namespace

std::string defaultName(std::string_view table, std::span<const std::string> columns, std::string_view label, std::set<std::string> &taken)
{
    const std::string middle = joined(columns);
    std::string name = composed(table, middle, label);
    for (int number = 1; !taken.insert(name).second; ++number)
        name = composed(table, middle, std::string(label) + std::to_string(number));
    return name;
}

} // namespace electric::schema
