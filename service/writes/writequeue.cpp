#include "service/writes/writequeue.h"

#include <algorithm>

namespace electric::writes {

void WriteQueue::push(Job job, Clock::time_point now)
{
    const std::string id = job.transaction.clientId;
    Client &client = m_clients[id];
    const bool wasIdle = client.jobs.empty() && !client.isBusy;
    job.since = now;
    client.jobs.push_back(std::move(job));
    ++m_size;
    if (wasIdle)
        makeDue(id, now);
}

std::optional<WriteQueue::Job> WriteQueue::take(Clock::time_point now)
{
    if (m_due.empty() || m_due.front().first > now)
        return std::nullopt;
    Client &client = m_clients[m_due.front().second];
    m_due.pop_front();
    Job job = std::move(client.jobs.front());
    client.jobs.pop_front();
    client.isBusy = true;
    return job;
}

void WriteQueue::finish(const std::string &clientId, Clock::time_point now)
{
    --m_size;
    const auto found = m_clients.find(clientId);
    found->second.isBusy = false;
    if (found->second.jobs.empty())
        m_clients.erase(found);
    else
        makeDue(clientId, now);
}

void WriteQueue::postpone(Job job, Clock::time_point until)
{
    const std::string id = job.transaction.clientId;
    Client &client = m_clients[id];
    client.isBusy = false;
    client.jobs.push_front(std::move(job));
    makeDue(id, until);
}

std::optional<WriteQueue::Clock::time_point> WriteQueue::nextDue() const
{
    return m_due.empty() ? std::nullopt : std::optional(m_due.front().first);
}

void WriteQueue::makeDue(const std::string &clientId, Clock::time_point at)
{
    const auto place
        = std::upper_bound(m_due.begin(), m_due.end(), at, [](Clock::time_point time, const auto &one) { return time < one.first; });
    m_due.insert(place, {at, clientId});
}

} // namespace electric::writes
