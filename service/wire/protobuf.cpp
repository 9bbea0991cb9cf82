#include "service/wire/protobuf.h"

namespace electric::wire {

std::optional<std::uint64_t> FieldReader::varint()
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < m_rest.size() && i < 10; ++i) {
        const auto byte = static_cast<unsigned char>(m_rest[i]);
        value |= std::uint64_t {byte & 0x7fU} << (7 * i);
        if (byte < 0x80) {
            m_rest.remove_prefix(i + 1);
            return value;
        }
    }
    m_broken = true;
    return std::nullopt;
}

bool FieldReader::skip(std::size_t bytes)
{
    if (bytes > m_rest.size()) {
        m_broken = true;
        return false;
    }
    m_rest.remove_prefix(bytes);
    return true;
}

std::optional<FieldReader::Field> FieldReader::next()
{
    while (!m_broken && !m_rest.empty()) {
        const auto key = varint();
        if (!key)
            return std::nullopt;
        Field field {.number = std::uint32_t(*key >> 3)};
        switch (*key & 7) {
        case 0: field.varint = varint().value_or(0); return m_broken ? std::nullopt : std::optional(field);
        case 2: {
            const auto length = varint();
            if (!length || *length > m_rest.size()) {
                m_broken = true;
                return std::nullopt;
            }
            field.bytes = m_rest.substr(0, *length);
            m_rest.remove_prefix(*length);
            return field;
        }
        case 1: skip(8); break;
        case 5: skip(4); break;
        default: m_broken = true;
        }
    }
    return std::nullopt;
}

void FieldWriter::varint(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        m_out += static_cast<char>((value & 0x7f) | 0x80);
    m_out += static_cast<char>(value);
}

FieldWriter &FieldWriter::number(std::uint32_t field, std::uint64_t value)
{
    varint(std::uint64_t {field} << 3);
    varint(value);
    return *this;
}

FieldWriter &FieldWriter::bytes(std::uint32_t field, std::string_view value)
{
    varint((std::uint64_t {field} << 3) | 2);
    varint(value.size());
    m_out += value;
    return *this;
}

} // namespace electric::wire
