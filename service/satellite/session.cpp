#include "service/satellite/session.h"

#include <algorithm>

namespace electric::satellite {
namespace {

constexpr std::size_t maxClientId = 64; // the column it is kept in
constexpr std::size_t maxWritesInFlight = 20'000;
constexpr auto badFormat = "Message not formatted according to Electric protocol";

template <typename T> constexpr const char *methodOf = nullptr; // messages that are no requests
template <> constexpr const char *methodOf<in::Authenticate> = "authenticate";
template <> constexpr const char *methodOf<in::StartReplication> = "startReplication";
template <> constexpr const char *methodOf<in::StopReplication> = "stopReplication";
template <> constexpr const char *methodOf<in::Subscribe> = "subscribe";
template <> constexpr const char *methodOf<in::Unsubscribe> = "unsubscribe";

} // namespace

Actions Session::on(const Event &event)
{
    Actions actions;
    if (std::holds_alternative<Closed>(m_phase))
        return actions;
    if (const auto *frame = std::get_if<event::Frame>(&event))
        dispatch(in::parse(frame->bytes), actions);
    else if (std::holds_alternative<event::Expired>(event))
        actions.push_back(action::Close {4000, "JWT-expired"});
    else if (std::holds_alternative<event::Silent>(event))
        actions.push_back(action::Close {1011, "Client not responding to pings"});
    else if (std::holds_alternative<event::Superseded>(event))
        actions.push_back(action::Close {1000, "Connected again elsewhere"});
    else if (std::holds_alternative<event::Dismissed>(event))
        actions.push_back(action::Close {1001, "Disconnected by the operator"}); // the client comes again
    else if (std::holds_alternative<event::AuthTimeout>(event)) {
        if (std::holds_alternative<Unauthenticated>(m_phase))
            actions.push_back(action::Close {1008, "Not authenticated in time"});
    } else
        std::visit([&](auto &phase, const auto &one) { step(phase, one, actions); }, m_phase, event);
    if (std::holds_alternative<Live>(m_phase) && m_seams.log.isLost()) // it comes back and is told that it is behind
        actions.push_back(action::Close {1013, "Too slow for the log"});
    if (auto *live = std::get_if<Live>(&m_phase))
        if (std::none_of(actions.begin(), actions.end(), [](const Action &a) { return std::holds_alternative<action::Close>(a); }))
            live->producer.pump(actions);
    // Nothing follows a close.
    const auto close
        = std::find_if(actions.begin(), actions.end(), [](const Action &one) { return std::holds_alternative<action::Close>(one); });
    if (close != actions.end()) {
        actions.erase(close + 1, actions.end());
        m_phase = Closed {};
    }
    return actions;
}

void Session::dispatch(const in::Message &message, Actions &actions)
{
    if (std::holds_alternative<in::PeerError>(message)) {
        actions.push_back(action::Close {1000});
    } else if (std::holds_alternative<in::Unreadable>(message)) {
        actions.push_back(action::Send {out::error(out::ErrorCode::Internal)});
        actions.push_back(action::Close {1007, badFormat});
    } else {
        std::visit([&](auto &phase, const auto &one) { step(phase, one, actions); }, m_phase, message);
    }
}

template <typename E> void Session::outOfTurn(const E &event, Actions &actions)
{
    if constexpr (methodOf<E> != nullptr) {
        rejectRpc(methodOf<E>, event.requestId, out::ErrorCode::AuthRequired, actions);
    } else if constexpr (std::is_same_v<E, in::BadRpc>) {
        rejectRpc(event.method.c_str(), event.requestId, out::ErrorCode::AuthRequired, actions);
    } else if constexpr (
        std::is_same_v<E, in::RpcAnswer> || std::is_same_v<E, in::Ack> || std::is_same_v<E, in::Relation> || std::is_same_v<E, in::OpLog>) {
        refuse(out::error(out::ErrorCode::AuthRequired), actions);
    }
    // What our own side reports too late or too early is of no use here.
}

void Session::refuse(std::string errorFrame, Actions &actions)
{
    actions.push_back(action::Send {std::move(errorFrame)});
    actions.push_back(action::Close {1007});
}

void Session::rejectRpc(const char *method, std::uint32_t id, out::ErrorCode code, Actions &actions)
{
    refuse(out::rpcError(method, id, code), actions);
}

void Session::step(Unauthenticated &, const in::Authenticate &request, Actions &actions)
{
    if (request.clientId.empty() || request.token.empty() || request.clientId.size() > maxClientId
        || request.clientId == changes::postgresOrigin)
        return rejectRpc("authenticate", request.requestId, out::ErrorCode::InvalidRequest, actions);
    auto identity = m_seams.verify(request.token);
    if (!identity) {
        actions.push_back(action::Note {"token refused: " + identity.error().detail});
        actions.push_back(action::SignInFailed {});
        return rejectRpc("authenticate", request.requestId, out::ErrorCode::AuthRequired, actions);
    }
    actions.push_back(action::ArmExpiry {identity->expiresAtMs});
    actions.push_back(action::LoadState {request.clientId, identity->userId});
    m_phase = Loading {request.requestId, request.clientId, *std::move(identity)};
}

void Session::step(Loading &loading, const event::StateLoaded &loaded, Actions &actions)
{
    if (!loaded.state) { // passes: the client comes again when nothing but the close reaches it (§9.2)
        actions.push_back(action::Note {"client state cannot be read: " + loaded.state.error().detail});
        actions.push_back(action::Close {1013});
        return;
    }
    if (loaded.state->userId && *loaded.state->userId != loading.identity.userId) {
        actions.push_back(action::Note {"client id belongs to another user"});
        actions.push_back(action::SignInFailed {});
        return rejectRpc("authenticate", loading.requestId, out::ErrorCode::AuthRequired, actions);
    }
    actions.push_back(action::Authenticated {loading.clientId});
    actions.push_back(action::Send {out::authenticated(loading.requestId, m_seams.serverId)});
    actions.push_back(action::Send {out::startRequest(0, loaded.state->clientLsn)});
    const Loading known = std::move(loading);
    m_phase.emplace<Live>(Live {known.clientId, known.identity.userId,
        Producer(m_features, m_seams.log, known.clientId, known.identity.userId, *loaded.state, m_seams.limits)});
}

void Session::step(Live &live, const in::Authenticate &request, Actions &actions)
{
    const auto identity
        = request.clientId == live.clientId ? m_seams.verify(request.token) : fail(Failure::Kind::NotAllowed, "another client id");
    if (!identity || identity->userId != live.userId)
        return rejectRpc("authenticate", request.requestId, out::ErrorCode::InvalidRequest, actions);
    actions.push_back(action::ArmExpiry {identity->expiresAtMs});
    actions.push_back(action::Send {out::authenticated(request.requestId, m_seams.serverId)});
}

void Session::step(Live &live, const in::StartReplication &request, Actions &actions)
{
    live.producer.start(request, actions);
}

void Session::step(Live &live, const in::StopReplication &request, Actions &actions)
{
    live.producer.stop(request, actions);
}

void Session::step(Live &live, const in::Subscribe &request, Actions &actions)
{
    if (!live.producer.isStreaming())
        return rejectRpc("subscribe", request.requestId, out::ErrorCode::InvalidRequest, actions);
    live.producer.subscribe(request, actions);
}

void Session::step(Live &live, const in::Unsubscribe &request, Actions &actions)
{
    if (!live.producer.isStreaming())
        return rejectRpc("unsubscribe", request.requestId, out::ErrorCode::InvalidRequest, actions);
    live.producer.unsubscribe(request, actions);
}

void Session::step(Live &, const in::BadRpc &request, Actions &actions)
{
    rejectRpc(request.method.c_str(), request.requestId, out::ErrorCode::InvalidRequest, actions);
}

void Session::step(Live &live, const in::RpcAnswer &answer, Actions &actions)
{
    // Only one request is ever sent to a client: number 0.
    if (answer.isError || answer.requestId != 0 || answer.method != "startReplication" || live.mayWrite)
        return refuse(out::error(out::ErrorCode::InvalidRequest), actions);
    live.mayWrite = true;
}

void Session::step(Live &live, const in::Ack &ack, Actions &actions)
{
    live.producer.acknowledge(ack, actions);
}

void Session::step(Live &, const in::Relation &relation, Actions &actions)
{
    if (const auto taken = m_seams.writes.relation(relation.body, *m_seams.log.catalogue()); !taken)
        refuse(out::error(out::ErrorCode::InvalidRequest, taken.error().detail), actions);
}

void Session::step(Live &live, const in::OpLog &opLog, Actions &actions)
{
    if (!live.mayWrite) { // never dropped silently: the client sends it again after it has reconnected
        actions.push_back(action::Close {1002, "Replication to the server has not started"});
        return;
    }
    auto decoded = m_seams.writes.opLog(opLog.body, *m_seams.log.catalogue());
    if (live.writesInFlight + decoded.transactions.size() > maxWritesInFlight) {
        actions.push_back(action::Close {1013, "Too many writes at once"});
        return;
    }
    for (writes::ClientTransaction &one : decoded.transactions) {
        one.clientId = live.clientId;
        one.userId = live.userId;
        ++live.writesInFlight;
        actions.push_back(action::SubmitWrite {std::move(one)});
    }
    if (decoded.failure) {
        actions.push_back(action::Note {"a write was refused: " + decoded.failure->detail});
        refuse(out::error(out::ErrorCode::InvalidRequest, decoded.failure->detail, decoded.failedLsn), actions);
    }
}

void Session::step(Live &live, const event::SubscriptionStored &stored, Actions &)
{
    live.producer.stored(stored.id);
}

void Session::step(Live &live, const event::Pong &pong, Actions &)
{
    live.producer.pong(pong.key);
}

void Session::step(Live &live, const event::Snapshot &snapshot, Actions &actions)
{
    live.producer.snapshot(snapshot, actions);
}

void Session::step(Live &live, const event::WriteDone &done, Actions &actions)
{
    --live.writesInFlight;
    if (done.outcome.kind != writes::WriteSink::Outcome::Kind::Rejected)
        return;
    actions.push_back(action::Note {"Postgres refused a write: SQLSTATE " + done.outcome.why.code});
    live.producer.refusedWrite({done.timestampMs, done.outcome.gone});
}

void Session::step(Live &live, const event::Flow &flow, Actions &)
{
    live.producer.setCongested(flow.congested);
}

} // namespace electric::satellite
