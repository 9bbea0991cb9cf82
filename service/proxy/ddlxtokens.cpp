#include "service/proxy/ddlxtokens.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace electric::proxy {

namespace {

constexpr std::array<std::string_view, 29> keywords {"all", "alter", "and", "assign", "check", "delete", "disable", "electric", "enable",
    "from", "grant", "if", "insert", "is", "not", "null", "on", "or", "privileges", "read", "revoke", "select", "sqlite", "table", "to",
    "unassign", "update", "using", "write"};

constexpr std::string_view signs = ".,():=-<>+*/!;";

bool isBlank(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool isKeyword(std::string_view word)
{
    return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

} // namespace

DdlxToken DdlxTokens::next()
{
    skipBlanks();
    DdlxToken token;
    token.offset = m_at;
    if (m_at >= m_text.size())
        return token;
    const char first = m_text[m_at];
    if (first == '"')
        quoted(token, DdlxToken::Kind::Name);
    else if (first == '\'')
        quoted(token, DdlxToken::Kind::String);
    else if (first == '$' && dollarQuoted(token))
        token.kind = DdlxToken::Kind::String;
    else if (signs.find(first) != std::string_view::npos)
        sign(token);
    else
        word(token);
    token.source = m_text.substr(token.offset, m_at - token.offset);
    return token;
}

void DdlxTokens::skipBlanks()
{
    while (m_at < m_text.size()) {
        const std::string_view rest = m_text.substr(m_at);
        if (isBlank(rest[0]))
            ++m_at;
        else if (rest.substr(0, 2) == "--")
            m_at = std::min(m_text.size(), m_text.find('\n', m_at));
        else if (rest.substr(0, 2) == "/*")
            skipBlockComment();
        else
            return;
    }
}

void DdlxTokens::skipBlockComment() // they nest
{
    int depth = 0;
    do {
        const std::string_view two = m_text.substr(m_at, 2);
        depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
        m_at += two == "/*" || two == "*/" ? 2 : 1;
    } while (depth > 0 && m_at < m_text.size());
}

bool DdlxTokens::dollarQuoted(DdlxToken &token)
{
    const std::size_t tagEnd = m_text.find('$', m_at + 1);
    if (tagEnd == std::string_view::npos)
        return false;
    const std::string_view tag = m_text.substr(m_at, tagEnd - m_at + 1);
    const auto isOfTag = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    if (!std::all_of(tag.begin() + 1, tag.end() - 1, isOfTag))
        return false;
    const std::size_t end = m_text.find(tag, tagEnd + 1);
    if (end == std::string_view::npos)
        return false;
    token.value = m_text.substr(tagEnd + 1, end - tagEnd - 1);
    m_at = end + tag.size();
    return true;
}

void DdlxTokens::quoted(DdlxToken &token, DdlxToken::Kind kind)
{
    token.kind = DdlxToken::Kind::Wrong; // until it is closed
    const char quote = m_text[m_at];
    for (++m_at; m_at < m_text.size(); ++m_at) {
        const bool isQuote = m_text[m_at] == quote;
        if (isQuote && (m_at + 1 == m_text.size() || m_text[m_at + 1] != quote)) {
            ++m_at;
            token.kind = kind;
            return;
        }
        m_at += isQuote ? 1 : 0;
        token.value += m_text[m_at];
    }
}

void DdlxTokens::word(DdlxToken &token)
{
    const char first = m_text[m_at];
    const bool isNumber = isDigit(first);
    for (; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (isBlank(c) || (signs.find(c) != std::string_view::npos && !(isNumber && c == '.')))
            break;
        token.value += char(std::tolower(static_cast<unsigned char>(c)));
    }
    if (isNumber || first == '$')
        token.kind = DdlxToken::Kind::Wrong;
    else
        token.kind = isKeyword(token.value) ? DdlxToken::Kind::Keyword : DdlxToken::Kind::Name;
}

void DdlxTokens::sign(DdlxToken &token)
{
    token.kind = DdlxToken::Kind::Sign;
    const std::string_view two = m_text.substr(m_at, 2);
    m_at += two == "<>" || two == "!=" || two == "<=" || two == ">=" ? 2 : 1;
}

} // namespace electric::proxy
