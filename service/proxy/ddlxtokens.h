#pragma once

#include <string>
#include <string_view>

namespace electric::proxy {

// A word, sign or string of Electric's own statements (spec/proxy.md §5.1).
struct DdlxToken {
    enum class Kind { Keyword, Name, String, Sign, Wrong, End }; // Wrong: numbers, and quotes that are never closed

    Kind kind = Kind::End;
    std::string value {}; // Keyword and bare Name: in lower case; quoted Name and String: what is meant
    std::string_view source {};
    std::size_t offset = 0; // in bytes

    [[nodiscard]] bool is(std::string_view keyword) const { return kind == Kind::Keyword && value == keyword; }
    [[nodiscard]] bool isSign(std::string_view sign) const { return kind == Kind::Sign && source == sign; }
};

// Gives the tokens of one statement one by one, End for ever at the end. Comments of both kinds are passed over. `text`
// must outlive it and what it gives.
class DdlxTokens
{
public:
    explicit DdlxTokens(std::string_view text) : m_text(text) { }

    DdlxToken next();

private:
    void skipBlanks();
    void skipBlockComment();
    bool dollarQuoted(DdlxToken &token);
    void quoted(DdlxToken &token, DdlxToken::Kind kind);
    void word(DdlxToken &token);
    void sign(DdlxToken &token);

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace electric::proxy
