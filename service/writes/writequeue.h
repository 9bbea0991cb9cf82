#pragma once

#include "service/writes/clienttransaction.h"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace electric::writes {

// Who is next: transactions of one client one after the other, those of different clients side by side, and one that has to wait keeps only
// its own client waiting. Not thread-safe; the caller's clock.
class WriteQueue
{
public:
    using Clock = std::chrono::steady_clock;

    struct Job {
        ClientTransaction transaction;
        std::function<void(WriteSink::Outcome)> done;
        unsigned attempts = 0; // that failed for a reason that may pass, since the last other one
        unsigned contentions = 0; // others were at the same rows
        bool isOneByOne = false; // its operations are carried out so
        bool isReloaded = false; // what was known of its tables was out of date
        std::optional<Failure> refusal {}; // it is only to be put on record
        std::vector<Operation> gone {}; // of a refused one: WriteSink::Outcome
        Clock::time_point since {}; // its arrival
    };

    void push(Job job, Clock::time_point now);

    // A job of a client that nobody works for. finish() or postpone() must follow.
    std::optional<Job> take(Clock::time_point now);
    void finish(const std::string &clientId, Clock::time_point now);
    void postpone(Job job, Clock::time_point until); // it stays its client's first

    // When take() may have something again; none: not before the next call of another function.
    [[nodiscard]] std::optional<Clock::time_point> nextDue() const;
    [[nodiscard]] std::size_t size() const { return m_size; } // those being worked on included

private:
    struct Client {
        std::deque<Job> jobs; // without the one that is worked on
        bool isBusy = false;
    };
    std::unordered_map<std::string, Client> m_clients;
    std::deque<std::pair<Clock::time_point, std::string>> m_due; // one entry for each client that waits, by time
    std::size_t m_size = 0;

    void makeDue(const std::string &clientId, Clock::time_point at);
};

} // namespace electric::writes
