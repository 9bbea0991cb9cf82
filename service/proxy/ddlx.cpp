#include "service/proxy/ddlx.h"

#include <array>
#include <cctype>
#include <vector>

namespace electric::proxy
{

namespace
{

struct Token {
    enum class Kind { Word, Quoted, Other, End };

    Kind kind = Kind::End;
    std::string value; // Word: in lower case, Quoted: without its quotes
    std::string_view source{};
    std::size_t offset = 0;

    [[nodiscard]] bool is(std::string_view word) const { return kind == Kind::Word && value == word; }
    [[nodiscard]] bool isName() const { return kind == Kind::Word || kind == Kind::Quoted; }
};

bool isWordCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

class Tokens
{
public:
    explicit Tokens(std::string_view text)
        : m_text(text)
    {
    }

    Token next()
    {
        skipBlanks();
        Token token;
        token.offset = m_at;
        if (m_at >= m_text.size())
            return token;
        if (m_text[m_at] == '"')
            quoted(token);
        else if (isWordCharacter(m_text[m_at]))
            word(token);
        else
            token = {Token::Kind::Other, std::string(1, m_text[m_at]), {}, m_at++};
        token.source = m_text.substr(token.offset, m_at - token.offset);
        return token;
    }

private:
    void skipBlanks()
    {
        while (m_at < m_text.size()) {
            const std::string_view rest = m_text.substr(m_at);
            if (std::isspace(static_cast<unsigned char>(rest[0])) != 0)
                ++m_at;
            else if (rest.substr(0, 2) == "--")
                m_at = std::min(m_text.size(), m_text.find('\n', m_at));
            else if (rest.substr(0, 2) == "/*")
                skipBlockComment();
            else
                return;
        }
    }

    void skipBlockComment() // they nest
    {
        int depth = 0;
        do {
            if (m_text.substr(m_at, 2) == "/*") {
                ++depth;
                m_at += 2;
            } else if (m_text.substr(m_at, 2) == "*/") {
                --depth;
                m_at += 2;
            } else {
                ++m_at;
            }
        } while (depth > 0 && m_at < m_text.size());
        m_at = std::min(m_at, m_text.size());
    }

    void quoted(Token &token)
    {
        token.kind = Token::Kind::Quoted;
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] == '"' && m_text.substr(m_at + 1, 1) != "\"") {
                ++m_at;
                return;
            }
            if (m_text[m_at] == '"')
                ++m_at;
            token.value += m_text[m_at];
        }
        token.kind = Token::Kind::Other; // never closed
    }

    void word(Token &token)
    {
        token.kind = Token::Kind::Word;
        for (; m_at < m_text.size() && isWordCharacter(m_text[m_at]); ++m_at)
            token.value += char(std::tolower(static_cast<unsigned char>(m_text[m_at])));
        if (std::isdigit(static_cast<unsigned char>(token.value[0])) != 0)
            token.kind = Token::Kind::Other;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

struct Named {
    std::string_view word;
    Ddlx::Command command;
    std::string_view tag;
};

constexpr std::array<Named, 7> commands{{
    {"enable", Ddlx::Command::Enable, "ELECTRIC ENABLE"},
    {"disable", Ddlx::Command::Disable, "ELECTRIC DISABLE"},
    {"grant", Ddlx::Command::Grant, "ELECTRIC GRANT"},
    {"revoke", Ddlx::Command::Revoke, "ELECTRIC REVOKE"},
    {"assign", Ddlx::Command::Assign, "ELECTRIC ASSIGN"},
    {"unassign", Ddlx::Command::Unassign, "ELECTRIC UNASSIGN"},
    {"sqlite", Ddlx::Command::Sqlite, "ELECTRIC SQLITE"},
}};

class Reader
{
public:
    explicit Reader(std::string_view text)
    {
        Tokens tokens(text);
        // No statement of ours that we carry out is longer; a longer one is judged by its beginning.
        for (std::size_t i = 0; i < 64; ++i) {
            m_tokens.push_back(tokens.next());
            if (m_tokens.back().kind == Token::Kind::End)
                break;
        }
    }

    std::optional<Ddlx> read()
    {
        if (peek().is("electric"))
            return readElectric();
        if (peek().is("alter") && mentionsElectric())
            return readAlter();
        return std::nullopt;
    }

private:
    const Token &peek() const { return m_tokens[std::min(m_at, m_tokens.size() - 1)]; }
    const Token &take() { return m_tokens[std::min(m_at++, m_tokens.size() - 1)]; }

    // ENABLE or DISABLE directly before ELECTRIC, wherever.
    bool mentionsElectric() const
    {
        for (std::size_t i = 1; i < m_tokens.size(); ++i)
            if (m_tokens[i].is("electric") && (m_tokens[i - 1].is("enable") || m_tokens[i - 1].is("disable")))
                return true;
        return false;
    }

    Ddlx readElectric()
    {
        take();
        for (const Named &named : commands) {
            if (!peek().is(named.word))
                continue;
            take();
            m_read.command = named.command;
            if (named.command == Ddlx::Command::Enable || named.command == Ddlx::Command::Disable)
                (void)(table() && end());
            return m_read;
        }
        (void)malformed();
        return m_read;
    }

    Ddlx readAlter()
    {
        take();
        if (!word("table") || !table())
            return m_read;
        m_read.command = peek().is("disable") ? Ddlx::Command::Disable : Ddlx::Command::Enable;
        if (!peek().is("disable") && !peek().is("enable"))
            (void)malformed();
        take();
        if (!m_read.malformed)
            (void)(word("electric") && end());
        return m_read;
    }

    bool table()
    {
        if (peek().is("only") || peek().is("if"))
            return malformed();
        std::string first;
        if (!name(first))
            return false;
        m_read.table = {"public", first};
        if (peek().source != ".")
            return true;
        take();
        m_read.table.schema = first;
        return name(m_read.table.name);
    }

    bool name(std::string &into)
    {
        if (!peek().isName() || peek().value.empty() || peek().is("enable") || peek().is("disable"))
            return malformed();
        into = take().value;
        return true;
    }

    bool word(std::string_view expected)
    {
        if (!peek().is(expected))
            return malformed();
        take();
        return true;
    }

    bool end()
    {
        if (peek().source == ";")
            take();
        return peek().kind == Token::Kind::End || malformed();
    }

    bool malformed()
    {
        m_read.malformed = Ddlx::Malformed{std::string(peek().source), peek().offset};
        return false;
    }

    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    Ddlx m_read;
};

} // namespace

std::optional<Ddlx> readDdlx(std::string_view statement)
{
    return Reader(statement).read();
}

std::string_view tagOf(Ddlx::Command command)
{
    for (const Named &named : commands)
        if (named.command == command)
            return named.tag;
    return {};
}

} // namespace electric::proxy
