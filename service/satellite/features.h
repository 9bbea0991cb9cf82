#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace electric::satellite {

// MAJOR.MINOR of the client library, which is the version of the protocol that it speaks.
struct Version {
    unsigned major = 0;
    unsigned minor = 0;

    friend constexpr auto operator<=>(const Version &, const Version &) = default;
};

// Everything in which the protocol differs by version (spec/satellite.md §9.8). The session decides by these switches and never
// compares version numbers.
struct ProtocolFeatures {
    Version version;
    std::uint32_t window = 0; // transactions that may be unacknowledged; 0: the client does not acknowledge
    bool unsubscribeBatch = true; // frames 24 and 25
    bool shapeTrees = true; // one select with where and include; else several plain selects
    bool dialectByRequest = true; // else always SQLite
};

// The versions that are served, oldest first. A line more here lets a further client line in.
inline constexpr std::array servedVersions {
    ProtocolFeatures {.version = {0, 9}, .window = 0, .unsubscribeBatch = false, .shapeTrees = false, .dialectByRequest = false},
    ProtocolFeatures {.version = {0, 10}, .window = 30, .unsubscribeBatch = false, .dialectByRequest = false},
    ProtocolFeatures {.version = {0, 11}, .window = 30, .unsubscribeBatch = false},
    ProtocolFeatures {.version = {0, 12}, .window = 30},
};

[[nodiscard]] constexpr std::optional<ProtocolFeatures> featuresOf(Version version)
{
    for (const ProtocolFeatures &features : servedVersions)
        if (features.version == version)
            return features;
    return std::nullopt;
}

} // namespace electric::satellite
