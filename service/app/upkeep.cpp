#include "service/app/upkeep.h"

#include <QLoggingCategory>

#include <chrono>

namespace electric::app {

Q_LOGGING_CATEGORY(lcUpkeep, "electric.upkeep", QtInfoMsg)

namespace {

constexpr std::chrono::seconds betweenRounds {2};
constexpr int roundsBetweenCollections = 30;

} // namespace

Upkeep::Upkeep() : m_thread([this] { work(); }) { }

Upkeep::~Upkeep()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        if (m_connection)
            m_connection->cancel();
    }
    m_changed.notify_all();
    m_thread.join();
}

void Upkeep::setDatabase(pg::ConnectionOptions options)
{
    const std::scoped_lock lock(m_mutex);
    m_options = std::move(options);
}

void Upkeep::setNeeded(Lsn position)
{
    const std::scoped_lock lock(m_mutex);
    m_needed = position;
}

bool Upkeep::isStopping()
{
    const std::scoped_lock lock(m_mutex);
    return m_stopping;
}

void Upkeep::work()
{
    for (int round = 1;; ++round) {
        {
            std::unique_lock lock(m_mutex);
            if (m_changed.wait_for(lock, betweenRounds, [this] { return m_stopping; }))
                return;
        }
        if (!connect())
            continue;
        settleDeletions();
        if (round % roundsBetweenCollections == 0)
            collectGarbage();
    }
}

bool Upkeep::connect()
{
    pg::ConnectionOptions options;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_options)
            return false;
        if (m_connection && m_connection->isUsable())
            return true;
        m_connection.reset();
        options = *m_options;
    }
    auto opened = pg::Connection::open(options, "electric upkeep");
    if (!opened)
        return false; // the connector tells people
    const std::scoped_lock lock(m_mutex);
    m_connection.emplace(std::move(*opened));
    return true;
}

void Upkeep::settleDeletions()
{
    while (!isStopping()) {
        const auto done = m_connection->query("SELECT electric.settle_deletions()");
        if (!done)
            qCDebug(lcUpkeep).noquote() << "deletions cannot be settled now:" << QString::fromStdString(done.error().detail);
        if (!done || done->text(0, 0) == "t")
            return;
    }
}

void Upkeep::collectGarbage()
{
    Lsn needed;
    {
        const std::scoped_lock lock(m_mutex);
        needed = m_needed;
    }
    if (needed == Lsn {})
        return;
    const auto removed = m_connection->query("SELECT electric.collect_garbage($1::pg_lsn)", {needed.toHex()});
    if (!removed)
        qCDebug(lcUpkeep).noquote() << "what nobody needs cannot be removed now:" << QString::fromStdString(removed.error().detail);
}

} // namespace electric::app
