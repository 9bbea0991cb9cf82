#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace electric::writes {

// Builds the text form of a text[] (Postgres docs, "Array Input and Output Syntax").
class ArrayLiteral
{
public:
    void append(std::string_view element);
    void appendNull();
    void appendValue(const std::optional<std::string> &element) { element ? append(*element) : appendNull(); }

    [[nodiscard]] std::string take(); // empty again afterwards

private:
    std::string m_text = "{";
};

} // namespace electric::writes
