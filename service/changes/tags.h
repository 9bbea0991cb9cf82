#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace electric::changes {

// Who changed a row, and when (spec/conflicts.md §1.2).
struct Tag {
    std::int64_t timestampMs = 0; // since 1970
    std::string origin;           // client id or postgresOrigin

    [[nodiscard]] std::string text() const { return origin + '@' + std::to_string(timestampMs); }

    friend bool operator==(const Tag &, const Tag &) = default;
};

// Reads the text form of an electric.tag value: ("2023-06-15 11:18:05.372+00",c1). No source means Postgres; the value (,) that the
// original could store counts as the epoch.
[[nodiscard]] std::optional<Tag> parseTag(std::string_view text);

// The other way: text that Postgres reads as an electric.tag.
[[nodiscard]] std::string formatTag(const Tag &tag);

// Reads the client form, origin@milliseconds; splits at the first @ (spec/conflicts.md §1.2).
[[nodiscard]] std::optional<Tag> parseClientTag(std::string_view text);

// Reads the text form of electric.tag[] into client forms. Remembers the last text: rows of one statement share theirs.
class TagArrayReader
{
public:
    // Valid until the next call. What does not parse is left out.
    const std::vector<std::string> &read(std::string_view text);

private:
    std::string m_text;
    std::vector<std::string> m_tags;
};

// Milliseconds since 1970 of "2023-06-15 11:18:05.372+00" as our sessions print it (UTC, ISO), fractions cut to milliseconds.
[[nodiscard]] std::optional<std::int64_t> parseUtc(std::string_view text);

// The other way: "2023-06-15 11:18:05.372+00".
[[nodiscard]] std::string formatUtc(std::int64_t ms);

} // namespace electric::changes
