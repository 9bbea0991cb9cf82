#include "service/schema/sqlitedialect.h"

#include <array>
#include <utility>

namespace electric::schema {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// spec/satellite.md §8.4; what is not listed is TEXT. Names are the parser's short ones, the long spellings come from
// catalogues that others wrote.
constexpr std::array<Pair, 29> types {{
    {"bool", "INTEGER"},
    {"boolean", "INTEGER"},
    {"int2", "INTEGER"},
    {"int4", "INTEGER"},
    {"int8", "INTEGER"},
    {"smallint", "INTEGER"},
    {"integer", "INTEGER"},
    {"int", "INTEGER"},
    {"bigint", "INTEGER"},
    {"serial", "INTEGER"},
    {"serial2", "INTEGER"},
    {"serial4", "INTEGER"},
    {"serial8", "INTEGER"},
    {"bigserial", "INTEGER"},
    {"smallserial", "INTEGER"},
    {"float4", "REAL"},
    {"float8", "REAL"},
    {"float", "REAL"},
    {"real", "REAL"},
    {"double precision", "REAL"},
    {"decimal", "REAL"},
    {"numeric", "REAL"},
    {"money", "REAL"},
    {"bytea", "BLOB"},
    {"json", "TEXT_JSON"},
    {"jsonb", "TEXT_JSON"},
    {"text", "TEXT"},
    {"uuid", "TEXT"},
    {"date", "TEXT"},
}};

bool isSizedText(std::string_view name)
{
    return name == "varchar" || name == "bpchar" || name == "char" || name == "character" || name == "character varying";
}

} // namespace

std::string sqliteType(const ColumnType &type)
{
    if (!type.array.empty())
        return "TEXT_JSON";
    if (type.isEnum)
        return "TEXT";
    if (isSizedText(type.name) && !type.size.empty())
        return "TEXT(" + std::to_string(type.size.front()) + ')';
    for (const auto &[name, sqlite] : types) {
        if (name == type.name)
            return std::string(sqlite);
    }
    return "TEXT";
}

} // namespace electric::schema
