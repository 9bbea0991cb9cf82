#include "service/changes/tags.h"

#include "service/changes/transaction.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace electric::changes {

namespace {

template <typename Integer> bool takeInteger(std::string_view &text, Integer &value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc())
        return false;
    text.remove_prefix(std::size_t(end - text.data()));
    return true;
}

bool takeChar(std::string_view &text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

// One field of a composite value, up to a comma or the closing parenthesis: quotes taken off, doubled ones and backslash escapes
// undone (Postgres docs, "Composite Type Input and Output Syntax").
std::string takeField(std::string_view &text)
{
    std::string field;
    bool quoted = false;
    while (!text.empty()) {
        const char c = text.front();
        if (!quoted && (c == ',' || c == ')'))
            break;
        text.remove_prefix(1);
        if (c == '\\' && !text.empty()) {
            field += text.front();
            text.remove_prefix(1);
        } else if (c == '"') {
            if (quoted && !text.empty() && text.front() == '"') {
                field += '"';
                text.remove_prefix(1);
            } else {
                quoted = !quoted;
            }
        } else {
            field += c;
        }
    }
    return field;
}

// One element of an array, up to a comma or the closing brace.
std::string takeElement(std::string_view &text)
{
    std::string element;
    if (!takeChar(text, '"')) {
        const auto end = text.find_first_of(",}");
        element = text.substr(0, end);
        text.remove_prefix(std::min(end, text.size()));
        return element;
    }
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1)
            text.remove_prefix(1);
        element += text.front();
        text.remove_prefix(1);
    }
    takeChar(text, '"');
    return element;
}

std::int64_t millisecondsOf(std::string_view fraction)
{
    std::int64_t ms = 0;
    for (std::size_t digit = 0; digit < 3; ++digit)
        ms = ms * 10 + (digit < fraction.size() ? fraction[digit] - '0' : 0);
    return ms;
}

} // namespace

std::optional<std::int64_t> parseUtc(std::string_view text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!takeInteger(text, year) || !takeChar(text, '-') || !takeInteger(text, month) || !takeChar(text, '-') || !takeInteger(text, day)
        || !takeChar(text, ' ') || !takeInteger(text, hour) || !takeChar(text, ':') || !takeInteger(text, minute) || !takeChar(text, ':')
        || !takeInteger(text, second))
        return std::nullopt;
    std::int64_t ms = 0;
    if (takeChar(text, '.')) {
        const auto end = text.find_first_not_of("0123456789");
        ms = millisecondsOf(text.substr(0, end));
        text.remove_prefix(std::min(end, text.size()));
    }
    if (text != "+00")
        return std::nullopt;
    using namespace std::chrono;
    const sys_days date = year_month_day {std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    return duration_cast<milliseconds>(date.time_since_epoch() + hours(hour) + minutes(minute) + seconds(second)).count() + ms;
}

std::string formatUtc(std::int64_t ms)
{
    using namespace std::chrono;
    const sys_time<milliseconds> time {milliseconds(ms)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 64> text {};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%03d+00", int(date.year()), unsigned(date.month()), unsigned(date.day()),
        int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
    return text.data();
}

std::optional<Tag> parseTag(std::string_view text)
{
    if (!takeChar(text, '('))
        return std::nullopt;
    const std::string time = takeField(text);
    if (!takeChar(text, ','))
        return std::nullopt;
    Tag tag;
    tag.origin = takeField(text);
    if (tag.origin.empty())
        tag.origin = postgresOrigin;
    if (time.empty())
        return tag;
    const auto ms = parseUtc(time);
    if (!ms)
        return std::nullopt;
    tag.timestampMs = *ms;
    return tag;
}

std::string formatTag(const Tag &tag)
{
    std::string text = "(\"" + formatUtc(tag.timestampMs) + "\",";
    if (tag.origin != postgresOrigin) {
        text += '"';
        for (const char c : tag.origin) {
            if (c == '"' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '"';
    }
    return text += ')';
}

std::optional<Tag> parseClientTag(std::string_view text)
{
    const auto at = text.find('@');
    if (at == std::string_view::npos)
        return std::nullopt;
    Tag tag;
    tag.origin = text.substr(0, at);
    text.remove_prefix(at + 1);
    if (!takeInteger(text, tag.timestampMs) || !text.empty())
        return std::nullopt;
    return tag;
}

const std::vector<std::string> &TagArrayReader::read(std::string_view text)
{
    if (text == m_text)
        return m_tags;
    m_text = text;
    m_tags.clear();
    if (!takeChar(text, '{'))
        return m_tags;
    while (!text.empty() && text.front() != '}') {
        if (const auto tag = parseTag(takeElement(text)))
            m_tags.push_back(tag->text());
        if (!takeChar(text, ','))
            break;
    }
    return m_tags;
}

} // namespace electric::changes
