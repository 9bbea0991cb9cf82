#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace electric::wire {

// The few pieces of protobuf's encoding that splicing needs: messages that are put together from parts that are encoded already.
// Everything else is written and read by the protobuf library (protobuf docs, "Encoding").

inline void appendVarint(std::string &out, std::uint64_t value)
{
    while (value >= 0x80) {
        out += char(value | 0x80);
        value >>= 7;
    }
    out += char(value);
}

[[nodiscard]] constexpr std::size_t varintSize(std::uint64_t value)
{
    std::size_t size = 1;
    while (value >= 0x80) {
        value >>= 7;
        ++size;
    }
    return size;
}

// Field numbers below 16 only, which is all that Satellite has where we splice: the key takes one byte.
constexpr char lengthDelimited(int field)
{
    return char(field << 3 | 2);
}

[[nodiscard]] constexpr std::size_t lengthDelimitedSize(std::size_t length)
{
    return 1 + varintSize(length) + length;
}

inline void appendLengthDelimited(std::string &out, int field, std::string_view bytes)
{
    out += lengthDelimited(field);
    appendVarint(out, bytes.size());
    out += bytes;
}

} // namespace electric::wire
