#include "service/where/datum.h"

#include "service/where/calendar.h"
#include "service/where/interval.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace electric::where {

namespace {

constexpr int mostDigits = 19; // before the decimal point: those of a bigint
constexpr int mostDecimals = 15; // so that aligned numbers, and sums of thousands of them, stay within 128 bits

std::optional<Datum> readInteger(std::string_view text, Type type)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::int64_t limit = type == Type::Int2 ? INT16_MAX : type == Type::Int4 ? INT32_MAX : INT64_MAX;
    if (error != std::errc() || end != text.data() + text.size() || value > limit || value < -limit - 1)
        return std::nullopt;
    return Datum::ofExact(value);
}

// Takes a power of ten off the end of a number, as in 1.5e-7.
std::optional<int> takeExponent(std::string_view &text)
{
    const std::size_t mark = text.find_first_of("eE");
    if (mark == text.npos)
        return 0;
    std::string_view digits = text.substr(mark + 1);
    if (digits.starts_with('+'))
        digits.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || end != digits.data() + digits.size() || exponent > 100 || exponent < -100)
        return std::nullopt;
    text = text.substr(0, mark);
    return exponent;
}

std::optional<Datum> readNumeric(std::string_view text)
{
    const bool isNegative = text.starts_with('-');
    if (isNegative || text.starts_with('+'))
        text.remove_prefix(1);
    const auto exponent = takeExponent(text);
    if (!exponent)
        return std::nullopt;
    std::string digits;
    int scale = -*exponent;
    bool isBehindPoint = false;
    for (const char c : text) {
        if (c == '.' && !isBehindPoint) {
            isBehindPoint = true;
            continue;
        }
        if (c < '0' || c > '9' || digits.size() > std::size_t(mostDigits + mostDecimals))
            return std::nullopt;
        if (c != '0' || !digits.empty() || isBehindPoint)
            digits += c;
        scale += isBehindPoint ? 1 : 0;
    }
    if (text.empty() || text == ".")
        return std::nullopt;
    for (; scale < 0; ++scale)
        digits += '0';
    if (int(digits.size()) - scale > mostDigits || scale > mostDecimals)
        return std::nullopt;
    Wide value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    return Datum::ofExact(isNegative ? -value : value, std::uint8_t(scale));
}

template <typename Real> std::optional<Datum> readReal(std::string_view text)
{
    if (text == "NaN")
        return Datum::ofReal(std::numeric_limits<double>::quiet_NaN());
    if (text == "Infinity" || text == "-Infinity")
        return Datum::ofReal(text.front() == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity());
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const std::size_t digits = text.starts_with('-') ? 1 : 0;
    if (text.size() <= digits || !((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'))
        return std::nullopt; // from_chars() knows words of its own
    Real value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return Datum::ofReal(double(value));
}

std::optional<Datum> readEnum(std::string_view text, const std::vector<std::string> *labels)
{
    Datum value = Datum::ofText(text);
    value.exact = -1; // a label that was added later: it has no place that we know
    if (labels) {
        const auto found = std::find(labels->begin(), labels->end(), text);
        if (found != labels->end())
            value.exact = found - labels->begin();
    }
    return value;
}

std::optional<Datum> exactly(std::optional<std::int64_t> value)
{
    return value ? std::optional(Datum::ofExact(*value)) : std::nullopt;
}

// Infinity is later than any date, also than those that have more microseconds.
Wide beyondDates(Wide moment)
{
    return moment == Calendar::infinity || moment == Calendar::minusInfinity ? moment * 1'000'000 : moment;
}

} // namespace

std::optional<Datum> readDatum(Type type, std::string_view text, const std::vector<std::string> *labels)
{
    switch (type) {
    case Type::Bool: return text == "t" || text == "f" ? std::optional(Datum::ofBool(text == "t")) : std::nullopt;
    case Type::Int2:
    case Type::Int4:
    case Type::Int8: return readInteger(text, type);
    case Type::Numeric: return readNumeric(text);
    case Type::Float4: return readReal<float>(text);
    case Type::Float8: return readReal<double>(text);
    case Type::Text:
    case Type::Uuid: return Datum::ofText(text);
    case Type::Date: return exactly(Calendar::readDate(text));
    case Type::Time: return exactly(Calendar::readTime(text));
    case Type::Timestamp: return exactly(Calendar::readTimestamp(text, Calendar::Zone::None));
    case Type::Timestamptz: return exactly(Calendar::readTimestamp(text, Calendar::Zone::Applied));
    case Type::Interval: {
        const auto interval = Interval::read(text);
        return interval ? std::optional(Datum::ofExact(interval->size())) : std::nullopt;
    }
    case Type::Enum: return readEnum(text, labels);
    case Type::Unknown:
    case Type::Other: break;
    }
    return std::nullopt;
}

int compare(Type type, const Datum &one, const Datum &other)
{
    if (isFloat(type)) {
        if (std::isnan(one.real) || std::isnan(other.real))
            return int(std::isnan(one.real)) - int(std::isnan(other.real));
        return one.real < other.real ? -1 : one.real > other.real ? 1 : 0;
    }
    if (type == Type::Text || type == Type::Uuid)
        return one.text.compare(other.text);
    Wide a = one.exact;
    Wide b = other.exact;
    if (type == Type::Timestamp) {
        a = beyondDates(a);
        b = beyondDates(b);
    }
    for (int scale = one.scale; scale < other.scale; ++scale)
        a *= 10;
    for (int scale = other.scale; scale < one.scale; ++scale)
        b *= 10;
    return a < b ? -1 : a > b ? 1 : 0;
}

Datum convert(const Datum &value, Type from, Type to)
{
    if (value.isNull || from == to)
        return value;
    if (from == Type::Date && to == Type::Timestamp) { // of the far future too, for which Postgres has no timestamp but an order
        const bool isEndless = value.exact == Calendar::infinity || value.exact == Calendar::minusInfinity;
        return isEndless ? value : Datum::ofExact(value.exact * Calendar::microsecondsOfDay);
    }
    if (!isExact(from) || !isFloat(to))
        return value;
    if (value.scale == 0)
        return Datum::ofReal(to == Type::Float4 ? double(float(value.exact)) : double(value.exact));
    return *readDatum(to, exactText(value));
}

std::string exactText(const Datum &value)
{
    const bool isNegative = value.exact < 0;
    Wide rest = isNegative ? -value.exact : value.exact;
    std::string digits;
    do {
        digits.insert(digits.begin(), char('0' + int(rest % 10)));
        rest /= 10;
    } while (rest != 0);
    if (value.scale > 0) {
        while (digits.size() <= value.scale)
            digits.insert(digits.begin(), '0');
        digits.insert(digits.size() - value.scale, 1, '.');
    }
    return (isNegative ? "-" : "") + digits;
}

} // namespace electric::where
