#pragma once

#include "service/changes/tags.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::writes
{

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

// The text forms of an electric.tag, of an array of them, and the order of tags (spec/conflicts.md §1.2, §1.3).
[[nodiscard]] std::string tagText(const changes::Tag &tag);
[[nodiscard]] std::string tagArrayText(const std::vector<changes::Tag> &tags);
[[nodiscard]] bool isBefore(const changes::Tag &one, const changes::Tag &other);

} // namespace electric::writes
