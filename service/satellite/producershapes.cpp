// The producer's filtered shapes: which rows of a transaction a client gets, and what comes and goes with them (spec/satellite.md §7.8).
// Rows that a change of another row makes visible are read from the database and sent inside the transaction of that change, so that the
// client never sees half of it. They are then as new as the database; transactions that changed them meanwhile follow, and come to the
// same end.

#include "service/satellite/outgoing.h"
#include "service/satellite/ownership.h"
#include "service/satellite/producer.h"
#include "service/satellite/shapecheck.h"
#include "service/shapes/rowkey.h"
#include "service/shapes/snapshotquery.h"
#include "service/wire/rowencoder.h"
#include "service/wire/rowreader.h"

#include <algorithm>
#include <map>

namespace electric::satellite {

using shapes::HeldRows;

namespace {

constexpr std::size_t keysPerSelection = 5000; // the longest list in one query

std::string_view wireOf(const wire::LoggedTransaction &transaction, const wire::LoggedOperation &operation)
{
    return std::string_view(transaction.operationsWire).substr(operation.begin, operation.end - operation.begin);
}

// Nothing for a truncation.
std::optional<RowName> nameOf(const wire::LoggedTransaction &transaction, const wire::LoggedOperation &operation)
{
    const wire::OperationRows rows = wire::readOperation(*operation.table, wireOf(transaction, operation));
    auto key = shapes::packKey(rows.newRow.empty() ? rows.oldRow : rows.newRow, operation.table->keyIndexes());
    return key ? std::optional(RowName {operation.table->name, *std::move(key)}) : std::nullopt;
}

std::vector<changes::Value> unpack(const changes::Tuple &tuple)
{
    std::vector<changes::Value> row;
    row.reserve(tuple.size());
    for (std::size_t column = 0; column < tuple.size(); ++column)
        row.push_back(tuple.at(column));
    return row;
}

void appendGoneOperation(std::string &out, const HeldRows::Row &row)
{
    std::vector<changes::Value> values(row.table->columns.size());
    const auto columns = row.table->keyIndexes();
    const auto key = shapes::unpackKey(row.key);
    for (std::size_t i = 0; i < columns.size() && i < key.size(); ++i)
        values[columns[i]] = {changes::Value::Kind::Text, key[i]};
    wire::RowEncoder(*row.table).appendGone(out, values);
}

} // namespace

HeldRows::Effects Producer::judge(const wire::LoggedTransaction &transaction)
{
    const std::size_t count = transaction.operations.size();
    std::vector<wire::OperationRows> rows(count);
    std::vector<HeldRows::Event> events(count);
    for (std::size_t at = 0; at < count; ++at) {
        const wire::LoggedOperation &operation = transaction.operations[at];
        events[at] = {operation.table, operation.kind, nullptr};
        if (!m_held.concerns(operation.table->name))
            continue;
        rows[at] = wire::readOperation(*operation.table, wireOf(transaction, operation));
        events[at].rows = &rows[at];
    }
    using Doubt = HeldRows::Doubt;
    const bool isOwn = transaction.origin == m_clientId; // rows that it wrote outside of its shapes are not to stay with it
    if (m_catchUp && m_catchUp->until.visibility.shows(transaction.xid))
        return m_held.catchUp(events, isOwn ? Doubt::All : Doubt::Fitting);
    if (m_catchUp)
        return m_held.apply(events, isOwn ? Doubt::All : Doubt::Fitting);
    if (m_repaired && hasPassed(*m_repaired, &transaction, {}))
        m_repaired.reset();
    return m_held.apply(events, isOwn ? Doubt::All : m_repaired ? Doubt::Fitting : Doubt::None);
}

Producer::WantedOperations Producer::wantedOperations(const wire::LoggedTransactionPtr &transaction, Actions &actions)
{
    const bool isFiltered = !m_held.isEmpty()
        && std::any_of(transaction->operations.begin(), transaction->operations.end(),
            [this](const wire::LoggedOperation &one) { return m_held.concerns(one.table->name); });
    HeldRows::Effects effects = isFiltered ? judge(*transaction) : HeldRows::Effects {};
    WantedOperations wanted;
    wanted.wanted = std::move(effects.wanted);
    for (HeldRows::Row &row : effects.gone)
        if (!wants(*transaction, row.table->name))
            wanted.gone.emplace(RowName {row.table->name, row.key}, std::move(row));
    const schema::Table *judged = nullptr; // changes of one table come in rows: decide once
    bool isWhole = false;
    for (std::size_t at = 0; at < transaction->operations.size(); ++at) {
        const wire::LoggedOperation &operation = transaction->operations[at];
        if (operation.table != judged) {
            judged = operation.table;
            isWhole = wants(*transaction, judged->name);
        }
        const std::string_view encoded = wireOf(*transaction, operation);
        auto verdict = isFiltered ? effects.verdicts[at] : HeldRows::Verdict::Skip;
        if (isWhole)
            verdict = mayShow(operation, encoded, m_userId) ? HeldRows::Verdict::Pass : HeldRows::Verdict::Skip;
        if (verdict == HeldRows::Verdict::Skip)
            continue;
        announce({transaction, operation.table}, actions);
        if (verdict == HeldRows::Verdict::AsInsert)
            wire::appendAsInsert(wanted.operations, encoded);
        else
            wanted.operations += encoded;
        wanted.ends.push_back(wanted.operations.size());
        wanted.sources.push_back(at);
    }
    return wanted;
}

std::string Producer::goneOperations(const std::map<RowName, HeldRows::Row> &rows, Actions &actions)
{
    std::string operations;
    for (const auto &[name, row] : rows) {
        announce(row.table, actions);
        appendGoneOperation(operations, row);
    }
    return operations;
}

// All that is subscribed, or will be.
Interest Producer::interest() const
{
    Interest all;
    all.origin = m_clientId;
    const auto catalogue = m_log.catalogue();
    const auto addWhole = [&](const schema::Table &table) {
        if (const auto owner = table.columnIndex("electric_user_id"))
            all.values.push_back({table.name, *owner, {m_userId, {}}});
        else
            all.tables.insert(table.name);
    };
    const auto addShape = [&](const shapes::Shape &shape) {
        for (const shapes::Layer &layer : shape.layers) {
            const bool isNarrow = layer.condition && !layer.condition->requirements().empty();
            if (isNarrow)
                all.values.push_back(
                    {layer.table->name, layer.condition->requirements().front().column, layer.condition->requirements().front().values});
            else
                addWhole(*layer.table);
        }
    };
    const auto addSubscription = [&](const StoredSubscription &subscription) {
        for (const schema::TableName &name : subscription.tables)
            if (const auto table = catalogue->table(name))
                addWhole(*table);
    };
    for (const auto &[id, one] : m_established) { // also those that are leaving, until they have left
        addSubscription(one.subscription);
        for (const HeldRows::ShapeId shape : one.shapes)
            addShape(*m_held.shape(shape));
    }
    for (const Delivery &one : m_deliveries) {
        addSubscription(one.subscription);
        for (const shapes::ShapePtr &shape : one.shapes)
            addShape(*shape);
    }
    return all;
}

// Adds what is wanted to the rows that the delivery reads.
void Producer::select(Delivery &delivery, const std::set<HeldRows::Wanted> &wanted) const
{
    for (const HeldRows::Wanted &one : wanted) {
        const bool continues = !delivery.selections.empty() && delivery.selected.back() == one.shape
            && delivery.selections.back().layer == one.layer && delivery.selections.back().keys.size() < keysPerSelection;
        if (!continues) {
            auto shape = m_held.shape(one.shape);
            if (!shape)
                continue;
            delivery.selections.push_back({std::move(shape), one.layer});
            delivery.selected.push_back(one.shape);
        }
        delivery.selections.back().keys.push_back(one.key);
    }
}

void Producer::moveIn(const wire::LoggedTransactionPtr &transaction, HeldTransaction held, const WantedOperations &rows, Actions &actions)
{
    Delivery delivery;
    delivery.kind = Delivery::Kind::MovedIn;
    delivery.begun = true; // nothing else may come between
    select(delivery, rows.wanted);
    for (const shapes::Selection &selection : delivery.selections)
        for (const std::size_t layer : shapes::layersOf(selection))
            announce(selection.shape->layers[layer].table, actions);
    for (const std::size_t source : rows.sources)
        if (auto name = nameOf(*transaction, transaction->operations[source]))
            held.rows.insert(*std::move(name));
    for (const auto &[name, row] : held.gone)
        announce(row.table, actions);
    send(std::string(1, out::opLogType) + std::exchange(held.begin, {}), actions);
    delivery.transaction = std::move(held);
    m_deliveries.push_front(std::move(delivery));
    beginSnapshot(m_deliveries.front(), actions);
}

// Rows of filtered shapes that were read: they are held from now on, and sent when they are to be seen.
void Producer::sendFound(Delivery &delivery, const shapes::SnapshotRows &rows, Actions &actions)
{
    std::string frame(1, out::opLogType);
    std::size_t sent = 0;
    const auto add = [&](std::string_view encoded) {
        frame += encoded;
        ++sent;
    };
    for (const shapes::FoundRow &found : rows.found) {
        const auto row = unpack(found.row);
        const auto operation = std::string_view(rows.operations).substr(found.begin, found.end - found.begin);
        const auto &table = delivery.selections[found.selection].shape->layers[found.layer].table;
        const RowName name {table->name, shapes::packKey(row, table->keyIndexes()).value_or(std::string())};
        const auto isFirst = [&] { return delivery.transaction.rows.insert(name).second; };
        switch (delivery.kind) {
        case Delivery::Kind::Gone:
            if (!isWhole(table->name))
                add(operation);
            break;
        case Delivery::Kind::Repair: {
            const bool shows = m_held.hold(delivery.selected[found.selection], found.layer, row) || m_held.isHeld(table->name, name.second)
                || isWhole(table->name);
            if (shows)
                delivery.caughtUp.erase(name); // what was read is newer
            if (delivery.caughtUp.contains(name) || !isFirst())
                break;
            if (shows)
                add(operation);
            else
                appendGoneOperation(frame, {table, name.second}), ++sent;
            break;
        }
        case Delivery::Kind::MovedIn:
            if (!m_held.hold(delivery.selected[found.selection], found.layer, row))
                break;
            delivery.transaction.gone.erase(name);
            if (isFirst())
                add(operation);
            break;
        case Delivery::Kind::Rows:
        case Delivery::Kind::Recalled:
            m_held.hold(delivery.selected[found.selection], found.layer, row);
            add(operation);
            break;
        }
    }
    if (delivery.kind == Delivery::Kind::Recalled || frame.size() == 1)
        return;
    send(std::move(frame), actions, {0, sent});
    delivery.sentRows = true;
}

bool Producer::refuseTooMuch(Actions &actions)
{
    if (m_held.byteCount() <= m_limits.shapeBytes)
        return false;
    actions.push_back(action::Note {"what the client holds takes more than ELECTRIC_MAX_SHAPE_MEMORY"});
    send(out::error(out::ErrorCode::InvalidRequest, "The shapes of this client hold too many rows"), actions);
    actions.push_back(action::Close {1007});
    m_streaming = false;
    return true;
}

std::vector<HeldRows::ShapeId> Producer::shapesOf(const StoredSubscription &subscription)
{
    const auto request = in::parseSubscribe(subscription.request);
    if (!request)
        return {};
    std::vector<HeldRows::ShapeId> ids;
    for (shapes::ShapePtr &shape : checkShapes(*request, *m_log.catalogue(), m_features.shapeTrees).shapes)
        ids.push_back(m_held.add(std::move(shape)));
    return ids;
}

// Before anything is sent to a client that was away, the keys of what it should hold by now are read.
void Producer::recall(Actions &actions)
{
    Delivery delivery;
    delivery.kind = Delivery::Kind::Recalled;
    delivery.begun = true;
    for (const auto &[id, one] : m_established) {
        for (const HeldRows::ShapeId shape : one.shapes) {
            if (m_held.shape(shape)->isSingleTable())
                continue; // judged by its rows alone
            delivery.selections.push_back({m_held.shape(shape)});
            delivery.selected.push_back(shape);
        }
    }
    if (delivery.selections.empty())
        return;
    m_deliveries.push_front(std::move(delivery));
    beginSnapshot(m_deliveries.front(), actions);
}

// The client's own position stays where it was: when it is cut off before the end, it begins anew.
out::TransactionFrame Producer::catchUpFrame() const
{
    const wire::LoggedTransaction &first = *m_catchUp->first;
    return {first.xid, m_checkpoint.toDecimal(), first.timestampMs, changes::postgresOrigin, false};
}

void Producer::catchUp(const wire::LoggedTransactionPtr &transaction, WantedOperations rows, Actions &actions)
{
    if (transaction->origin == m_clientId)
        m_catchUp->own.push_back(transaction);
    m_catchUp->wanted.merge(rows.wanted);
    if (!m_catchUp->first)
        m_catchUp->first = transaction;
    for (const auto &[name, row] : rows.gone) {
        announce(row.table, actions);
        std::string &operation = m_catchUp->rows[name];
        operation.clear();
        appendGoneOperation(operation, row);
    }
    for (std::size_t i = 0; i < rows.sources.size(); ++i) {
        const auto name = nameOf(*transaction, transaction->operations[rows.sources[i]]);
        if (!name)
            continue;
        const std::size_t begin = i == 0 ? 0 : rows.ends[i - 1];
        std::string &operation = m_catchUp->rows[*name];
        operation.clear();
        wire::appendAsInsert(operation, std::string_view(rows.operations).substr(begin, rows.ends[i] - begin));
    }
}

void Producer::sendRows(const std::map<RowName, std::string> &rows, Actions &actions)
{
    std::string operations;
    std::vector<std::size_t> ends;
    for (const auto &[name, operation] : rows) {
        operations += operation;
        ends.push_back(operations.size());
    }
    if (!ends.empty())
        sendOpLog({}, operations, ends, {}, actions);
}

// A migration cannot be inside of another transaction. Rows that the ones before it brought may be without what they point at until the
// end.
void Producer::interruptCatchUp(Actions &actions)
{
    if (!m_catchUp || m_catchUp->rows.empty())
        return;
    releaseOwn(actions);
    const out::TransactionFrame frame = catchUpFrame();
    send(std::string(1, out::opLogType) + out::beginOp(frame), actions);
    sendRows(std::exchange(m_catchUp->rows, {}), actions);
    endTransaction({{}, {}, {}, out::commitOp(frame), frame.xid}, actions);
    m_catchUp->first = nullptr;
}

void Producer::endCatchUp(Actions &actions)
{
    releaseOwn(actions);
    Delivery delivery;
    delivery.kind = Delivery::Kind::Repair;
    delivery.begun = true;
    select(delivery, m_catchUp->wanted);
    delivery.caughtUp = std::move(m_catchUp->rows);
    if (delivery.caughtUp.empty() && delivery.selections.empty()) {
        m_catchUp.reset();
        return;
    }
    for (const shapes::Selection &selection : delivery.selections)
        for (const std::size_t layer : shapes::layersOf(selection))
            announce(selection.shape->layers[layer].table, actions);
    const out::TransactionFrame frame = catchUpFrame();
    send(std::string(1, out::opLogType) + out::beginOp(frame), actions);
    delivery.transaction.commit = out::commitOp(frame);
    delivery.transaction.xid = frame.xid;
    m_catchUp.reset();
    m_deliveries.push_front(std::move(delivery));
    beginSnapshot(m_deliveries.front(), actions);
}

// What the client wrote comes back within what it missed; it still waits for each of its transactions by their times (§9.3). They go
// before: while it waits for one, it puts the values of that one over all that it takes for older, and what it missed has one time only.
// The position stays where it was, as long as the client has nothing of that.
void Producer::releaseOwn(Actions &actions)
{
    for (const wire::LoggedTransactionPtr &one : std::exchange(m_catchUp->own, {})) {
        const out::TransactionFrame frame {one->xid, m_checkpoint.toDecimal(), one->timestampMs, one->origin, false};
        endTransaction({out::beginOp(frame), {}, {}, out::commitOp(frame), one->xid}, actions);
    }
}

} // namespace electric::satellite
