#include "service/http/requesthead.h"

#include <algorithm>
#include <charconv>

namespace electric::http {
namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view takeLine(std::string_view &rest)
{
    const auto end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    return line;
}

bool isToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool readRequestLine(std::string_view line, RequestHead &head)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || last == first)
        return false;
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    head.version = line.substr(last + 1);
    return isToken(head.method) && !head.target.empty() && head.target.find(' ') == std::string::npos
        && head.version.starts_with("HTTP/1.");
}

bool readHeader(std::string_view line, RequestHead &head)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
        return false;
    head.headers.emplace_back(lowerCase(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    return head.headers.size() <= maxHeaderLines;
}

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
            return std::nullopt;
        decoded += static_cast<char>(value);
        i += 2;
    }
    return decoded;
}

} // namespace

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    for (char &c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::vector<std::string_view> RequestHead::values(std::string_view name) const
{
    std::vector<std::string_view> found;
    for (const auto &[key, value] : headers)
        if (key == name)
            found.push_back(value);
    return found;
}

bool RequestHead::hasToken(std::string_view name, std::string_view token) const
{
    for (std::string_view rest : values(name)) {
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (lowerCase(trimmed(rest.substr(0, comma))) == token)
                return true;
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
    }
    return false;
}

std::optional<std::vector<std::string>> RequestHead::segments() const
{
    std::vector<std::string> found;
    std::string_view rest = target;
    rest = rest.substr(0, rest.find_first_of("?#"));
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        if (slash != 0) {
            auto segment = percentDecoded(rest.substr(0, slash));
            if (!segment)
                return std::nullopt;
            found.push_back(*std::move(segment));
        }
        rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    }
    return found;
}

ParsedHead parseHead(std::string_view bytes)
{
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos || end > maxHeadBytes) {
        if (bytes.size() > maxHeadBytes)
            return {ParsedHead::Verdict::Bad};
        // What cannot become a request line is not waited for: a method is short and made of letters.
        const auto method = bytes.substr(0, std::min(bytes.find(' '), std::size_t {20}));
        if (!bytes.empty() && (method.empty() || method.size() == 20 || !isToken(method)))
            return {ParsedHead::Verdict::Bad};
        return {ParsedHead::Verdict::NeedMore};
    }
    std::string_view rest = bytes.substr(0, end);
    ParsedHead parsed {ParsedHead::Verdict::Complete};
    if (!readRequestLine(takeLine(rest), parsed.head))
        return {ParsedHead::Verdict::Bad};
    while (!rest.empty())
        if (!readHeader(takeLine(rest), parsed.head))
            return {ParsedHead::Verdict::Bad};
    return parsed;
}

} // namespace electric::http
