#include "service/auth/attemptlimiter.h"

#include <algorithm>
#include <vector>

namespace electric::auth {

namespace {

constexpr std::chrono::minutes window {1};
constexpr std::size_t mostAddresses = 10'000;

} // namespace

bool AttemptLimiter::isOver(const Attempts &attempts, Clock::time_point now)
{
    return now - attempts.since >= window;
}

bool AttemptLimiter::mayTry(const std::string &address, Clock::time_point now) const
{
    const auto found = m_addresses.find(address);
    return found == m_addresses.end() || found->second.count < m_most || isOver(found->second, now);
}

void AttemptLimiter::failed(const std::string &address, Clock::time_point now)
{
    auto found = m_addresses.find(address);
    if (found == m_addresses.end()) {
        makeRoom(now);
        found = m_addresses.emplace(address, Attempts {now}).first;
    } else if (isOver(found->second, now)) {
        found->second = {now};
    }
    ++found->second.count;
}

void AttemptLimiter::makeRoom(Clock::time_point now)
{
    if (m_addresses.size() < mostAddresses)
        return;
    std::erase_if(m_addresses, [now](const auto &entry) { return isOver(entry.second, now); });
    if (m_addresses.size() < mostAddresses)
        return;
    std::vector<Clock::time_point> beginnings; // many go at once, so that this is not done for each
    for (const auto &[address, attempts] : m_addresses)
        beginnings.push_back(attempts.since);
    const auto middle = beginnings.begin() + std::ptrdiff_t(beginnings.size() / 2);
    std::nth_element(beginnings.begin(), middle, beginnings.end());
    std::erase_if(m_addresses, [oldest = *middle](const auto &entry) { return entry.second.since < oldest; });
}

} // namespace electric::auth
