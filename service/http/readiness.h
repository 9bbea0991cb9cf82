#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace electric::http {

// How far the service has come in making its database usable. One writer (whoever starts and restarts the connection to
// Postgres) and any number of readers on other threads; it only remembers, it does not look for itself.
class Readiness
{
public:
    // The order in which a start goes through them (spec/http.md §4).
    enum class State { Initialization, EstablishingReplConn, Subscribing, Ready };

    struct Standing {
        State state = State::Initialization;
        std::string reason; // for people: why it is not ready, empty when there is nothing to say; never a secret
        std::string remedy {}; // what to do about it, may be empty

        [[nodiscard]] bool isReady() const { return state == State::Ready; }
        // The state's name as clients and health checks know it.
        [[nodiscard]] std::string_view name() const
        {
            static constexpr std::array<std::string_view, 4> names {"initialization", "establishing_repl_conn", "subscribing", "ready"};
            return names[std::size_t(state)];
        }
    };

    void set(State state, std::string reason = {}, std::string remedy = {})
    {
        const std::scoped_lock lock(m_mutex);
        m_standing = {state, std::move(reason), std::move(remedy)};
    }
    [[nodiscard]] Standing standing() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_standing;
    }

private:
    mutable std::mutex m_mutex; // held for a copy only
    Standing m_standing;
};

} // namespace electric::http
