#pragma once

#include "shared/base/result.h"

#include <string>
#include <string_view>

namespace electric::proxy {

// The client's half of one SCRAM-SHA-256 exchange without channel binding. The server is believed only after finish().
class ScramClient
{
public:
    explicit ScramClient(std::string password);
    // With a given user name inside the exchange and a given nonce; Postgres wants the name empty.
    ScramClient(std::string password, std::string user, std::string nonce);

    [[nodiscard]] std::string first() const;
    Result<std::string> final(std::string_view serverFirst);
    Result<void> finish(std::string_view serverFinal) const;

private:
    std::string m_password;
    std::string m_bare;
    std::string m_nonce;
    std::string m_serverSignature;
};

} // namespace electric::proxy
