#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace electric::writes {

// Builds the text form of a Postgres array, element by element (Postgres docs, "Array Input and Output Syntax").
class ArrayText
{
public:
    void add(std::optional<std::string_view> element)
    {
        m_text += m_text.size() == 1 ? "" : ",";
        if (!element) {
            m_text += "NULL";
            return;
        }
        m_text += '"';
        for (const char c : *element) {
            if (c == '"' || c == '\\')
                m_text += '\\';
            m_text += c;
        }
        m_text += '"';
    }
    [[nodiscard]] std::string text() const { return m_text + '}'; }

private:
    std::string m_text = "{";
};

} // namespace electric::writes
