#include "service/proxy/scramserver.h"

#include "service/proxy/scram.h"

namespace electric::proxy {

ScramVerifier ScramVerifier::derive(std::string_view password)
{
    return derive(password, scram::randomBytes(16), scram::iterations);
}

ScramVerifier ScramVerifier::derive(std::string_view password, std::string_view salt, int iterations)
{
    const std::string salted = scram::saltedPassword(password, salt, iterations);
    return {std::string(salt), iterations, scram::sha256(scram::hmac(salted, "Client Key")), scram::hmac(salted, "Server Key")};
}

ScramServer::ScramServer(const ScramVerifier &verifier) : m_verifier(verifier), m_nonce(scram::toBase64(scram::randomBytes(18))) { }

Result<std::string> ScramServer::first(std::string_view clientFirst)
{
    // gs2-header: "n" (no channel binding) or "y" (the client could, and thinks that we cannot: true), an optional
    // authzid.
    if (clientFirst.substr(0, 2) == "p=")
        return fail(Failure::Kind::Unsupported, "channel binding was asked for, which is not offered here");
    if (clientFirst.size() < 2 || (clientFirst[0] != 'n' && clientFirst[0] != 'y') || clientFirst[1] != ',')
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    const std::size_t end = clientFirst.find(',', 2);
    if (end != 2) // an authorisation identity is not what Postgres accepts either
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    const std::string_view bare = clientFirst.substr(end + 1);
    const std::string_view clientNonce = scram::attribute(bare, 'r');
    if (clientNonce.empty() || bare.substr(0, 2) != "n=")
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    m_header = clientFirst.substr(0, end + 1);
    m_wholeNonce = std::string(clientNonce) + m_nonce;
    std::string reply = "r=" + m_wholeNonce + ",s=" + scram::toBase64(m_verifier.salt) + ",i=" + std::to_string(m_verifier.iterations);
    m_transcript = std::string(bare) + ',' + reply;
    return reply;
}

Result<std::string> ScramServer::final(std::string_view clientFinal)
{
    const std::size_t proofAt = clientFinal.rfind(",p=");
    if (m_wholeNonce.empty() || proofAt == std::string_view::npos)
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    const std::string_view withoutProof = clientFinal.substr(0, proofAt);
    if (scram::attribute(withoutProof, 'c') != scram::toBase64(m_header) || scram::attribute(withoutProof, 'r') != m_wholeNonce)
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    const std::string proof = scram::fromBase64(clientFinal.substr(proofAt + 3));
    const std::string transcript = m_transcript + ',' + std::string(withoutProof);
    if (proof.size() != m_verifier.storedKey.size())
        return fail(Failure::Kind::Malformed, "malformed SCRAM message");
    const std::string clientKey = scram::exclusiveOr(proof, scram::hmac(m_verifier.storedKey, transcript));
    if (!scram::equalInConstantTime(scram::sha256(clientKey), m_verifier.storedKey))
        return fail(Failure::Kind::NotAllowed, "wrong password");
    return "v=" + scram::toBase64(scram::hmac(m_verifier.serverKey, transcript));
}

} // namespace electric::proxy
