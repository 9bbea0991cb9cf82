#include "service/where/canonical.h"

namespace electric::where {

bool hasCanonicalText(Type type)
{
    return type == Type::Text || type == Type::Uuid || type == Type::Enum || type == Type::Bool || type == Type::Date || isInteger(type);
}

std::optional<std::string> canonicalText(const Expression &constant, Type column)
{
    if (!isExact(constant.type))
        return constant.text;
    if (constant.value.isNull)
        return std::nullopt; // of more digits than any column has
    Wide value = constant.value.exact;
    for (int scale = constant.value.scale; scale > 0; --scale) {
        if (value % 10 != 0)
            return std::nullopt;
        value /= 10;
    }
    const std::string text = exactText(Datum::ofExact(value));
    return readDatum(column, text) ? std::optional(text) : std::nullopt;
}

} // namespace electric::where
