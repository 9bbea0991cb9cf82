#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace electric::changes {

// One column's value in Postgres text form, as a view into whoever holds the bytes. Unchanged marks a TOASTed value that
// pgoutput left out because an update did not touch it.
struct Value {
    enum class Kind : std::uint8_t { Null, Text, Unchanged };
    Kind kind = Kind::Null;
    std::string_view text {};

    friend bool operator==(const Value &, const Value &) = default;
};

// The values of one row in column order, packed into a single buffer: two allocations a row however wide it is.
class Tuple
{
public:
    [[nodiscard]] bool isEmpty() const { return m_fields.empty(); } // no row at all
    [[nodiscard]] std::size_t size() const { return m_fields.size(); }
    [[nodiscard]] std::size_t byteCount() const { return m_bytes.size(); }
    [[nodiscard]] Value at(std::size_t column) const
    {
        const Field &field = m_fields[column];
        const std::uint32_t start = column == 0 ? 0 : m_fields[column - 1].end;
        return {field.kind, std::string_view(m_bytes).substr(start, field.end - start)};
    }
    void append(Value value)
    {
        m_bytes.append(value.text);
        m_fields.push_back({std::uint32_t(m_bytes.size()), value.kind});
    }
    void reserve(std::size_t columns, std::size_t bytes)
    {
        m_fields.reserve(columns);
        m_bytes.reserve(bytes);
    }

    friend bool operator==(const Tuple &, const Tuple &) = default;

private:
    struct Field {
        std::uint32_t end = 0;
        Value::Kind kind = Value::Kind::Null;

        friend bool operator==(const Field &, const Field &) = default;
    };
    std::string m_bytes;
    std::vector<Field> m_fields;
};

} // namespace electric::changes
