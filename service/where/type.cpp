#include "service/where/type.h"

#include <algorithm>
#include <array>

namespace electric::where {

namespace {

struct Named {
    std::string_view name;
    Type type;
};
constexpr std::array names {Named {"bool", Type::Bool}, Named {"int2", Type::Int2}, Named {"int4", Type::Int4}, Named {"int8", Type::Int8},
    Named {"numeric", Type::Numeric}, Named {"float4", Type::Float4}, Named {"float8", Type::Float8}, Named {"text", Type::Text},
    Named {"varchar", Type::Text}, Named {"uuid", Type::Uuid}, Named {"date", Type::Date}, Named {"time", Type::Time},
    Named {"timestamp", Type::Timestamp}, Named {"timestamptz", Type::Timestamptz}, Named {"interval", Type::Interval}};

} // namespace

std::optional<Type> typeNamed(std::string_view postgresName)
{
    const auto *const found = std::find_if(names.begin(), names.end(), [&](const Named &one) { return one.name == postgresName; });
    return found == names.end() ? std::nullopt : std::optional(found->type);
}

Type typeOf(const schema::ColumnType &column)
{
    if (!column.array.empty())
        return Type::Other;
    if (column.isEnum)
        return Type::Enum;
    return typeNamed(column.name).value_or(Type::Other);
}

std::string_view nameOf(Type type)
{
    switch (type) {
    case Type::Unknown: return "unknown";
    case Type::Enum: return "enum";
    case Type::Other: return "of a type that cannot be compared";
    default: break;
    }
    return std::find_if(names.begin(), names.end(), [&](const Named &one) { return one.type == type; })->name;
}

std::optional<Type> commonType(Type one, Type other)
{
    if (one == Type::Other || other == Type::Other)
        return std::nullopt;
    if (one == other)
        return one;
    if (isExact(one) && isExact(other))
        return std::max(one, other); // in the order of their ranges
    if (isNumber(one) && isNumber(other))
        return Type::Float8; // which Postgres prefers as soon as there is any floating point
    const auto isPair = [&](Type a, Type b) { return (one == a && other == b) || (one == b && other == a); };
    if (isPair(Type::Date, Type::Timestamp))
        return Type::Timestamp;
    return std::nullopt;
}

std::optional<Type> listType(Type one, Type other)
{
    return isNumber(one) && isNumber(other) ? std::max(one, other) : commonType(one, other); // in the order of their implicit casts
}

} // namespace electric::where
