#pragma once

#include "service/schema/catalogue.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace electric::where {

// The types that conditions know. Others can only be asked whether they are NULL.
enum class Type : std::uint8_t {
    Unknown, // a literal whose type its surroundings decide, or NULL
    Bool,
    Int2,
    Int4,
    Int8,
    Numeric, // only as literals and as the result of arithmetic: columns of it are not electrified
    Float4,
    Float8,
    Text, // and varchar
    Uuid,
    Date,
    Time,
    Timestamp,
    Timestamptz,
    Interval,
    Enum,
    Other,
};

[[nodiscard]] Type typeOf(const schema::ColumnType &column);
[[nodiscard]] std::optional<Type> typeNamed(std::string_view postgresName); // for casts
[[nodiscard]] std::string_view nameOf(Type type); // as Postgres calls it

[[nodiscard]] constexpr bool isInteger(Type type)
{
    return type == Type::Int2 || type == Type::Int4 || type == Type::Int8;
}
[[nodiscard]] constexpr bool isExact(Type type)
{
    return isInteger(type) || type == Type::Numeric;
}
[[nodiscard]] constexpr bool isFloat(Type type)
{
    return type == Type::Float4 || type == Type::Float8;
}
[[nodiscard]] constexpr bool isNumber(Type type)
{
    return isExact(type) || isFloat(type);
}

// The type as which two operands are compared; nothing when Postgres has no such operator without a cast. An enum's only with itself.
[[nodiscard]] std::optional<Type> commonType(Type one, Type other);

// The type that Postgres gives a list in which both occur, as in IN and UNION.
[[nodiscard]] std::optional<Type> listType(Type one, Type other);

} // namespace electric::where
