#pragma once

#include "service/pg/connectionoptions.h"
#include "service/proxy/messages.h"
#include "service/proxy/scramclient.h"

#include <optional>
#include <string>
#include <string_view>

namespace electric::proxy {

// Logs in to Postgres as the service's own role, for a client whose other startup parameters are taken along. Knows
// trust, cleartext (over a protected line only), MD5 and SCRAM-SHA-256. What the client is to see (parameter statuses,
// key, ReadyForQuery, or the error) gathers in forClient(). No socket.
class UpstreamLogin
{
public:
    enum class State { Waiting, Ready, Failed };

    // `isProtected`: TLS or a Unix socket.
    UpstreamLogin(pg::ConnectionOptions options, const Parameters &clientParameters, bool isProtected);

    void feed(std::string_view bytes);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] std::string takeOutput() { return std::exchange(m_output, {}); }
    [[nodiscard]] const std::string &forClient() const { return m_forClient; }
    [[nodiscard]] std::string takeRest() { return std::exchange(m_input, {}); }

private:
    void onMessage(const Message &message);
    void onAuthentication(std::string_view body);
    void onSasl(std::uint32_t kind, std::string_view data);
    void failWith(std::string code, std::string message);

    pg::ConnectionOptions m_options;
    bool m_isProtected;
    State m_state = State::Waiting;
    std::optional<ScramClient> m_scram;
    bool m_proven = true; // false between a SCRAM challenge and the server's proof
    std::string m_input;
    std::string m_output;
    std::string m_forClient;
};

} // namespace electric::proxy
