#include "service/shapes/sharedreading.h"

#include <algorithm>

namespace electric::shapes {

namespace {

bool isSameLayer(const Layer &one, const Layer &other)
{
    return one.way == other.way && one.above == other.above && one.table == other.table && one.conditionText == other.conditionText
        && one.foreignKey == other.foreignKey;
}

bool isSameSelection(const Selection &one, const Selection &other)
{
    return one.layer == other.layer && std::ranges::equal(one.shape->layers, other.shape->layers, isSameLayer);
}

// Whole tables and shapes only: rows that one client lacks are seldom those that another one lacks.
bool isShareable(const SnapshotRequest &request)
{
    return request.excluded.empty() && std::ranges::all_of(request.selections, [](const Selection &one) { return one.keys.empty(); });
}

bool dependsOnUser(const SnapshotRequest &request)
{
    const auto isOwned = [](const auto &table) { return table->columnIndex("electric_user_id").has_value(); };
    return std::ranges::any_of(request.tables, isOwned) || std::ranges::any_of(request.selections, [&](const Selection &selection) {
        return std::ranges::any_of(selection.shape->layers, [&](const Layer &layer) { return isOwned(layer.table); });
    });
}

std::size_t sizeOf(const SnapshotEvent &event)
{
    const auto *const rows = std::get_if<SnapshotRows>(&event);
    if (rows == nullptr)
        return 0;
    std::size_t bytes = rows->operations.size();
    for (const FoundRow &found : rows->found)
        bytes += sizeof(FoundRow) + found.row.byteCount();
    return bytes;
}

} // namespace

SharedReading::SharedReading(SnapshotTakerPtr first, Sharing sharing)
    : m_request(first->request), m_first(std::move(first)), m_isShared(sharing == Sharing::Allowed && isShareable(m_request))
{ }

bool SharedReading::isWanted() const
{
    return !m_first->isCancelled || std::ranges::any_of(m_followers, [](const auto &taker) { return !taker->isCancelled; });
}

bool SharedReading::hasRoom() const
{
    return m_isShared || m_first->next == m_events.size();
}

bool SharedReading::answers(const SnapshotRequest &request) const
{
    return m_isShared && !m_hasEnded && isShareable(request) && request.keysOnly == m_request.keysOnly && request.tables == m_request.tables
        && std::ranges::equal(request.selections, m_request.selections, isSameSelection)
        && (request.userId == m_request.userId || !dependsOnUser(request));
}

std::vector<SnapshotTakerPtr> SharedReading::add(SnapshotEvent event)
{
    if (const auto *const began = std::get_if<SnapshotBegan>(&event))
        m_began = *began;
    m_bytes += sizeOf(event);
    m_hasEnded = std::holds_alternative<SnapshotEnded>(event);
    m_events.push_back(std::move(event));
    std::vector<SnapshotTakerPtr> others;
    if (m_isShared && m_bytes > keptBytes)
        others = stopSharing();
    else if (m_isShared && m_hasEnded)
        others = giveToFollowers();
    give(*m_first);
    return others;
}

// Goes on for one only.
std::vector<SnapshotTakerPtr> SharedReading::stopSharing()
{
    m_isShared = false;
    std::erase_if(m_followers, [](const auto &taker) { return taker->isCancelled; });
    const auto heir = std::ranges::find_if(m_followers, [&](const auto &taker) { return isNewEnough(taker->request); });
    if (m_first->isCancelled && heir != m_followers.end()) {
        m_first = *heir;
        m_followers.erase(heir);
    }
    return std::exchange(m_followers, {});
}

std::vector<SnapshotTakerPtr> SharedReading::giveToFollowers()
{
    std::vector<SnapshotTakerPtr> others;
    for (const auto &taker : std::exchange(m_followers, {})) {
        if (isNewEnough(taker->request))
            give(*taker);
        else if (!taker->isCancelled)
            others.push_back(taker);
    }
    return others;
}

// The snapshot was made for somebody else, maybe before a transaction that this one had from the stream.
bool SharedReading::isNewEnough(const SnapshotRequest &request) const
{
    return m_began.upTo > request.streamedUpTo
        && std::ranges::all_of(request.alreadyStreamed, [&](std::uint64_t xid) { return m_began.visibility.shows(xid); });
}

void SharedReading::consumed(SnapshotTaker &taker)
{
    --taker.unconsumed;
    give(taker);
}

void SharedReading::give(SnapshotTaker &taker)
{
    while (!taker.isCancelled && taker.next < m_events.size()) {
        const bool isRows = std::holds_alternative<SnapshotRows>(m_events[taker.next]);
        if (isRows && taker.unconsumed >= SnapshotSource::unconsumedLimit)
            break;
        taker.unconsumed += isRows ? 1 : 0;
        SnapshotEvent event = m_isShared ? m_events[taker.next] : std::move(m_events[taker.next]);
        ++taker.next;
        taker.deliver(std::move(event));
    }
    if (!m_isShared && taker.next == m_events.size()) {
        m_events.clear();
        taker.next = 0;
    }
}

void SharedReading::fail(const Failure &why)
{
    m_followers.push_back(m_first);
    for (const auto &taker : m_followers) {
        if (!taker->isCancelled)
            taker->deliver(why);
        taker->isCancelled = true;
    }
}

} // namespace electric::shapes
