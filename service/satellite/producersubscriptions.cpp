// The producer's subscriptions: from the request to the last row, and back (spec/satellite.md §5.8, §5.10).

#include "service/satellite/producer.h"

#include "service/satellite/outgoing.h"
#include "service/satellite/shapecheck.h"

#include <algorithm>

namespace electric::satellite {
bool Producer::isKnown(const std::string &subscription) const
{
    return m_established.contains(subscription) || std::any_of(m_deliveries.begin(), m_deliveries.end(), [&](const Delivery &one) {
        return one.kind == Delivery::Kind::Rows && one.subscription.id == subscription;
    });
}

// Tables of which the client has every row.
std::set<schema::TableName> Producer::held() const
{
    std::set<schema::TableName> tables;
    for (const auto &[id, one] : m_established)
        if (!m_leaving.contains(id))
            tables.insert(one.subscription.tables.begin(), one.subscription.tables.end());
    return tables;
}

void Producer::subscribe(const in::Subscribe &request, Actions &actions)
{
    const auto refuse = [&](std::string_view id, std::string_view message, const std::vector<out::ShapeError> &errors) {
        send(out::subscribeRefused(request.requestId, id, message, errors), actions);
    };
    if (request.id.size() > 128)
        return refuse(request.id.substr(0, 128) + "...", "ID too long", {});
    if (isKnown(request.id))
        return refuse(request.id,
            "Cannot establish multiple subscriptions with the same ID. If you want to change the subscription, you need "
            "to unsubscribe first.",
            {});
    if (m_established.size() + m_deliveries.size() >= m_limits.subscriptions)
        return refuse(request.id, "Too many subscriptions", {});
    ShapeCheck check = checkShapes(request, *m_log.catalogue(), m_features.shapeTrees);
    if (!check.refusal.empty())
        return refuse(request.id, check.refusal, check.errors);
    Delivery delivery;
    delivery.subscription = {request.id, request.encoded, {check.tables.begin(), check.tables.end()}};
    delivery.subscriptions = {request.id};
    for (const in::ShapeRequest &shape : request.shapes)
        delivery.requestIds.push_back(shape.requestId);
    delivery.tables = std::move(check.tables);
    delivery.shapes = std::move(check.shapes);
    // Answered at once: the client waits 3 s only, and the data follows in its own time.
    send(out::subscribed(request.requestId, request.id), actions);
    delivery.ping = m_nextPing++;
    actions.push_back(action::Ping {delivery.ping});
    actions.push_back(action::StoreSubscription {delivery.subscription});
    queueDelivery(std::move(delivery), actions);
}

void Producer::queueDelivery(Delivery delivery, Actions &actions)
{
    m_deliveries.push_back(std::move(delivery));
    if (m_streaming)
        m_log.setInterest(interest()); // before the snapshot, so that nothing behind it is missed
    beginFirst(actions);
}

// Snapshots are taken one after the other: the stream stops at the place of one only.
void Producer::beginFirst(Actions &actions)
{
    if (m_deliveries.empty() || m_deliveries.front().key != 0)
        return;
    Delivery &first = m_deliveries.front();
    for (const schema::TableName &table : held())
        first.tables.erase(table);
    if (first.kind == Delivery::Kind::Rows)
        for (const shapes::ShapePtr &shape : first.shapes)
            first.selections.push_back({shape});
    beginSnapshot(first, actions);
}

void Producer::beginSnapshot(Delivery &delivery, Actions &actions)
{
    delivery.key = m_nextKey++;
    const bool keysOnly = delivery.kind == Delivery::Kind::Gone || delivery.kind == Delivery::Kind::Recalled;
    shapes::SnapshotRequest request {{}, m_userId, keysOnly, delivery.selections};
    if (delivery.kind == Delivery::Kind::Gone)
        request.excluded = remainingShapes();
    request.alreadyStreamed = m_log.newestRead();
    request.streamedUpTo = m_position;
    const auto catalogue = m_log.catalogue();
    for (const schema::TableName &name : delivery.tables)
        if (auto table = catalogue->table(name))
            request.tables.push_back(std::move(table));
    if (request.tables.empty())
        delivery.tables.clear();
    delivery.ended = delivery.readsNothing();
    if (!delivery.ended)
        actions.push_back(action::StartSnapshot {delivery.key, std::move(request)});
}

void Producer::stored(const std::string &subscription)
{
    for (Delivery &one : m_deliveries)
        if (one.kind == Delivery::Kind::Rows && one.subscription.id == subscription)
            one.stored = true;
}

void Producer::pong(std::uint64_t key)
{
    for (Delivery &one : m_deliveries)
        one.answerRead = one.answerRead || one.ping == key;
}

void Producer::snapshot(const event::Snapshot &event, Actions &actions)
{
    const auto found = std::find_if(m_deliveries.begin(), m_deliveries.end(), [&](const Delivery &one) { return one.key == event.key; });
    if (found == m_deliveries.end())
        return; // cancelled meanwhile
    if (const auto *began = std::get_if<shapes::SnapshotBegan>(&event.what))
        found->snapshot = *began;
    else if (const auto *rows = std::get_if<shapes::SnapshotRows>(&event.what))
        found->chunks.push_back(*rows);
    else if (std::holds_alternative<shapes::SnapshotEnded>(event.what))
        found->ended = true;
    else
        failDelivery(event.key, std::get<Failure>(event.what), actions);
}

void Producer::deliver(Actions &actions)
{
    Delivery &first = m_deliveries.front();
    if (!first.begun)
        beginDelivery(first, actions);
    while (!first.chunks.empty() && !m_congested) {
        for (auto &table : first.chunks.front().tables)
            announce(std::move(table), actions);
        if (const shapes::SnapshotRows &rows = first.chunks.front(); !rows.found.empty()) {
            sendFound(first, rows, actions);
            if (refuseTooMuch(actions))
                return;
        } else {
            send(std::string(1, out::opLogType) + rows.operations, actions, {0, rows.rows});
            first.sentRows = true;
        }
        actions.push_back(action::MoreRows {first.key});
        first.chunks.pop_front();
    }
    if (first.ended && first.chunks.empty())
        endDelivery(actions);
}

void Producer::beginDelivery(Delivery &delivery, Actions &actions)
{
    delivery.begun = true;
    const auto catalogue = m_log.catalogue();
    for (const schema::TableName &name : delivery.tables)
        if (auto table = catalogue->table(name))
            announce(std::move(table), actions);
    if (delivery.kind == Delivery::Kind::Gone) {
        for (const std::string &id : delivery.subscriptions)
            leaveNow(id);
        send(out::unsubscribeBegin(delivery.subscriptions, positionToTell().toDecimal()), actions);
        return;
    }
    for (const shapes::ShapePtr &shape : delivery.shapes)
        delivery.selected.push_back(m_held.add(shape));
    send(out::subscriptionBegin(delivery.subscription.id, positionToTell().toDecimal()), actions);
    for (std::size_t i = delivery.requestIds.size(); i-- > 1;) { // empty ones for all but the last, in reverse order
        send(out::shapeBegin(delivery.requestIds[i - 1]), actions);
        send(out::shapeEnd(), actions);
    }
    send(out::shapeBegin(delivery.requestIds.back()), actions);
}

void Producer::endDelivery(Actions &actions)
{
    Delivery done = std::move(m_deliveries.front());
    m_deliveries.pop_front();
    switch (done.kind) {
    case Delivery::Kind::Gone:
        send(out::unsubscribeEnd(), actions);
        for (const std::string &id : done.subscriptions)
            actions.push_back(action::ForgetSubscription {id});
        break;
    case Delivery::Kind::MovedIn: endTransaction(done.transaction, actions); break;
    case Delivery::Kind::Repair:
        m_repaired = std::move(done.snapshot);
        sendRows(done.caughtUp, actions);
        endTransaction(done.transaction, actions);
        break;
    case Delivery::Kind::Recalled: m_catchUp = CatchUp {*done.snapshot}; break;
    case Delivery::Kind::Rows: endRows(std::move(done), actions); break;
    }
    beginFirst(actions);
}

void Producer::endRows(Delivery done, Actions &actions)
{
    if (!done.sentRows)
        send(std::string(1, out::opLogType), actions);
    send(out::shapeEnd(), actions);
    send(out::subscriptionEnd(), actions);
    const std::string id = done.subscription.id;
    m_established[id] = {std::move(done.subscription), std::move(done.selected), std::move(done.snapshot)};
    while (!m_heldUnsubscribes.empty()) {
        const in::Unsubscribe request = std::move(m_heldUnsubscribes.front());
        m_heldUnsubscribes.pop_front();
        unsubscribe(request, actions);
    }
}

void Producer::failDelivery(std::uint64_t key, const Failure &why, Actions &actions)
{
    const auto failed = std::find_if(m_deliveries.begin(), m_deliveries.end(), [&](const Delivery &one) { return one.key == key; });
    actions.push_back(action::Note {"a snapshot failed: " + why.detail});
    const bool passes = why.kind == Failure::Kind::Unavailable || why.kind == Failure::Kind::Timeout;
    // Data that is half sent cannot be taken back, and trouble that passes must not cost the client its data (§9.2).
    if (failed->begun || failed->kind != Delivery::Kind::Rows || passes) {
        actions.push_back(action::Close {1013});
        return;
    }
    const std::string id = failed->subscription.id;
    dropPending({id}, actions);
    send(out::subscriptionFailed(id), actions);
}

// Takes out subscriptions whose data has not begun.
void Producer::dropPending(const std::vector<std::string> &ids, Actions &actions)
{
    std::erase_if(m_deliveries, [&](const Delivery &one) {
        const bool isNamed
            = one.kind == Delivery::Kind::Rows && !one.begun && std::find(ids.begin(), ids.end(), one.subscription.id) != ids.end();
        if (!isNamed)
            return false;
        if (one.key != 0)
            actions.push_back(action::CancelSnapshot {one.key});
        actions.push_back(action::ForgetSubscription {one.subscription.id});
        return true;
    });
    beginFirst(actions);
}

void Producer::unsubscribe(const in::Unsubscribe &request, Actions &actions)
{
    const auto named = [&](const std::string &id) { return std::find(request.ids.begin(), request.ids.end(), id) != request.ids.end(); };
    // Data of a subscription must not follow the answer; what has begun is completed first (§9.4).
    if (!m_deliveries.empty() && m_deliveries.front().begun && m_deliveries.front().kind == Delivery::Kind::Rows
        && named(m_deliveries.front().subscription.id)) {
        m_heldUnsubscribes.push_back(request);
        return;
    }
    send(out::rpcResult("unsubscribe", request.requestId, {}), actions);
    dropPending(request.ids, actions);
    leave(request.ids, actions);
}

void Producer::leave(const std::vector<std::string> &ids, Actions &actions)
{
    std::set<schema::TableName> tables;
    std::vector<std::string> leaving;
    for (const std::string &id : ids) {
        const auto found = m_established.find(id);
        if (found == m_established.end() || !m_leaving.insert(id).second)
            continue;
        leaving.push_back(id);
        tables.insert(found->second.subscription.tables.begin(), found->second.subscription.tables.end());
    }
    if (leaving.empty())
        return;
    if (!m_features.unsubscribeBatch) {
        for (const std::string &id : leaving) {
            leaveNow(id);
            actions.push_back(action::ForgetSubscription {id});
        }
        return;
    }
    Delivery delivery;
    delivery.kind = Delivery::Kind::Gone;
    delivery.subscriptions = ids;
    delivery.tables = std::move(tables);
    for (const std::string &id : leaving) {
        for (const shapes::HeldRows::ShapeId shape : m_established[id].shapes) {
            delivery.selections.push_back({m_held.shape(shape)});
            delivery.selected.push_back(shape);
        }
    }
    queueDelivery(std::move(delivery), actions);
}

void Producer::leaveNow(const std::string &id)
{
    m_leaving.erase(id);
    const auto found = m_established.find(id);
    if (found == m_established.end())
        return;
    for (const shapes::HeldRows::ShapeId shape : found->second.shapes)
        m_held.remove(shape);
    m_established.erase(found);
    if (m_streaming)
        m_log.setInterest(interest());
}

// Filtered ones that stay when those that are leaving have left.
std::vector<shapes::ShapePtr> Producer::remainingShapes() const
{
    std::vector<shapes::ShapePtr> remaining;
    for (const auto &[id, one] : m_established)
        if (!m_leaving.contains(id))
            for (const shapes::HeldRows::ShapeId shape : one.shapes)
                remaining.push_back(m_held.shape(shape));
    for (const Delivery &one : m_deliveries)
        if (one.kind == Delivery::Kind::Rows)
            remaining.insert(remaining.end(), one.shapes.begin(), one.shapes.end());
    return remaining;
}

bool Producer::isWhole(const schema::TableName &table) const
{
    return held().contains(table);
}

ProducerFigures Producer::figures() const
{
    const std::size_t pending = std::size_t(
        std::count_if(m_deliveries.begin(), m_deliveries.end(), [](const Delivery &one) { return one.kind == Delivery::Kind::Rows; }));
    const shapes::HeldRows::Figures held = m_held.figures();
    return {m_streaming, m_dialect, m_position, m_checkpoint, m_unacknowledged.size(), m_established.size() + pending, m_deliveries.size(),
        held.rows, held.bytes};
}

std::vector<std::string> Producer::relationFrames() const
{
    std::vector<std::string> frames;
    for (const auto &[oid, table] : m_announced)
        frames.push_back(out::relation(*table));
    return frames;
}

std::vector<SubscriptionFigures> Producer::subscriptions() const
{
    using State = SubscriptionFigures::State;
    std::vector<SubscriptionFigures> all;
    for (const auto &[id, one] : m_established)
        all.push_back(
            {id, m_leaving.contains(id) ? State::Leaving : State::Established, one.subscription.tables, one.subscription.request});
    for (const Delivery &one : m_deliveries) {
        if (one.kind == Delivery::Kind::Rows)
            all.push_back({one.subscription.id, State::Pending, one.subscription.tables, one.subscription.request});
    }
    return all;
}

} // namespace electric::satellite
