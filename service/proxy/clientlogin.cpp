#include "service/proxy/clientlogin.h"

#include "service/proxy/scram.h"

namespace electric::proxy {

namespace {

constexpr std::uint32_t saslStart = 10;
constexpr std::uint32_t saslContinue = 11;
constexpr std::uint32_t saslFinal = 12;
constexpr int maxRequests = 4; // for TLS and GSS before the startup packet

std::string authentication(std::uint32_t kind, std::string_view data)
{
    return message('R', uint32Bytes(kind).append(data));
}

} // namespace

void ClientLogin::feed(std::string_view bytes)
{
    m_input += bytes;
    while (m_state == State::Waiting && (m_step == Step::Startup ? readStartup() : readPassword())) { }
}

std::string ClientLogin::parameter(std::string_view name) const
{
    for (const auto &[key, value] : m_parameters)
        if (key == name)
            return value;
    return {};
}

bool ClientLogin::readStartup()
{
    const StartupPacket packet = readStartupPacket(m_input);
    if (packet.kind == StartupPacket::Kind::NeedMore)
        return false;
    m_input.erase(0, packet.used);
    switch (packet.kind) {
    case StartupPacket::Kind::Tls:
    case StartupPacket::Kind::Gss: onEncryptionRequest(packet.kind == StartupPacket::Kind::Tls); return true;
    case StartupPacket::Kind::Cancel:
        m_cancelKey = packet.cancelKey;
        m_state = State::Cancelling;
        return true;
    case StartupPacket::Kind::Startup: begin(packet); return true;
    default: refuse("08P01", "invalid startup packet", "This port speaks the Postgres protocol."); return true;
    }
}

void ClientLogin::onEncryptionRequest(bool isTls)
{
    if (++m_requests > maxRequests)
        return refuse("08P01", "too many encryption requests");
    if (!isTls || !m_offersTls) {
        m_output += 'N';
        return;
    }
    if (!m_input.empty()) // in clear behind the request: somebody else's (CVE-2021-23214)
        return refuse("08P01", "received unencrypted data after SSL request");
    m_output += 'S';
    m_state = State::Encrypting;
}

void ClientLogin::encrypted()
{
    m_offersTls = false;
    m_state = State::Waiting;
}

void ClientLogin::begin(const StartupPacket &packet)
{
    if (packet.version >> 16U != 3)
        return refuse("0A000", "unsupported frontend protocol " + std::to_string(packet.version >> 16U) + ": server supports 3.0");
    std::vector<std::string> unknown;
    for (const auto &parameter : packet.parameters) {
        if (parameter.first.rfind("_pq_.", 0) == 0)
            unknown.push_back(parameter.first);
        else
            m_parameters.push_back(parameter);
    }
    const std::string replication = parameter("replication");
    if (parameter("user").empty())
        return refuse("28000", "no PostgreSQL user name specified in startup packet");
    if (!replication.empty() && replication != "false" && replication != "off" && replication != "no" && replication != "0")
        return refuse("0A000", "replication connections are not supported here", "Connect to the database itself.");
    if ((packet.version & 0xffffU) != 0 || !unknown.empty())
        m_output += negotiateProtocolVersion(unknown);
    m_output += authentication(saslStart, std::string(scram::mechanism) + '\0' + '\0');
    m_step = Step::First;
}

bool ClientLogin::readPassword()
{
    const Message message = readMessage(m_input, maxUnauthenticatedMessage);
    if (message.kind == Message::Kind::NeedMore)
        return false;
    if (message.kind == Message::Kind::Malformed || message.type != 'p') {
        if (message.type == 'X')
            m_state = State::Refused;
        else
            refuse("08P01", "expected an answer to the password challenge");
        return true;
    }
    const std::string body(message.body);
    m_input.erase(0, message.whole.size());
    if (m_step == Step::First)
        onFirst(body);
    else
        onFinal(body);
    return true;
}

void ClientLogin::onFirst(std::string_view body)
{
    BodyReader reader(body);
    const std::string_view mechanism = reader.string();
    const std::uint32_t length = reader.uint32();
    const std::string_view data = reader.bytes(length);
    if (reader.failed() || mechanism != scram::mechanism)
        return refuse("08P01", "client selected an invalid SASL authentication mechanism");
    const auto reply = m_scram.first(data);
    if (!reply)
        return refuse("08P01", reply.error().detail);
    m_output += authentication(saslContinue, *reply);
    m_step = Step::Final;
}

void ClientLogin::onFinal(std::string_view body)
{
    const auto reply = m_scram.final(body);
    if (!reply) {
        m_wrongPassword = reply.error().kind == Failure::Kind::NotAllowed;
        if (m_wrongPassword)
            return refuse(
                "28P01", "password authentication failed for user \"" + parameter("user") + '"', "The password is PG_PROXY_PASSWORD's.");
        return refuse("08P01", reply.error().detail);
    }
    m_output += authentication(saslFinal, *reply);
    m_state = State::Authenticated;
}

void ClientLogin::refuse(std::string code, std::string message, std::string hint)
{
    m_output += errorResponse({"FATAL", std::move(code), std::move(message), {}, std::move(hint)});
    m_state = State::Refused;
}

} // namespace electric::proxy
