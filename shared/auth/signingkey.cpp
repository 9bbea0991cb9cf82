#include "shared/auth/signingkey.h"

#include <QByteArray>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

namespace electric::auth {

namespace {

using Family = Algorithm::Family;
using PKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr std::string_view pemStart = "-----BEGIN ";

const unsigned char *bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data()); // NOLINT: OpenSSL's bytes are unsigned
}

Bio reader(const std::string &pem)
{
    return Bio(BIO_new_mem_buf(pem.data(), int(pem.size())));
}

int noPassword(char *, int, int, void *)
{
    return 0; // never asks at the terminal
}

PKey decoded(const std::string &pem, int selection)
{
    EVP_PKEY *key = nullptr;
    const std::unique_ptr<OSSL_DECODER_CTX, Freed<OSSL_DECODER_CTX_free>> context(
        OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nullptr, nullptr, selection, nullptr, nullptr));
    const Bio bio = reader(pem);
    if (!context || OSSL_DECODER_CTX_set_pem_password_cb(context.get(), noPassword, nullptr) != 1
        || OSSL_DECODER_from_bio(context.get(), bio.get()) != 1)
        return nullptr;
    return PKey(key);
}

PKey ofCertificate(const std::string &pem)
{
    const Bio bio = reader(pem);
    const std::unique_ptr<X509, Freed<X509_free>> certificate(PEM_read_bio_X509(bio.get(), nullptr, noPassword, nullptr));
    return PKey(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

std::size_t pemBlocks(std::string_view pem)
{
    std::size_t count = 0;
    for (auto at = pem.find(pemStart); at != std::string_view::npos; at = pem.find(pemStart, at + 1))
        ++count;
    return count;
}

std::string curveOf(const EVP_PKEY *key)
{
    std::array<char, 64> name {};
    std::size_t length = 0;
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &length) == 1
        ? std::string(name.data(), length)
        : std::string();
}

std::string unfit(const Algorithm &algorithm, const EVP_PKEY *key)
{
    const std::string name = algorithm.name;
    if (algorithm.family == Family::Rsa) {
        if (EVP_PKEY_is_a(key, "RSA") != 1)
            return "the key is not an RSA key, which " + name + " needs";
        if (std::size_t(EVP_PKEY_get_bits(key)) < algorithm.leastKey)
            return "the RSA key has " + std::to_string(EVP_PKEY_get_bits(key)) + " bits; at least " + std::to_string(algorithm.leastKey)
                + " are needed";
        return {};
    }
    if (EVP_PKEY_is_a(key, "EC") != 1)
        return "the key is not an elliptic curve key, which " + name + " needs";
    if (const std::string curve = curveOf(key); curve != algorithm.curve)
        return "the key is on the curve " + curve + "; " + name + " needs " + algorithm.curve;
    return {};
}

// r‖s to the form that OpenSSL reads (RFC 7518 §3.4); empty when it is not one.
std::string derOf(std::string_view signature)
{
    const std::size_t half = signature.size() / 2;
    const EcSignature parts(ECDSA_SIG_new());
    BIGNUM *const r = BN_bin2bn(bytes(signature), int(half), nullptr);
    BIGNUM *const s = BN_bin2bn(bytes(signature.substr(half)), int(half), nullptr);
    if (!parts || ECDSA_SIG_set0(parts.get(), r, s) != 1)
        return {};
    unsigned char *der = nullptr;
    const int length = i2d_ECDSA_SIG(parts.get(), &der);
    std::string text;
    if (length > 0)
        text.assign(reinterpret_cast<const char *>(der), std::size_t(length)); // NOLINT: as above
    OPENSSL_free(der);
    return text;
}

std::string joinedOf(std::string_view der, std::size_t size)
{
    const unsigned char *at = bytes(der);
    const EcSignature parts(d2i_ECDSA_SIG(nullptr, &at, long(der.size())));
    if (!parts)
        return {};
    std::string text(size, '\0');
    auto *const out = reinterpret_cast<unsigned char *>(text.data()); // NOLINT: as above
    const int half = int(size / 2);
    BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out, half);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), out + half, half);
    return text;
}

} // namespace

void SigningKey::Wiped::operator()(std::string *secret) const
{
    OPENSSL_cleanse(secret->data(), secret->size());
    delete secret; // NOLINT: this is its owner's deleter
}

Result<SigningKey> SigningKey::make(const Algorithm &algorithm, std::string_view text, bool isBase64)
{
    auto made = algorithm.family == Family::Hmac ? makeSecret(algorithm, text, isBase64) : makePem(algorithm, text);
    ERR_clear_error();
    return made;
}

Result<SigningKey> SigningKey::makeSecret(const Algorithm &algorithm, std::string_view text, bool isBase64)
{
    if (text.find(pemStart) != std::string_view::npos)
        return fail(Failure::Kind::Malformed, std::string("the key is PEM, but ") + algorithm.name + " uses a secret that both sides share",
            "Set AUTH_JWT_ALG to the algorithm of the key, for example RS256 or ES256; or give a secret.");
    SigningKey key(algorithm);
    key.m_secret = std::shared_ptr<std::string>(new std::string(text), Wiped {});
    if (isBase64) {
        const auto decodedText
            = QByteArray::fromBase64Encoding(QByteArray(text.data(), qsizetype(text.size())), QByteArray::AbortOnBase64DecodingErrors);
        if (!decodedText)
            return fail(Failure::Kind::Malformed, "the key is not valid Base64",
                "Use the standard alphabet with + and /, without blanks; or leave AUTH_JWT_KEY_IS_BASE64_ENCODED out.");
        *key.m_secret = decodedText.decoded.toStdString();
    }
    if (key.m_secret->size() < algorithm.leastKey)
        return fail(Failure::Kind::Malformed,
            "the key has " + std::to_string(key.m_secret->size()) + " bytes, but has to be at least " + std::to_string(algorithm.leastKey)
                + " bytes long for " + algorithm.name,
            "Make one with: openssl rand -base64 64");
    key.m_isPrivate = true;
    return key;
}

Result<SigningKey> SigningKey::makePem(const Algorithm &algorithm, std::string_view text)
{
    const std::string pem = QByteArray(text.data(), qsizetype(text.size())).replace("\\n", "\n").toStdString();
    if (pemBlocks(pem) != 1)
        return fail(Failure::Kind::Malformed,
            std::string("the key for ") + algorithm.name + (pemBlocks(pem) == 0 ? " is not in PEM format" : " has more than one PEM block"),
            "It must be one public key, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----.");
    PKey found = decoded(pem, EVP_PKEY_KEYPAIR);
    const bool isPrivate = found != nullptr;
    if (!found)
        found = decoded(pem, EVP_PKEY_PUBLIC_KEY);
    if (!found)
        found = ofCertificate(pem);
    if (!found)
        return fail(Failure::Kind::Malformed, std::string("the PEM key for ") + algorithm.name + " cannot be read",
            "It must be an unencrypted public key, private key or certificate, with its line breaks.");
    if (const std::string why = unfit(algorithm, found.get()); !why.empty())
        return fail(Failure::Kind::Malformed, why, "Give the key that the tokens are signed with, or the algorithm that fits it.");
    SigningKey key(algorithm);
    key.m_key = std::shared_ptr<EVP_PKEY>(found.release(), EVP_PKEY_free);
    key.m_isPrivate = isPrivate;
    return key;
}

std::string SigningKey::mac(std::string_view data) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned length = 0;
    HMAC(EVP_get_digestbyname(m_algorithm->digest), m_secret->data(), int(m_secret->size()), bytes(data), data.size(), digest.data(),
        &length);
    return {digest.begin(), digest.begin() + length};
}

bool SigningKey::verifies(std::string_view data, std::string_view signature) const
{
    if (m_algorithm->signature != 0 && signature.size() != m_algorithm->signature)
        return false;
    if (m_secret)
        return CRYPTO_memcmp(mac(data).data(), signature.data(), signature.size()) == 0;
    const std::string der = m_algorithm->family == Family::Ecdsa ? derOf(signature) : std::string(signature);
    const DigestContext context(EVP_MD_CTX_new());
    const bool isGood = context
        && EVP_DigestVerifyInit(context.get(), nullptr, EVP_get_digestbyname(m_algorithm->digest), nullptr, m_key.get()) == 1
        && EVP_DigestVerify(context.get(), bytes(der), der.size(), bytes(data), data.size()) == 1;
    ERR_clear_error();
    return isGood;
}

Result<std::string> SigningKey::sign(std::string_view data) const
{
    if (m_secret)
        return mac(data);
    if (!m_isPrivate)
        return fail(
            Failure::Kind::Unsupported, "the key is a public one, which can verify tokens but not make them", "Give the private key.");
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t length = 0;
    std::string signature;
    bool isGood = context
        && EVP_DigestSignInit(context.get(), nullptr, EVP_get_digestbyname(m_algorithm->digest), nullptr, m_key.get()) == 1
        && EVP_DigestSign(context.get(), nullptr, &length, bytes(data), data.size()) == 1;
    if (isGood) {
        signature.resize(length);
        isGood = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &length, bytes(data),
                     data.size()) // NOLINT: as above
            == 1;
        signature.resize(length);
    }
    ERR_clear_error();
    if (!isGood)
        return fail(Failure::Kind::Internal, "the token could not be signed");
    return m_algorithm->family == Family::Ecdsa ? joinedOf(signature, m_algorithm->signature) : signature;
}

} // namespace electric::auth
