#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace electric::http {

// Request line and header lines of one HTTP request, as far as they were needed to decide who answers it.
struct RequestHead {
    std::string method;
    std::string target; // as sent
    std::string version; // "HTTP/1.1"
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case, values trimmed, in the order sent

    [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const;
    // Whether a comma-separated header has the token, without regard to case.
    [[nodiscard]] bool hasToken(std::string_view name, std::string_view token) const;
    // The target's path as segments: empty ones left out, percent-encoding undone, the query ignored (spec/http.md §2).
    // Nothing when the encoding is broken.
    [[nodiscard]] std::optional<std::vector<std::string>> segments() const;
};

inline constexpr std::size_t maxHeadBytes = 16 * 1024;
inline constexpr std::size_t maxHeaderLines = 64;

struct ParsedHead {
    enum class Verdict { NeedMore, Complete, Bad };

    Verdict verdict = Verdict::NeedMore;
    RequestHead head {}; // when Complete
};

// Reads the head at the beginning of `bytes`, which may hold more or less than that.
[[nodiscard]] ParsedHead parseHead(std::string_view bytes);

[[nodiscard]] std::string lowerCase(std::string_view text); // ASCII only

} // namespace electric::http
