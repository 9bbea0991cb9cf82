#include "service/proxy/scramclient.h"

#include "service/proxy/scram.h"

#include <charconv>

namespace electric::proxy {

ScramClient::ScramClient(std::string password) : ScramClient(std::move(password), {}, scram::toBase64(scram::randomBytes(18))) { }

ScramClient::ScramClient(std::string password, std::string user, std::string nonce)
    : m_password(std::move(password)), m_bare("n=" + user + ",r=" + nonce), m_nonce(std::move(nonce))
{ }

std::string ScramClient::first() const
{
    return "n,," + m_bare;
}

Result<std::string> ScramClient::final(std::string_view serverFirst)
{
    const std::string_view nonce = scram::attribute(serverFirst, 'r');
    const std::string salt = scram::fromBase64(scram::attribute(serverFirst, 's'));
    const std::string_view count = scram::attribute(serverFirst, 'i');
    int rounds = 0;
    std::from_chars(count.data(), count.data() + count.size(), rounds);
    if (nonce.size() <= m_nonce.size() || nonce.substr(0, m_nonce.size()) != m_nonce || salt.empty() || rounds < 1
        || rounds > scram::maxIterations)
        return fail(Failure::Kind::Malformed, "the database's SCRAM challenge is malformed");
    const std::string salted = scram::saltedPassword(m_password, salt, rounds);
    const std::string clientKey = scram::hmac(salted, "Client Key");
    const std::string withoutProof = "c=biws,r=" + std::string(nonce);
    const std::string transcript = m_bare + ',' + std::string(serverFirst) + ',' + withoutProof;
    m_serverSignature = scram::hmac(scram::hmac(salted, "Server Key"), transcript);
    const std::string proof = scram::exclusiveOr(clientKey, scram::hmac(scram::sha256(clientKey), transcript));
    return withoutProof + ",p=" + scram::toBase64(proof);
}

Result<void> ScramClient::finish(std::string_view serverFinal) const
{
    const std::string signature = scram::fromBase64(scram::attribute(serverFinal, 'v'));
    if (m_serverSignature.empty() || !scram::equalInConstantTime(signature, m_serverSignature))
        return fail(Failure::Kind::NotAllowed, "the database did not prove that it knows the password");
    return {};
}

} // namespace electric::proxy
