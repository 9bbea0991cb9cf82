#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace electric {

// A position in Postgres' write-ahead log. Towards clients it is written as the decimal number, towards Postgres in the
// two-part hexadecimal form (spec/satellite.md §6.6, Postgres docs "pg_lsn Type").
struct Lsn {
    std::uint64_t value = 0;

    friend auto operator<=>(const Lsn &, const Lsn &) = default;

    [[nodiscard]] std::string toDecimal() const { return std::to_string(value); }

    [[nodiscard]] std::string toHex() const
    {
        char text[20];
        auto end = std::to_chars(text, text + 9, value >> 32, 16).ptr;
        *end++ = '/';
        end = std::to_chars(end, text + sizeof text, value & 0xffffffffU, 16).ptr;
        return {text, end};
    }

    [[nodiscard]] static std::optional<Lsn> fromDecimal(std::string_view text)
    {
        Lsn lsn;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lsn.value);
        if (error != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        return lsn;
    }

    [[nodiscard]] static std::optional<Lsn> fromHex(std::string_view text)
    {
        std::uint32_t high = 0;
        std::uint32_t low = 0;
        const char *const stop = text.data() + text.size();
        const auto first = std::from_chars(text.data(), stop, high, 16);
        if (first.ec != std::errc() || first.ptr == stop || *first.ptr != '/')
            return std::nullopt;
        const auto second = std::from_chars(first.ptr + 1, stop, low, 16);
        if (second.ec != std::errc() || second.ptr != stop)
            return std::nullopt;
        return Lsn {(std::uint64_t {high} << 32) | low};
    }
};

} // namespace electric
