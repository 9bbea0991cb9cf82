#include "service/writes/arrayliteral.h"

#include <utility>

namespace electric::writes {

void ArrayLiteral::append(std::string_view element)
{
    m_text += m_text.size() > 1 ? ",\"" : "\"";
    for (const char c : element) {
        if (c == '"' || c == '\\')
            m_text += '\\';
        m_text += c;
    }
    m_text += '"';
}

void ArrayLiteral::appendNull()
{
    m_text += m_text.size() > 1 ? ",NULL" : "NULL";
}

std::string ArrayLiteral::take()
{
    return std::exchange(m_text, "{") + '}';
}

} // namespace electric::writes
