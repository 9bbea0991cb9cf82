#pragma once

#include "shared/base/result.h"

#include <string>
#include <string_view>

namespace electric::proxy {

// What we keep of a password in order to check it: derived once a process, with a salt of its own.
struct ScramVerifier {
    std::string salt;
    int iterations = 0;
    std::string storedKey;
    std::string serverKey;

    static ScramVerifier derive(std::string_view password);
    static ScramVerifier derive(std::string_view password, std::string_view salt, int iterations);
};

// The server's half of one SCRAM-SHA-256 exchange without channel binding (RFC 5802 §3, RFC 7677). The user name inside
// the exchange is ignored, as Postgres does: the startup packet has it. One object, one exchange.
class ScramServer
{
public:
    // `verifier` must outlive this object.
    explicit ScramServer(const ScramVerifier &verifier);
    ScramServer(const ScramVerifier &verifier, std::string nonce) : m_verifier(verifier), m_nonce(std::move(nonce)) { }

    // client-first-message → server-first-message. Malformed for what is no such message, Unsupported for channel
    // binding.
    Result<std::string> first(std::string_view clientFirst);
    // client-final-message → server-final-message. NotAllowed: wrong password.
    Result<std::string> final(std::string_view clientFinal);

private:
    const ScramVerifier &m_verifier;
    std::string m_nonce;
    std::string m_header; // gs2
    std::string m_transcript; // client-first-bare, server-first
    std::string m_wholeNonce;
};

} // namespace electric::proxy
