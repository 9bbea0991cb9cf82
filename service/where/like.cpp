#include "service/where/like.h"

#include <cstddef>

namespace electric::where {

namespace {

char folded(char c, bool fold)
{
    return fold && c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::size_t afterCharacter(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U)
        ++at;
    return at;
}

} // namespace

bool isPattern(std::string_view pattern)
{
    std::size_t escapes = 0;
    while (escapes < pattern.size() && pattern[pattern.size() - 1 - escapes] == '\\')
        ++escapes;
    return escapes % 2 == 0;
}

// On a mismatch the last % takes one character more: what was matched before it stays, so the cost is at most the product of the lengths.
bool isLike(std::string_view text, std::string_view pattern, bool foldCase)
{
    constexpr std::size_t none = std::string_view::npos;
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t anyAt = none;
    std::size_t textAt = 0;
    while (true) {
        if (p < pattern.size() && pattern[p] == '%') {
            anyAt = ++p;
            textAt = t;
            continue;
        }
        if (t == text.size())
            return p == pattern.size();
        if (p < pattern.size() && pattern[p] == '_') {
            t = afterCharacter(text, t);
            ++p;
            continue;
        }
        if (p < pattern.size()) {
            const std::size_t literal = pattern[p] == '\\' && p + 1 < pattern.size() ? p + 1 : p;
            if (folded(text[t], foldCase) == folded(pattern[literal], foldCase)) {
                ++t;
                p = literal + 1;
                continue;
            }
        }
        if (anyAt == none || textAt >= text.size())
            return false;
        textAt = afterCharacter(text, textAt);
        t = textAt;
        p = anyAt;
    }
}

} // namespace electric::where
