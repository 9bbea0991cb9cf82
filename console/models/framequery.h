#pragma once

#include "shared/admin/values.h"

#include <tl/expected.hpp>

#include <functional>

namespace electric::console {

// Which frames somebody wants to see, in a small language. Words stand side by side and must all hold:
//   items "two words"   found in the type or the content, in any letter case
//   dir:in dir:out      from the client, to the client
//   type:SatOpLog       a part of the type
//   larger:1k smaller:2m    bytes, with k, m or g for KiB, MiB, GiB
//   -word               what must not hold
// A key that is not known is taken for text, so that "12:30" or "https://x" can be looked for.
class FrameQuery
{
public:
    // What is wrong with it, in words, when it cannot be understood.
    static tl::expected<FrameQuery, QString> parse(const QString &text);

    [[nodiscard]] bool isEmpty() const { return m_terms.isEmpty(); }
    // `text` is asked for only when a word is looked for in it.
    [[nodiscard]] bool matches(const admin::TapFrame &frame, const std::function<QString()> &text) const;

private:
    struct Term {
        enum class Kind { Text, Incoming, Outgoing, Type, Larger, Smaller };
        Kind kind = Kind::Text;
        bool isNegated = false;
        QString text;
        qint64 bytes = 0;
    };
    static tl::expected<Term, QString> termOf(QString word, bool isQuoted);
    [[nodiscard]] static bool holds(const Term &term, const admin::TapFrame &frame, const std::function<QString()> &text);

    QList<Term> m_terms;
};

} // namespace electric::console
