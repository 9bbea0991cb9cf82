#include "service/pg/copytext.h"

#include <cstring>

namespace electric::pg {

namespace {

char unescaped(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: // a backslash before anything else stands for that; COPY TO writes no numeric escapes
        return c;
    }
}

} // namespace

const std::vector<std::optional<std::string_view>> &CopyTextReader::read(std::string_view line)
{
    m_fields.clear();
    m_unescaped.clear();
    m_unescaped.reserve(line.size()); // so that views into it stay valid
    for (;;) {
        const auto end = line.find('\t');
        const std::string_view field = line.substr(0, end);
        if (field == "\\N") {
            m_fields.emplace_back(std::nullopt);
        } else if (field.find('\\') == std::string_view::npos) {
            m_fields.emplace_back(field);
        } else {
            const std::size_t start = m_unescaped.size();
            for (std::size_t at = 0; at < field.size(); ++at)
                m_unescaped += field[at] == '\\' && at + 1 < field.size() ? unescaped(field[++at]) : field[at];
            m_fields.emplace_back(std::string_view(m_unescaped).substr(start));
        }
        if (end == std::string_view::npos)
            return m_fields;
        line.remove_prefix(end + 1);
    }
}

} // namespace electric::pg
