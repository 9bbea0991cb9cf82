#include "service/where/datum.h"

#include "service/where/calendar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace electric::where {

namespace {

constexpr int mostDigits = 19; // before the decimal point: those of a bigint
constexpr int mostDecimals = 15; // so that aligned numbers, and sums of thousands of them, stay within 128 bits

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\n\r\f\v";
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

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

std::optional<std::string> readUuid(std::string_view text)
{
    if (text.size() > 1 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, text.size() - 2);
    std::string uuid;
    std::size_t digits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '-' && digits > 0 && digits % 4 == 0 && digits < 32 && text[at - 1] != '-')
            continue;
        const bool isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!isDigit || digits == 32)
            return std::nullopt;
        if (digits == 8 || digits == 12 || digits == 16 || digits == 20)
            uuid += '-';
        uuid += c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c;
        ++digits;
    }
    return digits == 32 && text.back() != '-' ? std::optional(uuid) : std::nullopt;
}

std::optional<std::string> readBoolLiteral(std::string_view text)
{
    std::string lower;
    for (const char c : trimmed(text))
        lower += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    const auto begins
        = [&](std::string_view word, std::size_t least) { return lower.size() >= least && word.starts_with(std::string_view(lower)); };
    if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || lower == "1")
        return "t";
    if (begins("false", 1) || begins("no", 1) || begins("off", 2) || lower == "0")
        return "f";
    return std::nullopt;
}

bool isFinite(std::int64_t moment)
{
    return moment != Calendar::infinity && moment != Calendar::minusInfinity;
}

// A date or time may be written with the rest of a timestamp, as clients do with what JavaScript calls a date.
std::optional<std::int64_t> dateIn(std::string_view text)
{
    const auto date = Calendar::readDate(text);
    const auto moment = date ? std::nullopt : Calendar::readTimestamp(text, Calendar::Zone::Ignored);
    if (!moment || !isFinite(*moment))
        return date;
    const std::int64_t days = *moment / Calendar::microsecondsOfDay;
    return days - (*moment % Calendar::microsecondsOfDay < 0 ? 1 : 0);
}

std::optional<std::int64_t> timeIn(std::string_view text)
{
    const auto time = Calendar::readTime(text);
    const bool hasBoth = text.find(':') != std::string_view::npos;
    const auto moment = time || !hasBoth ? std::nullopt : Calendar::readTimestamp(text, Calendar::Zone::Ignored);
    if (!moment || !isFinite(*moment))
        return time;
    const std::int64_t rest = *moment % Calendar::microsecondsOfDay;
    return rest < 0 ? rest + Calendar::microsecondsOfDay : rest;
}

// Infinity is later than any date, also than those that have more microseconds.
Wide beyondDates(Wide moment)
{
    return moment == Calendar::infinity || moment == Calendar::minusInfinity ? moment * 1'000'000 : moment;
}

template <typename Text> std::optional<std::string> written(std::optional<std::int64_t> value, Text text)
{
    return value ? std::optional(text(*value)) : std::nullopt;
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
    case Type::Enum: return readEnum(text, labels);
    case Type::Unknown:
    case Type::Other: break;
    }
    return std::nullopt;
}

std::optional<std::string> readLiteral(Type type, std::string_view text, const std::vector<std::string> *labels)
{
    switch (type) {
    case Type::Bool: return readBoolLiteral(text);
    case Type::Uuid: return readUuid(text);
    case Type::Date: return written(dateIn(text), Calendar::dateText);
    case Type::Time: return written(timeIn(text), Calendar::timeText);
    case Type::Timestamp: return written(Calendar::readTimestamp(text, Calendar::Zone::Ignored), Calendar::timestampText);
    case Type::Timestamptz: {
        const auto value = Calendar::readTimestamp(text, Calendar::Zone::Applied);
        if (!value || *value == Calendar::infinity || *value == Calendar::minusInfinity)
            return written(value, Calendar::timestampText);
        std::string printed = Calendar::timestampText(*value);
        const std::size_t zone = printed.ends_with(" BC") ? printed.size() - 3 : printed.size();
        return printed.insert(zone, "+00");
    }
    case Type::Text: return std::string(text);
    case Type::Enum: return readEnum(text, labels)->exact < 0 ? std::nullopt : std::optional(std::string(text));
    case Type::Int2:
    case Type::Int4:
    case Type::Int8:
    case Type::Numeric: {
        const auto value = readDatum(type, trimmed(text));
        return value ? std::optional(exactText(*value)) : std::nullopt;
    }
    case Type::Float4:
    case Type::Float8: return readDatum(type, trimmed(text)) ? std::optional(std::string(trimmed(text))) : std::nullopt;
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
