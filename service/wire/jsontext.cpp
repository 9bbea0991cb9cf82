#include "service/wire/jsontext.h"

#include <string>

// Qt's parser will not do: it takes .5, 1. and raw line ends in strings, and refuses 1e999.

namespace electric::wire {

namespace {

constexpr std::size_t deepest = 1000;

class Reader
{
public:
    explicit Reader(std::string_view text) : m_rest(text) { }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }

    void skipBlanks()
    {
        const auto first = m_rest.find_first_not_of(" \t\r\n");
        m_rest.remove_prefix(first == std::string_view::npos ? m_rest.size() : first);
    }

    bool take(char c)
    {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    bool takeString()
    {
        if (!take('"'))
            return false;
        while (!m_rest.empty()) {
            const char c = m_rest.front();
            m_rest.remove_prefix(1);
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !takeEscape()))
                return false;
        }
        return false;
    }

    // The name of an object's member and the colon after it.
    bool takeName()
    {
        skipBlanks();
        if (!takeString())
            return false;
        skipBlanks();
        return take(':');
    }

    bool takeScalar() { return takeString() || takeWord("null") || takeWord("true") || takeWord("false") || takeNumber(); }

private:
    bool takeWord(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }

    bool takeEscape()
    {
        if (m_rest.empty())
            return false;
        const char kind = m_rest.front();
        m_rest.remove_prefix(1);
        if (kind != 'u')
            return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
        constexpr std::string_view hex = "0123456789abcdefABCDEF";
        if (m_rest.size() < 4 || m_rest.substr(0, 4).find_first_not_of(hex) != std::string_view::npos)
            return false;
        m_rest.remove_prefix(4);
        return true;
    }

    bool takeDigits()
    {
        const std::size_t before = m_rest.size();
        while (!m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9')
            m_rest.remove_prefix(1);
        return m_rest.size() < before;
    }

    bool takeNumber()
    {
        take('-');
        if (!take('0') && !takeDigits())
            return false;
        if (take('.') && !takeDigits())
            return false;
        if (!take('e') && !take('E'))
            return true;
        if (!take('+'))
            take('-');
        return takeDigits();
    }

    std::string_view m_rest;
};

} // namespace

bool isJsonText(std::string_view text)
{
    Reader reader(text);
    std::string open; // the containers that we are in, innermost last
    while (open.size() <= deepest) { // a value is to come
        reader.skipBlanks();
        const char container = reader.take('{') ? '{' : reader.take('[') ? '[' : '\0';
        reader.skipBlanks();
        if (container != '\0' && !reader.take(container == '{' ? '}' : ']')) {
            if (container == '{' && !reader.takeName())
                return false;
            open += container;
            continue;
        }
        if (container == '\0' && !reader.takeScalar())
            return false;
        while (true) { // a value has ended
            reader.skipBlanks();
            if (open.empty())
                return reader.isAtEnd();
            if (reader.take(',')) {
                if (open.back() == '{' && !reader.takeName())
                    return false;
                break;
            }
            if (!reader.take(open.back() == '{' ? '}' : ']'))
                return false;
            open.pop_back();
        }
    }
    return false;
}

} // namespace electric::wire
