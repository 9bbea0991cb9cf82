#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace electric::auth {

// Counts failed attempts to sign in by address, and says when an address has had enough: `most` within a minute that begins with its
// first. Bounded in memory: when too many addresses fail at once, those whose minute began first are forgotten. Not thread-safe.
class AttemptLimiter
{
public:
    using Clock = std::chrono::steady_clock;

    explicit AttemptLimiter(std::uint64_t most) : m_most(most) { }

    [[nodiscard]] bool mayTry(const std::string &address, Clock::time_point now) const;
    void failed(const std::string &address, Clock::time_point now);
    [[nodiscard]] std::size_t size() const { return m_addresses.size(); }

private:
    struct Attempts {
        Clock::time_point since;
        std::uint64_t count = 0;
    };
    [[nodiscard]] static bool isOver(const Attempts &attempts, Clock::time_point now);
    void makeRoom(Clock::time_point now);

    const std::uint64_t m_most;
    std::unordered_map<std::string, Attempts> m_addresses;
};

} // namespace electric::auth
