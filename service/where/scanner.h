#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace electric::where {

// Takes things off the front of a text.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_rest(text) { }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    bool take(char c)
    {
        const bool isThere = !m_rest.empty() && m_rest.front() == c;
        if (isThere)
            m_rest.remove_prefix(1);
        return isThere;
    }
    bool take(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }
    std::optional<std::int64_t> number(std::size_t least, std::size_t most)
    {
        std::size_t length = 0;
        while (length < m_rest.size() && length < most && m_rest[length] >= '0' && m_rest[length] <= '9')
            ++length;
        std::int64_t value = 0;
        if (length < least || std::from_chars(m_rest.data(), m_rest.data() + length, value).ec != std::errc())
            return std::nullopt;
        m_rest.remove_prefix(length);
        m_taken = length;
        return value;
    }
    [[nodiscard]] std::size_t digitsTaken() const { return m_taken; }
    std::string_view word() // of small letters; maybe none
    {
        std::size_t length = 0;
        while (length < m_rest.size() && m_rest[length] >= 'a' && m_rest[length] <= 'z')
            ++length;
        const std::string_view taken = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return taken;
    }
    void skipBlanks()
    {
        while (take(' ')) { }
    }

private:
    std::string_view m_rest;
    std::size_t m_taken = 0;
};

} // namespace electric::where
