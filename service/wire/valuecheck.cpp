#include "service/wire/valuecheck.h"

#include "service/wire/jsontext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace electric::wire {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text)
{
    std::string all(text);
    std::transform(all.begin(), all.end(), all.begin(), lower);
    return all;
}

// Takes exactly `digits` digits off the front.
bool takeNumber(std::string_view &text, std::size_t digits, int &number)
{
    if (text.size() < digits || !std::all_of(text.begin(), text.begin() + std::ptrdiff_t(digits), isDigit))
        return false;
    number = 0;
    for (const char c : text.substr(0, digits))
        number = number * 10 + (c - '0');
    text.remove_prefix(digits);
    return true;
}

bool take(std::string_view &text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

template <typename Integer> bool isInteger(std::string_view text)
{
    if (take(text, '+') && !text.empty() && text.front() == '-')
        return false;
    Integer number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// [sign] digits [. digits] [e [sign] digits], nothing else.
bool isDecimal(std::string_view text)
{
    const auto takeDigits = [&text] {
        const std::size_t before = text.size();
        while (!text.empty() && isDigit(text.front()))
            text.remove_prefix(1);
        return text.size() < before;
    };
    const auto takeSign = [&text] { return take(text, '+') || take(text, '-'); };
    takeSign();
    if (!takeDigits())
        return false;
    if (take(text, '.') && !takeDigits())
        return false;
    if (take(text, 'e') || take(text, 'E')) {
        takeSign();
        if (!takeDigits())
            return false;
    }
    return text.empty();
}

template <typename Float> bool isFloat(std::string_view text)
{
    static constexpr std::array<std::string_view, 5> words {"inf", "infinity", "-inf", "-infinity", "nan"};
    if (text.size() <= 9 && std::find(words.begin(), words.end(), lowered(text)) != words.end())
        return true;
    if (!isDecimal(text))
        return false;
    take(text, '+');
    Float number = 0; // neither overflow nor underflow; in no locale, unlike strtod
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool hyphen = at == 8 || at == 13 || at == 18 || at == 23;
        if (hyphen ? text[at] != '-' : !isHex(text[at]))
            return false;
    }
    return true;
}

bool takeDate(std::string_view &text)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!takeNumber(text, 4, year) || !take(text, '-') || !takeNumber(text, 2, month) || !take(text, '-') || !takeNumber(text, 2, day))
        return false;
    static constexpr std::array<int, 12> days {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[std::size_t(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool takeTime(std::string_view &text)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!takeNumber(text, 2, hour) || !take(text, ':') || !takeNumber(text, 2, minute) || !take(text, ':') || !takeNumber(text, 2, second))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    if (!take(text, '.'))
        return true;
    std::size_t digits = 0;
    while (digits < text.size() && isDigit(text[digits]))
        ++digits;
    text.remove_prefix(digits);
    return digits >= 1 && digits <= 6;
}

bool takeTimestamp(std::string_view &text)
{
    return takeDate(text) && (take(text, ' ') || take(text, 'T')) && takeTime(text);
}

bool isWhole(std::string_view text, bool (*taking)(std::string_view &))
{
    return taking(text) && text.empty();
}

bool isZonedTimestamp(std::string_view text)
{
    return takeTimestamp(text) && (text == "Z" || text == "+00" || text == "+00:00");
}

std::string hexText(std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\\x";
    text.reserve(2 + bytes.size() * 2);
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

bool isEnumLabel(const schema::ColumnType &type, std::string_view text, const schema::Catalogue &catalogue)
{
    const schema::Enum *const enumeration = catalogue.enumeration(type.name);
    // Labels added behind our back are for Postgres to judge.
    return !enumeration || std::find(enumeration->values.begin(), enumeration->values.end(), text) != enumeration->values.end();
}

bool isValid(const schema::ColumnType &type, std::string_view text, const schema::Catalogue &catalogue)
{
    const std::string &name = type.name;
    if (!type.array.empty())
        return false;
    if (type.isEnum)
        return isEnumLabel(type, text, catalogue);
    if (name == "text" || name == "varchar")
        return true;
    if (name == "bool")
        return text == "t" || text == "f";
    if (name == "int2")
        return isInteger<std::int16_t>(text);
    if (name == "int4")
        return isInteger<std::int32_t>(text);
    if (name == "int8")
        return isInteger<std::int64_t>(text);
    if (name == "float4")
        return isFloat<float>(text);
    if (name == "float8")
        return isFloat<double>(text);
    if (name == "date")
        return isWhole(text, takeDate);
    if (name == "time")
        return isWhole(text, takeTime);
    if (name == "timestamp")
        return isWhole(text, takeTimestamp);
    if (name == "timestamptz")
        return isZonedTimestamp(text);
    if (name == "json" || name == "jsonb")
        return isJsonText(text);
    return true;
}

} // namespace

Result<std::string> checkedValue(const schema::ColumnType &type, std::string_view bytes, const schema::Catalogue &catalogue)
{
    const bool plain = type.array.empty() && !type.isEnum;
    if (plain && type.name == "bytea")
        return hexText(bytes);
    if (bytes.find('\0') != std::string_view::npos)
        return fail(Failure::Kind::Malformed, "a value of the type " + type.name + " contains a NUL byte, which Postgres cannot store");
    if (plain && type.name == "uuid" && isUuid(bytes))
        return lowered(bytes);
    if ((plain && type.name == "uuid") || !isValid(type, bytes, catalogue))
        return fail(Failure::Kind::Malformed, "a value is not valid for the type " + type.name);
    return std::string(bytes);
}

} // namespace electric::wire
