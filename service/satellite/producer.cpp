#include "service/satellite/producer.h"

#include "service/satellite/outgoing.h"
#include "service/satellite/ownership.h"
#include "service/wire/rowencoder.h"

#include <algorithm>

namespace electric::satellite {
namespace {

constexpr std::size_t frameLimit = 256 * 1024; // a SatOpLog above is split where the client allows it (§9.4)
constexpr std::size_t pumpLimit = 1024 * 1024; // sent before the socket is asked again
constexpr std::uint64_t progressStep = 1024 * 1024; // of log that has nothing for the client, before that is remembered

std::string cut(const std::string &id)
{
    return id.size() > 128 ? id.substr(0, 126) + "..." : id;
}

} // namespace

Producer::Producer(
    const ProtocolFeatures &features, LogCursor &log, std::string clientId, std::string userId, ClientState state, SessionLimits limits)
    : m_features(features), m_log(log), m_clientId(std::move(clientId)), m_userId(std::move(userId)), m_limits(limits),
      m_state(std::move(state)), m_held(m_userId)
{ }

void Producer::send(std::string frame, Actions &actions, Contents contents)
{
    m_sentBytes += frame.size();
    actions.push_back(action::Send {std::move(frame), std::uint32_t(contents.transactions), std::uint32_t(contents.rows)});
}

// Where the log is to be read from for a client that resumes from `told`. Nothing was sent between the checkpoint and where it had caught
// up, save the data of subscriptions, with whose position it resumes as well.
Lsn Producer::resumePosition(Lsn told) const
{
    const bool hadCaughtUp = m_state.checkpoint && m_state.caughtUp && *m_state.checkpoint <= told;
    return hadCaughtUp ? std::max(told, *m_state.caughtUp) : told;
}

// The list of spec/satellite.md §5.5; true when the request was refused.
bool Producer::refuseStart(const in::StartReplication &request, Actions &actions)
{
    const auto refuse = [&](out::StartError code, const std::string &message) {
        actions.push_back(action::Note {"replication from " + (request.lsn.empty() ? "the start" : cut(request.lsn))
            + " refused: " + message + " (acknowledged: " + (m_state.checkpoint ? m_state.checkpoint->toDecimal() : "nothing") + ')'});
        send(out::startRefused(request.requestId, code, message), actions);
        actions.push_back(action::Close {1007});
        return true;
    };
    const auto migrations = m_log.migrations();
    const auto isVersion = [&](const auto &migration) { return migration->migrationVersion == *request.schemaVersion; };
    if (request.schemaVersion && std::none_of(migrations.begin(), migrations.end(), isVersion))
        return refuse(out::StartError::UnknownSchema, "Unknown schema version: \"" + cut(*request.schemaVersion) + '"');
    if (request.lsn.empty())
        return !request.subscriptions.empty()
            && refuse(out::StartError::InvalidPosition, "Cannot resume subscriptions for a first-time client");
    const auto position = Lsn::fromDecimal(request.lsn);
    if (!position)
        return refuse(out::StartError::MalformedLsn, "Could not validate start replication request");
    if (!m_log.holds(resumePosition(*position))) {
        actions.push_back(action::ForgetClient {});
        return refuse(out::StartError::BehindWindow, "Cannot catch up to the server's current state");
    }
    for (const std::string &id : request.subscriptions)
        if (std::none_of(
                m_state.subscriptions.begin(), m_state.subscriptions.end(), [&](const StoredSubscription &one) { return one.id == id; }))
            return refuse(out::StartError::SubscriptionNotFound, "Unknown subscription: " + cut(id));
    // One that is not known, since it was not yet written down when the service was killed, takes nothing away: all that follows is here.
    if (acknowledges() && m_state.checkpoint && *position < *m_state.checkpoint)
        return refuse(out::StartError::InvalidPosition, "LSN is before the already acknowledged one");
    return false;
}

void Producer::start(const in::StartReplication &request, Actions &actions)
{
    if (m_streaming) {
        send(out::rpcError("startReplication", request.requestId, out::ErrorCode::InvalidRequest), actions);
        actions.push_back(action::Close {1007});
        return;
    }
    if (refuseStart(request, actions))
        return;
    m_dialect = m_features.dialectByRequest && request.dialect == 1 ? wire::Dialect::Postgres : wire::Dialect::Sqlite;
    m_streaming = true;
    dropShapes(actions);
    if (request.lsn.empty())
        startFresh(request, actions);
    else
        resume(request, actions);
    m_state.subscriptions.clear();
    m_log.setInterest(interest());
}

// Of what was said before on this connection nothing counts any more.
void Producer::dropShapes(Actions &actions)
{
    for (const Delivery &one : m_deliveries)
        actions.push_back(action::CancelSnapshot {one.key});
    m_deliveries.clear();
    m_established.clear();
    m_held = shapes::HeldRows(m_userId);
    m_catchUp.reset();
    m_repaired.reset();
}

void Producer::startFresh(const in::StartReplication &request, Actions &actions)
{
    m_position = m_log.readUpTo();
    m_checkpoint = m_position;
    m_caughtUp = m_position;
    m_log.seek(m_position);
    actions.push_back(action::ForgetClient {});
    actions.push_back(action::SaveCheckpoint {m_position, m_position});
    send(out::started(request.requestId, m_features.window), actions);
    auto migrations = m_log.migrations();
    if (request.schemaVersion) {
        const auto known = std::find_if(migrations.begin(), migrations.end(),
            [&](const auto &migration) { return migration->migrationVersion == *request.schemaVersion; });
        migrations.erase(migrations.begin(), known + 1);
    }
    sendMigrations(migrations, actions);
}

// All carry the position of the start and none counts in the window (§5.6).
void Producer::sendMigrations(const std::vector<wire::LoggedTransactionPtr> &migrations, Actions &actions)
{
    for (const wire::LoggedTransactionPtr &migration : migrations) {
        for (const auto &table : migration->migratedTables)
            announce(table, actions);
        const out::TransactionFrame frame {migration->xid, m_position.toDecimal(), migration->timestampMs, changes::postgresOrigin, true};
        sendOpLog(out::beginOp(frame), migration->migrationWire[std::size_t(m_dialect)], {}, out::commitOp(frame), actions);
        await(migration->xid, false);
        m_lastXid = migration->xid;
    }
    for (const wire::LoggedTransactionPtr &migration : m_log.migrations())
        m_migratedUpTo = std::max(m_migratedUpTo, migration->xid);
}

void Producer::resume(const in::StartReplication &request, Actions &actions)
{
    m_checkpoint = *Lsn::fromDecimal(request.lsn);
    m_position = resumePosition(m_checkpoint);
    m_caughtUp = m_position;
    m_log.seek(m_position);
    for (StoredSubscription &one : m_state.subscriptions) {
        const bool continued = std::find(request.subscriptions.begin(), request.subscriptions.end(), one.id) != request.subscriptions.end();
        if (continued)
            m_established.emplace(one.id, Established {one, shapesOf(one)});
        else
            actions.push_back(action::ForgetSubscription {one.id});
    }
    if (!acknowledges()) // all that is ever known of what it has
        actions.push_back(action::SaveCheckpoint {m_checkpoint, m_checkpoint});
    send(out::started(request.requestId, m_features.window), actions);
    recall(actions);
}

void Producer::stop(const in::StopReplication &request, Actions &actions)
{
    m_streaming = false;
    send(out::rpcResult("stopReplication", request.requestId, {}), actions);
}

void Producer::acknowledge(const in::Ack &ack, Actions &actions)
{
    const auto refuse = [&](const char *why) {
        send(out::error(out::ErrorCode::InvalidRequest, why), actions);
        actions.push_back(action::Close {1007});
    };
    const auto position = Lsn::fromDecimal(ack.lsn);
    if (!position && !ack.lsn.empty())
        return refuse("Malformed LSN in an acknowledgement");
    if (ack.transactionId != 0 && ack.transactionId != m_lastAcknowledged) {
        const auto found = std::find_if(
            m_unacknowledged.begin(), m_unacknowledged.end(), [&](const Sent &sent) { return sent.xid == ack.transactionId; });
        if (found == m_unacknowledged.end())
            return refuse("Acknowledged unknown txn");
        m_inWindow -= std::size_t(std::count_if(m_unacknowledged.begin(), found + 1, [](const Sent &s) { return s.counted; }));
        m_unacknowledged.erase(m_unacknowledged.begin(), found + 1);
        m_lastAcknowledged = ack.transactionId;
    }
    // A position that was never sent cannot have been received; a lower one than before tells nothing new.
    if (position && *position > m_checkpoint && *position <= m_position) {
        m_checkpoint = *position;
        m_caughtUp = m_unacknowledged.empty() && m_deliveries.empty() && !m_catchUp ? std::max(m_position, m_checkpoint) : m_checkpoint;
        actions.push_back(action::SaveCheckpoint {m_checkpoint, m_caughtUp});
    }
}

// A client that is sent nothing for long has everything all the same; it need not sync again because the window moved on.
void Producer::saveProgress(Actions &actions)
{
    if (!acknowledges() || !m_unacknowledged.empty() || !m_deliveries.empty() || m_catchUp)
        return;
    m_position = std::max(m_position, m_log.readUpTo());
    if (m_position.value - m_caughtUp.value < progressStep)
        return;
    m_caughtUp = m_position;
    actions.push_back(action::SaveCheckpoint {m_checkpoint, m_caughtUp});
}

void Producer::await(std::uint64_t xid, bool counted)
{
    if (!acknowledges())
        return;
    m_unacknowledged.push_back({xid, counted});
    m_inWindow += counted ? 1 : 0;
}

void Producer::pump(Actions &actions)
{
    sendWhatMayBeSent(actions);
    if (m_streaming)
        m_log.followPositions(!m_deliveries.empty() || m_catchUp);
}

void Producer::sendWhatMayBeSent(Actions &actions)
{
    m_sentBytes = 0;
    while (m_streaming && !m_congested) {
        if (m_sentBytes >= pumpLimit) {
            actions.push_back(action::Again {});
            return;
        }
        if (!sendNext(actions)) {
            if (!m_log.peek())
                saveProgress(actions);
            return;
        }
    }
}

bool Producer::sendNext(Actions &actions)
{
    if (m_deliveries.empty() || !m_deliveries.front().begun)
        sendRefusedWrites(actions);
    const wire::LoggedTransactionPtr next = m_log.peek();
    if (m_catchUp && hasPassed(m_catchUp->until, next.get(), m_log.readUpTo())) {
        endCatchUp(actions);
        return true;
    }
    if (!m_deliveries.empty()) {
        Delivery &first = m_deliveries.front();
        const auto place = first.place(next.get(), m_log.readUpTo());
        if (place == Delivery::Place::Reached && first.mayBegin()) {
            const bool news = !first.begun || !first.chunks.empty() || first.ended;
            if (news)
                deliver(actions);
            return news;
        }
        // What is sent now must not be behind a snapshot whose rows come later: the client would end with the older ones.
        if (place != Delivery::Place::Ahead && !first.readsNothing())
            return false;
    }
    if (!next || (acknowledges() && m_inWindow >= m_features.window))
        return false;
    m_log.advance();
    m_position = next->lsn;
    sendTransaction(next, actions);
    return true;
}

// Where the client is to resume. While it catches up, it has nothing of what lies between.
Lsn Producer::positionToTell() const
{
    return m_catchUp ? m_checkpoint : m_position;
}

bool Producer::wants(const wire::LoggedTransaction &transaction, const schema::TableName &table) const
{
    return std::any_of(m_established.begin(), m_established.end(), [&](const auto &entry) {
        const Established &one = entry.second;
        if (one.since && transaction.lsn < one.since->upTo && one.since->visibility.shows(transaction.xid))
            return false;
        const auto &tables = one.subscription.tables;
        return std::find(tables.begin(), tables.end(), table) != tables.end();
    });
}

void Producer::sendTransaction(const wire::LoggedTransactionPtr &transaction, Actions &actions)
{
    const bool migrates = transaction->isMigration && transaction->xid > m_migratedUpTo;
    if (transaction->isMigration)
        m_held.migrate(*transaction->catalogue);
    if (migrates) {
        interruptCatchUp(actions);
        for (const auto &table : transaction->migratedTables)
            announce(table, actions);
    }
    WantedOperations rows = wantedOperations(transaction, actions);
    if (m_catchUp && !migrates)
        return catchUp(transaction, std::move(rows), actions);
    if (!migrates && rows.isEmpty() && transaction->origin != m_clientId)
        return;
    const out::TransactionFrame frame {
        transaction->xid, positionToTell().toDecimal(), transaction->timestampMs, transaction->origin, migrates};
    HeldTransaction held {out::beginOp(frame), std::move(rows.operations), std::move(rows.ends), out::commitOp(frame), transaction->xid,
        std::move(rows.gone)};
    if (migrates)
        held.begin += transaction->migrationWire[std::size_t(m_dialect)];
    if (m_catchUp)
        m_catchUp->wanted.merge(rows.wanted);
    else if (!rows.wanted.empty())
        return moveIn(transaction, std::move(held), rows, actions);
    endTransaction(held, actions);
}

void Producer::endTransaction(const HeldTransaction &transaction, Actions &actions)
{
    const std::string gone = goneOperations(transaction.gone, actions);
    sendOpLog(transaction.begin + gone, transaction.operations, transaction.ends, transaction.commit, actions);
    await(transaction.xid, true);
    m_lastXid = transaction.xid;
}

void Producer::sendOpLog(const std::string &begin, std::string_view operations, const std::vector<std::size_t> &ends,
    const std::string &commit, Actions &actions)
{
    std::string frame(1, out::opLogType);
    frame.reserve(std::min(operations.size(), frameLimit) + begin.size() + commit.size() + 1);
    frame += begin;
    std::size_t from = 0;
    std::size_t sent = 0; // operations
    for (std::size_t i = 0; i < ends.size(); ++i) {
        // Taken in runs: as many operations as fit, at least one.
        if (i + 1 < ends.size() && frame.size() + ends[i + 1] - from <= frameLimit)
            continue;
        frame += operations.substr(from, ends[i] - from);
        from = ends[i];
        if (i + 1 < ends.size()) {
            send(std::move(frame), actions, {0, i + 1 - std::exchange(sent, i + 1)});
            frame.assign(1, out::opLogType);
        }
    }
    frame += operations.substr(from);
    frame += commit;
    send(std::move(frame), actions, {commit.empty() ? 0U : 1U, ends.size() - sent});
}

// The client frees its oplog only when its transaction comes back (§9.3). This one carries the position up to which the client has
// seen the log, so that it resumes rightly, and the id of the last transaction sent, so that its acknowledgement means that one.
void Producer::sendRefusedWrites(Actions &actions)
{
    while (!m_refusedWrites.empty()) {
        const RefusedWrite refused = std::move(m_refusedWrites.front());
        m_refusedWrites.pop_front();
        std::string deletes;
        std::vector<std::size_t> ends;
        for (const writes::Operation &one : refused.gone) {
            announce(one.table, actions);
            wire::RowEncoder(*one.table).appendDelete(deletes, one.oldRow);
            ends.push_back(deletes.size());
        }
        const out::TransactionFrame frame {m_lastXid, positionToTell().toDecimal(), refused.timestampMs, m_clientId, false};
        sendOpLog(out::beginOp(frame), deletes, ends, out::commitOp(frame), actions);
    }
}

void Producer::announce(std::shared_ptr<const schema::Table> table, Actions &actions)
{
    auto &known = m_announced[table->oid];
    if (known == table)
        return;
    send(out::relation(*table), actions);
    known = std::move(table);
}

} // namespace electric::satellite
