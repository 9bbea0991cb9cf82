// What people write, and how Postgres prints it.

#include "service/where/calendar.h"
#include "service/where/datum.h"
#include "service/where/interval.h"

namespace electric::where {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\n\r\f\v";
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) - first + 1);
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

std::optional<std::string> written(Type type, std::optional<std::int64_t> value)
{
    return value ? std::optional(momentText(type, *value)) : std::nullopt;
}

} // namespace

std::optional<std::string> readLiteral(Type type, std::string_view text, const std::vector<std::string> *labels)
{
    switch (type) {
    case Type::Bool: return readBoolLiteral(text);
    case Type::Uuid: return readUuid(text);
    case Type::Date: return written(type, dateIn(text));
    case Type::Time: return written(type, timeIn(text));
    case Type::Timestamp: return written(type, Calendar::readTimestamp(text, Calendar::Zone::Ignored));
    case Type::Timestamptz: return written(type, Calendar::readTimestamp(text, Calendar::Zone::Applied));
    case Type::Interval: {
        const auto interval = Interval::read(trimmed(text));
        return interval ? std::optional(interval->text()) : std::nullopt;
    }
    case Type::Text: return std::string(text);
    case Type::Enum: return readDatum(type, text, labels)->exact < 0 ? std::nullopt : std::optional(std::string(text));
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

std::string momentText(Type type, std::int64_t value)
{
    if (type == Type::Date)
        return Calendar::dateText(value);
    if (type == Type::Time)
        return Calendar::timeText(value);
    std::string printed = Calendar::timestampText(value);
    if (type == Type::Timestamptz && isFinite(value))
        printed.insert(printed.ends_with(" BC") ? printed.size() - 3 : printed.size(), "+00");
    return printed;
}

} // namespace electric::where
