#pragma once

#include "service/satellite/features.h"
#include "service/satellite/incoming.h"
#include "service/satellite/outgoing.h"
#include "service/satellite/producer.h"
#include "service/satellite/sessionevents.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace electric::satellite {

// What a session is given at its birth; all of it outlives the session.
struct SessionSeams {
    std::string serverId;
    VerifyToken verify;
    LogCursor &log;
    WriteDecoder &writes;
    SessionLimits limits {};
};

// The conversation with one client, without its socket: events go in, actions come out. Deciding only; whoever performs the actions
// brings back their outcome as events.
class Session
{
public:
    struct Unauthenticated { };
    struct Loading { // the token is good, what is known of the client is being read
        std::uint32_t requestId = 0;
        std::string clientId;
        Identity identity;
    };
    struct Live {
        std::string clientId;
        std::string userId;
        Producer producer;
        bool mayWrite = false; // the client has agreed to send what it writes
        std::size_t writesInFlight = 0;
    };
    struct Closed { };
    using Phase = std::variant<Unauthenticated, Loading, Live, Closed>;

    Session(const ProtocolFeatures &features, SessionSeams seams) : m_features(features), m_seams(std::move(seams)) { }

    Actions on(const Event &event);
    [[nodiscard]] const Phase &phase() const { return m_phase; }
    [[nodiscard]] std::vector<std::string> clientRelationFrames() const { return m_seams.writes.relationFrames(); }
    [[nodiscard]] const ProtocolFeatures &features() const { return m_features; }

private:
    // The protocol: what each phase takes. Everything else is out of turn.
    void step(Unauthenticated &, const in::Authenticate &, Actions &);
    void step(Loading &, const event::StateLoaded &, Actions &);
    void step(Live &, const in::Authenticate &, Actions &);
    void step(Live &, const in::StartReplication &, Actions &);
    void step(Live &, const in::StopReplication &, Actions &);
    void step(Live &, const in::Subscribe &, Actions &);
    void step(Live &, const in::Unsubscribe &, Actions &);
    void step(Live &, const in::BadRpc &, Actions &);
    void step(Live &, const in::RpcAnswer &, Actions &);
    void step(Live &, const in::Ack &, Actions &);
    void step(Live &, const in::Relation &, Actions &);
    void step(Live &, const in::OpLog &, Actions &);
    void step(Live &, const event::SubscriptionStored &, Actions &);
    void step(Live &, const event::Pong &, Actions &);
    void step(Live &, const event::Snapshot &, Actions &);
    void step(Live &, const event::WriteDone &, Actions &);
    void step(Live &, const event::Flow &, Actions &);
    template <typename P, typename E> void step(P &, const E &event, Actions &actions) { outOfTurn(event, actions); }

    template <typename E> void outOfTurn(const E &event, Actions &actions);
    void dispatch(const in::Message &message, Actions &actions);
    void refuse(std::string errorFrame, Actions &actions); // error first, then close 1007
    void rejectRpc(const char *method, std::uint32_t id, out::ErrorCode code, Actions &actions);

    const ProtocolFeatures m_features;
    const SessionSeams m_seams;
    Phase m_phase;
};

} // namespace electric::satellite
