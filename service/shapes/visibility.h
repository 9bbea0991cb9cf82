#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace electric::shapes {

// Which transactions a snapshot of Postgres shows (Postgres docs, "pg_snapshot Components").
struct Visibility {
    std::uint64_t xmin = 0; // all below are finished
    std::uint64_t xmax = 0; // none from here on is visible
    std::vector<std::uint64_t> inProgress; // sorted, between the two

    [[nodiscard]] bool shows(std::uint64_t xid) const;

    // Reads pg_snapshot's text form, xmin:xmax:xip,xip,…
    [[nodiscard]] static std::optional<Visibility> parse(std::string_view text);

    friend bool operator==(const Visibility &, const Visibility &) = default;
};

} // namespace electric::shapes
