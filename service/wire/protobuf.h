#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace electric::wire {

// Walks over the fields of one encoded protobuf message without copying. Covers the wire types that Satellite's messages have:
// varints and length-delimited fields; others are skipped.
class FieldReader
{
public:
    struct Field {
        std::uint32_t number = 0;
        std::uint64_t varint = 0;
        std::string_view bytes {};
    };

    explicit FieldReader(std::string_view message) : m_rest(message) { }
    std::optional<Field> next(); // nothing at the end and when the message is broken
    [[nodiscard]] bool isBroken() const { return m_broken; }

private:
    std::optional<std::uint64_t> varint();
    bool skip(std::size_t bytes);

    std::string_view m_rest;
    bool m_broken = false;
};

// Builds one. Defaults are left out by the callers, as proto3 encoders do.
class FieldWriter
{
public:
    FieldWriter &number(std::uint32_t field, std::uint64_t value);
    FieldWriter &bytes(std::uint32_t field, std::string_view value); // written even when empty: presence
    FieldWriter &text(std::uint32_t field, std::string_view value) // left out when empty
    {
        return value.empty() ? *this : bytes(field, value);
    }
    [[nodiscard]] std::string take() { return std::move(m_out); }

private:
    void varint(std::uint64_t value);

    std::string m_out;
};

} // namespace electric::wire
