#include "service/wire/rowreader.h"

#include "service/wire/encoding.h"
#include "service/wire/protobuf.h"

namespace electric::wire {

using changes::Value;

namespace {

// Field numbers as in rowencoder.cpp.
constexpr std::uint32_t deleteOperation = 5;
constexpr std::uint32_t updateOperation = 3;
constexpr int insertOperation = 4;
constexpr std::uint32_t relationField = 1;
constexpr std::uint32_t rowField = 2;
constexpr std::uint32_t oldRowField = 3; // of an update; elsewhere tags
constexpr std::uint32_t updateTagsField = 4;
constexpr int insertTagsField = 3;
constexpr std::uint32_t nullsField = 1;
constexpr std::uint32_t valuesField = 2;

// The only member of the SatTransOp in an `ops` field.
std::optional<FieldReader::Field> operationIn(std::string_view encoded)
{
    const auto ops = FieldReader(encoded).next();
    return ops ? FieldReader(ops->bytes).next() : std::nullopt;
}

std::string_view valueIn(std::string_view row, std::size_t column)
{
    FieldReader reader(row);
    std::size_t index = 0;
    while (const auto field = reader.next())
        if (field->number == valuesField && index++ == column)
            return field->bytes;
    return {};
}

bool isNull(std::string_view mask, std::size_t column)
{
    return column / 8 < mask.size() && (static_cast<unsigned char>(mask[column / 8]) & (0x80U >> column % 8)) != 0;
}

void readRow(std::string_view row, const schema::Table &table, std::vector<Value> &values, std::deque<std::string> &rewritten)
{
    std::string_view mask;
    values.reserve(table.columns.size());
    FieldReader reader(row);
    while (const auto field = reader.next()) {
        if (field->number == nullsField)
            mask = field->bytes;
        if (field->number != valuesField)
            continue;
        const std::size_t column = values.size();
        if (isNull(mask, column)) {
            values.push_back({});
            continue;
        }
        std::string_view text = field->bytes;
        if (column < table.columns.size() && table.columns[column].type.name == "timestamptz" && text.ends_with('Z')) {
            text.remove_suffix(1);
            text = rewritten.emplace_back(std::string(text) + "+00");
        }
        values.push_back({Value::Kind::Text, text});
    }
}

} // namespace

OperationRows readOperation(const schema::Table &table, std::string_view operation)
{
    OperationRows rows;
    const auto one = operationIn(operation);
    if (!one)
        return rows;
    FieldReader reader(one->bytes);
    while (const auto field = reader.next()) {
        if (field->number == rowField)
            readRow(field->bytes, table, one->number == deleteOperation ? rows.oldRow : rows.newRow, rows.rewritten);
        else if (field->number == oldRowField && one->number == updateOperation)
            readRow(field->bytes, table, rows.oldRow, rows.rewritten);
    }
    return rows;
}

void appendAsInsert(std::string &out, std::string_view operation)
{
    const auto one = operationIn(operation);
    if (!one || one->number != updateOperation) {
        out += operation;
        return;
    }
    std::string insert;
    FieldReader reader(one->bytes);
    while (const auto field = reader.next()) {
        if (field->number == relationField) {
            insert += char(relationField << 3);
            appendVarint(insert, field->varint);
        } else if (field->number == rowField) {
            appendLengthDelimited(insert, int(rowField), field->bytes);
        } else if (field->number == updateTagsField) {
            appendLengthDelimited(insert, insertTagsField, field->bytes);
        }
    }
    out += lengthDelimited(1);
    appendVarint(out, lengthDelimitedSize(insert.size()));
    appendLengthDelimited(out, insertOperation, insert);
}

std::string_view valueOf(std::string_view operation, std::size_t column)
{
    return valuesOf(operation, column).first;
}

std::pair<std::string_view, std::string_view> valuesOf(std::string_view operation, std::size_t column)
{
    const auto one = operationIn(operation);
    if (!one)
        return {};
    std::pair<std::string_view, std::string_view> values;
    FieldReader reader(one->bytes);
    while (const auto field = reader.next()) {
        if (field->number == rowField)
            values.first = values.second = valueIn(field->bytes, column);
        else if (field->number == oldRowField && one->number == updateOperation)
            values.second = valueIn(field->bytes, column);
    }
    return values;
}

} // namespace electric::wire
