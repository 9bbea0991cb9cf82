#include "service/proxy/tellingwords.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace electric::proxy {

namespace {

// Words one of which every statement that concerns us has. As parts of names (dropped_at) the first four tell nothing;
// the others stand for the frameworks' tables, whatever is around them.
struct TellingWord {
    std::string_view word;
    bool alone;
};
constexpr std::array<TellingWord, 10> tellingWords {
    {{"alter", true}, {"index", true}, {"drop", true}, {"electric", true}, {"migration", false}, {"_schema_history", false},
        {"atlas_schema_revisions", false}, {"goose_db_version", false}, {"phinxlog", false}, {"sequelizemeta", false}}};

bool isWordCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte == '_' || byte == '$' || byte >= 0x80;
}

bool isBlank(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

char lowerCase(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
}

bool standsAt(std::string_view sql, std::size_t at, std::string_view word, bool alone)
{
    if (sql.size() - at < word.size())
        return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lowerCase(sql[at + i]) != word[i])
            return false;
    const std::size_t end = at + word.size();
    return !alone || ((at == 0 || !isWordCharacter(sql[at - 1])) && (end == sql.size() || !isWordCharacter(sql[end])));
}

// Goes through SQL as far as it must be understood to know what is a string or a comment.
class Scanner
{
public:
    explicit Scanner(std::string_view sql) : m_sql(sql) { }

    bool findsAny()
    {
        while (m_at < m_sql.size()) {
            const char c = m_sql[m_at];
            if (c == '\'' ? !skipString() : isTelling(m_at))
                return true;
            if (c == '-' && next() == '-')
                m_at = std::min(m_sql.size(), m_sql.find_first_of("\r\n", m_at));
            else if (c == '/' && next() == '*')
                skipComment();
            else if (const std::size_t end = quotedEnd(); end > m_at) {
                if (findsUntil(end))
                    return true;
            } else if (c != '\'')
                ++m_at;
        }
        return false;
    }

private:
    [[nodiscard]] char next() const { return m_at + 1 < m_sql.size() ? m_sql[m_at + 1] : '\0'; }

    [[nodiscard]] bool isTelling(std::size_t at) const
    {
        static const std::array<bool, 256> isFirst = [] {
            std::array<bool, 256> first {};
            for (std::size_t c = 0; c < first.size(); ++c)
                first[c] = lowerCase(char(c)) == 'd' || std::any_of(tellingWords.begin(), tellingWords.end(), [c](const TellingWord &one) {
                    return lowerCase(char(c)) == one.word[0];
                });
            return first;
        }();
        if (!isFirst[static_cast<unsigned char>(m_sql[at])])
            return false;
        const auto stands = [&](const TellingWord &one) { return standsAt(m_sql, at, one.word, one.alone); };
        return std::any_of(tellingWords.begin(), tellingWords.end(), stands) || (standsAt(m_sql, at, "do", true) && isBlock(at + 2));
    }

    // DO and its body in ordinary quotes; one in dollar quotes is looked into anyway.
    [[nodiscard]] bool isBlock(std::size_t at) const
    {
        while (at < m_sql.size() && isBlank(m_sql[at]))
            ++at;
        const std::string_view rest = m_sql.substr(at);
        return !rest.empty()
            && (rest[0] == '\'' || rest.substr(1, 1) == "'" || rest.substr(1, 1) == "&" || rest[0] == '-' || rest[0] == '/'
                || standsAt(m_sql, at, "language", true));
    }

    // False when it depends on the session's settings where the string ends.
    bool skipString()
    {
        const bool escapes = m_at > 0 && lowerCase(m_sql[m_at - 1]) == 'e' && (m_at == 1 || !isWordCharacter(m_sql[m_at - 2]));
        for (++m_at; m_at < m_sql.size(); ++m_at) {
            if (m_sql[m_at] == '\\' && (next() == '\'' || next() == '\\')) {
                if (!escapes)
                    return false;
                ++m_at;
            } else if (m_sql[m_at] == '\'') {
                ++m_at;
                return true;
            }
        }
        return true;
    }

    void skipComment()
    {
        int depth = 0;
        do {
            const std::string_view two = m_sql.substr(m_at, 2);
            depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
            m_at += two == "/*" || two == "*/" ? 2 : 1;
        } while (depth > 0 && m_at < m_sql.size());
        m_at = std::min(m_at, m_sql.size());
    }

    // Behind the tag that begins here; here when there is none.
    [[nodiscard]] std::size_t dollarTagEnd() const
    {
        std::size_t end = m_at + 1;
        while (end < m_sql.size() && m_sql[end] != '$' && isWordCharacter(m_sql[end]))
            ++end;
        const bool isTag = end < m_sql.size() && m_sql[end] == '$' && std::isdigit(static_cast<unsigned char>(m_sql[m_at + 1])) == 0;
        return isTag ? end + 1 : m_at;
    }

    // Where what is in double quotes or dollars ends that begins here; here when there is none.
    [[nodiscard]] std::size_t quotedEnd() const
    {
        const bool isName = m_sql[m_at] == '"';
        const bool isDollar = m_sql[m_at] == '$' && (m_at == 0 || !isWordCharacter(m_sql[m_at - 1]));
        if (!isName && !isDollar)
            return m_at;
        const std::size_t begin = isName ? m_at + 1 : dollarTagEnd();
        if (begin == m_at)
            return m_at;
        const std::string_view mark = m_sql.substr(m_at, begin - m_at);
        const std::size_t end = m_sql.find(mark, begin);
        return end == std::string_view::npos ? m_sql.size() : end + mark.size();
    }

    // It can be a name or a block, so it is looked into.
    bool findsUntil(std::size_t end)
    {
        for (; m_at < end; ++m_at)
            if (isTelling(m_at))
                return true;
        return false;
    }

    std::string_view m_sql;
    std::size_t m_at = 0;
};

} // namespace

bool mayConcern(std::string_view sql)
{
    return Scanner(sql).findsAny();
}

bool mentions(std::string_view text, std::string_view word)
{
    for (std::size_t at = 0; at < text.size(); ++at)
        if (standsAt(text, at, word, true))
            return true;
    return false;
}

} // namespace electric::proxy
