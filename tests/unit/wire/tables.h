#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"

#include <QByteArray>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::wire::test {

inline std::string fromHex(std::string_view hex)
{
    return QByteArray::fromHex(QByteArray(hex.data(), qsizetype(hex.size()))).toStdString();
}

// A value by its text; nothing is NULL.
using Cell = std::optional<std::string_view>;

inline changes::Tuple tuple(std::initializer_list<Cell> cells)
{
    changes::Tuple made;
    for (const Cell &cell : cells)
        made.append({cell ? changes::Value::Kind::Text : changes::Value::Kind::Null, cell.value_or(std::string_view())});
    return made;
}

inline std::string show(const changes::Tuple &row)
{
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
        using Kind = changes::Value::Kind;
        const auto value = row.at(column);
        text += column == 0 ? "" : "|";
        text += value.kind == Kind::Null ? "NULL" : value.kind == Kind::Unchanged ? "?" : std::string(value.text);
    }
    return text;
}

// public.items (id, content): the table of the golden vectors.
inline schema::Table items(std::uint32_t oid, std::string_view keyType = "text")
{
    schema::Table table;
    table.name.name = "items";
    table.oid = oid;
    table.columns = {{"id", {std::string(keyType), {}, {}}, false}, {"content", {"text", {}, {}}, true}};
    table.primaryKey = {"id"};
    return table;
}

} // namespace electric::wire::test
