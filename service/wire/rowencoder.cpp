#include "service/wire/rowencoder.h"

#include "service/wire/encoding.h"

#include <algorithm>

namespace electric::wire {

using changes::Value;

namespace {

// Field numbers of SatTransOp and of its operations (spec/satellite.md §2.4).
enum Operation { Update = 3, Insert = 4, Delete = 5, Gone = 8 };
constexpr int opsField = 1;
constexpr int relationField = 1;
constexpr int nullsField = 1;
constexpr int valuesField = 2;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

// bytea in hex form (`\x00ff`) as raw bytes; anything else as it is.
void appendBytes(std::string &out, std::string_view text)
{
    if (!text.starts_with("\\x")) {
        appendLengthDelimited(out, valuesField, text);
        return;
    }
    text.remove_prefix(2);
    out += lengthDelimited(valuesField);
    appendVarint(out, text.size() / 2);
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        out += char(hexDigit(text[at]) << 4 | hexDigit(text[at + 1]));
}

// timestamptz: our sessions show UTC, clients want it as Z (spec/satellite.md §6.2). infinity and BC forms stay as they are.
void appendZonedTime(std::string &out, std::string_view text)
{
    constexpr std::string_view utc = "+00";
    if (!text.ends_with(utc)) {
        appendLengthDelimited(out, valuesField, text);
        return;
    }
    text.remove_suffix(utc.size());
    out += lengthDelimited(valuesField);
    appendVarint(out, text.size() + 1);
    out += text;
    out += 'Z';
}

} // namespace

RowEncoder::RowEncoder(const schema::Table &table) : m_relation(table.oid)
{
    for (const schema::Column &column : table.columns) {
        const bool plain = column.type.array.empty();
        m_forms.push_back(plain && column.type.name == "bytea" ? Form::HexBytes
                : plain && column.type.name == "timestamptz"   ? Form::ZonedTime
                                                               : Form::Verbatim);
        m_isKey.push_back(table.isKey(column.name));
    }
}

std::string_view RowEncoder::encodeRow(std::string &buffer, std::span<const Value> row, bool keyOnly) const
{
    const std::size_t columns = m_forms.size();
    buffer.clear();
    buffer += lengthDelimited(nullsField);
    const std::size_t maskBytes = (columns + 7) / 8;
    appendVarint(buffer, maskBytes);
    const std::size_t mask = buffer.size();
    buffer.append(maskBytes, '\0');
    for (std::size_t column = 0; column < columns; ++column) {
        const bool absent = column >= row.size() || row[column].kind != Value::Kind::Text || (keyOnly && !m_isKey[column]);
        if (absent) {
            buffer[mask + column / 8] = char(buffer[mask + column / 8] | (0x80 >> column % 8)); // most significant bit first
            appendLengthDelimited(buffer, valuesField, {});
            continue;
        }
        switch (m_forms[column]) {
        case Form::Verbatim: appendLengthDelimited(buffer, valuesField, row[column].text); break;
        case Form::HexBytes: appendBytes(buffer, row[column].text); break;
        case Form::ZonedTime: appendZonedTime(buffer, row[column].text); break;
        }
    }
    return buffer;
}

void RowEncoder::appendOperation(
    std::string &out, int operation, std::initializer_list<Part> rows, int tagField, std::span<const std::string> tags) const
{
    std::size_t length = 1 + varintSize(m_relation);
    for (const Part &part : rows)
        length += lengthDelimitedSize(part.row.size());
    for (const std::string &tag : tags)
        length += lengthDelimitedSize(tag.size());
    out += lengthDelimited(opsField);
    appendVarint(out, lengthDelimitedSize(length));
    out += lengthDelimited(operation);
    appendVarint(out, length);
    out += char(relationField << 3); // varint
    appendVarint(out, m_relation);
    for (const Part &part : rows)
        appendLengthDelimited(out, part.field, part.row);
    for (const std::string &tag : tags)
        appendLengthDelimited(out, tagField, tag);
}

void RowEncoder::appendInsert(std::string &out, std::span<const Value> row, std::span<const std::string> tags)
{
    appendOperation(out, Insert, {{2, encodeRow(m_row, row)}}, 3, tags);
}

void RowEncoder::appendUpdate(
    std::string &out, std::span<const Value> newRow, std::span<const Value> oldRow, std::span<const std::string> tags)
{
    if (oldRow.empty())
        appendOperation(out, Update, {{2, encodeRow(m_row, newRow)}}, 4, tags);
    else
        appendOperation(out, Update, {{2, encodeRow(m_row, newRow)}, {3, encodeRow(m_oldRow, oldRow)}}, 4, tags);
}

void RowEncoder::appendDelete(std::string &out, std::span<const Value> oldRow)
{
    appendOperation(out, Delete, {{2, encodeRow(m_row, oldRow)}}, 3, {});
}

void RowEncoder::appendGone(std::string &out, std::span<const Value> row)
{
    appendOperation(out, Gone, {{2, encodeRow(m_row, row, true)}}, 0, {});
}

std::span<const Value> RowEncoder::unpack(std::vector<Value> &values, const changes::Tuple &tuple) const
{
    values.clear();
    const std::size_t count = std::min(tuple.size(), m_forms.size());
    for (std::size_t column = 0; column < count; ++column)
        values.push_back(tuple.at(column));
    return values;
}

void RowEncoder::appendInsert(std::string &out, const changes::Tuple &row, std::span<const std::string> tags)
{
    appendInsert(out, unpack(m_values, row), tags);
}

void RowEncoder::appendUpdate(
    std::string &out, const changes::Tuple &newRow, const changes::Tuple &oldRow, std::span<const std::string> tags)
{
    appendUpdate(out, unpack(m_values, newRow), unpack(m_oldValues, oldRow), tags);
}

void RowEncoder::appendDelete(std::string &out, const changes::Tuple &oldRow)
{
    appendDelete(out, unpack(m_values, oldRow));
}

} // namespace electric::wire
