#include "service/shapes/visibility.h"

#include <algorithm>
#include <charconv>

namespace electric::shapes {

namespace {

// Takes the number that `text` begins with, and the separator after it when there is one.
std::optional<std::uint64_t> takeNumber(std::string_view &text, char separator)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc())
        return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    if (!text.empty()) {
        if (text.front() != separator)
            return std::nullopt;
        text.remove_prefix(1);
    }
    return number;
}

} // namespace

bool Visibility::shows(std::uint64_t xid) const
{
    if (xid < xmin)
        return true;
    return xid < xmax && !std::binary_search(inProgress.begin(), inProgress.end(), xid);
}

std::optional<Visibility> Visibility::parse(std::string_view text)
{
    const auto xmin = takeNumber(text, ':');
    const auto xmax = takeNumber(text, ':');
    if (!xmin || !xmax || *xmin > *xmax)
        return std::nullopt;
    Visibility visibility {*xmin, *xmax, {}};
    while (!text.empty()) {
        const auto xid = takeNumber(text, ',');
        if (!xid)
            return std::nullopt;
        visibility.inProgress.push_back(*xid);
    }
    std::sort(visibility.inProgress.begin(), visibility.inProgress.end());
    return visibility;
}

} // namespace electric::shapes
