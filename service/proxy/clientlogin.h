#pragma once

#include "service/proxy/messages.h"
#include "service/proxy/scramserver.h"

#include <string>
#include <string_view>

namespace electric::proxy {

// The beginning of a client's connection: startup packets and the password, by SCRAM-SHA-256. Any user name is welcome
// (spec/proxy.md §1.3). Does not send AuthenticationOk: that is for when the database is reached. No socket.
class ClientLogin
{
public:
    enum class State { Waiting, Encrypting, Authenticated, Cancelling, Refused };

    // `verifier` must outlive this object.
    ClientLogin(const ScramVerifier &verifier, bool offersTls) : m_scram(verifier), m_offersTls(offersTls) { }

    void feed(std::string_view bytes);
    void encrypted(); // after Encrypting: what is fed now came through TLS

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool wrongPassword() const { return m_wrongPassword; }
    [[nodiscard]] std::string takeOutput() { return std::exchange(m_output, {}); }
    [[nodiscard]] std::string takeRest() { return std::exchange(m_input, {}); } // what came behind the login
    [[nodiscard]] const Parameters &parameters() const { return m_parameters; }
    [[nodiscard]] std::string parameter(std::string_view name) const;
    [[nodiscard]] const std::string &cancelKey() const { return m_cancelKey; }

private:
    bool readStartup();
    bool readPassword();
    void onEncryptionRequest(bool isTls);
    void begin(const StartupPacket &packet);
    void refuse(std::string code, std::string message, std::string hint = {});
    void onFirst(std::string_view body);
    void onFinal(std::string_view body);

    enum class Step { Startup, First, Final };
    ScramServer m_scram;
    Step m_step = Step::Startup;
    State m_state = State::Waiting;
    bool m_offersTls; // and is not in use yet
    int m_requests = 0;
    bool m_wrongPassword = false;
    std::string m_input;
    std::string m_output;
    std::string m_cancelKey;
    Parameters m_parameters;
};

} // namespace electric::proxy
