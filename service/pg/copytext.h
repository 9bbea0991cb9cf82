#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::pg {

// Takes a line of COPY's text format apart (Postgres docs, COPY, "Text Format"): fields between tabs, backslash escapes, \N for NULL.
// Fields without escapes are views into the line; others into a buffer that the next line reuses.
class CopyTextReader
{
public:
    // No value is NULL. Valid until the next call and as long as the line.
    const std::vector<std::optional<std::string_view>> &read(std::string_view line);

private:
    std::vector<std::optional<std::string_view>> m_fields;
    std::string m_unescaped;
};

} // namespace electric::pg
