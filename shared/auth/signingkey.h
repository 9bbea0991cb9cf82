#pragma once

#include "shared/auth/algorithm.h"
#include "shared/base/handle.h"
#include "shared/base/result.h"

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace electric::auth {

// One key for one algorithm, checked when it is made. Verifies, and signs when it can: with the secret of an HMAC or a private key.
// Not libjwt, which takes the algorithm from the token: here the configured one decides before a token is looked at (spec/auth.md §10).
// Immutable; safe to use from several threads.
class SigningKey
{
public:
    // `text` is the variable's: bytes, or Base64 of them, for HS*; PEM (also with \n for line feeds) for RS* and ES*.
    static Result<SigningKey> make(const Algorithm &algorithm, std::string_view text, bool isBase64);

    [[nodiscard]] bool verifies(std::string_view data, std::string_view signature) const;
    [[nodiscard]] Result<std::string> sign(std::string_view data) const;

    [[nodiscard]] const Algorithm &algorithm() const { return *m_algorithm; }
    [[nodiscard]] bool isPrivate() const { return m_isPrivate; } // more than verifying needs

private:
    explicit SigningKey(const Algorithm &algorithm) : m_algorithm(&algorithm) { }

    static Result<SigningKey> makeSecret(const Algorithm &algorithm, std::string_view text, bool isBase64);
    static Result<SigningKey> makePem(const Algorithm &algorithm, std::string_view text);
    [[nodiscard]] std::string mac(std::string_view data) const;

    struct Wiped {
        void operator()(std::string *secret) const;
    };

    const Algorithm *m_algorithm;
    std::shared_ptr<std::string> m_secret; // Hmac; wiped at the end
    std::shared_ptr<EVP_PKEY> m_key; // Rsa, Ecdsa
    bool m_isPrivate = false;
};

} // namespace electric::auth
