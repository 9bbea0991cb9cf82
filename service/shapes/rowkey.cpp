#include "service/shapes/rowkey.h"

#include "service/wire/encoding.h"

namespace electric::shapes {

using changes::Value;

std::optional<std::string> packKey(std::span<const Value> row, std::span<const std::size_t> columns)
{
    std::string key;
    for (const std::size_t column : columns) {
        if (column >= row.size() || row[column].kind != Value::Kind::Text)
            return std::nullopt;
        wire::appendVarint(key, row[column].text.size());
        key += row[column].text;
    }
    return key;
}

std::vector<std::string_view> unpackKey(std::string_view key)
{
    std::vector<std::string_view> values;
    while (!key.empty()) {
        std::size_t length = 0;
        std::size_t at = 0;
        for (bool more = true; more && at < key.size(); ++at) {
            const auto byte = static_cast<unsigned char>(key[at]);
            length |= std::size_t {byte & 0x7fU} << (7 * at);
            more = byte >= 0x80;
        }
        values.push_back(key.substr(at, length));
        key.remove_prefix(std::min(at + length, key.size()));
    }
    return values;
}

} // namespace electric::shapes
