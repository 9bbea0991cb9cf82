#include "service/proxy/scram.h"

#include <QByteArray>
#include <QString>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace electric::proxy::scram {

namespace {

constexpr std::size_t digestSize = 32;

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

unsigned char *bytesOf(std::string &text)
{
    return reinterpret_cast<unsigned char *>(text.data());
}

} // namespace

std::string randomBytes(std::size_t count)
{
    std::string bytes(count, '\0');
    if (RAND_bytes(bytesOf(bytes), int(count)) != 1)
        qFatal("no random numbers to be had");
    return bytes;
}

std::string sha256(std::string_view data)
{
    std::string digest(digestSize, '\0');
    EVP_Digest(data.data(), data.size(), bytesOf(digest), nullptr, EVP_sha256(), nullptr);
    return digest;
}

std::string hmac(std::string_view key, std::string_view data)
{
    std::string digest(digestSize, '\0');
    HMAC(EVP_sha256(), key.data(), int(key.size()), bytesOf(data), data.size(), bytesOf(digest), nullptr);
    return digest;
}

std::string exclusiveOr(std::string_view left, std::string_view right)
{
    std::string result(left);
    for (std::size_t i = 0; i < result.size() && i < right.size(); ++i)
        result[i] = char(result[i] ^ right[i]);
    return result;
}

namespace {

// SASLprep (RFC 4013), as far as it concerns passwords that people type; what is no UTF-8 stays as it is.
std::string normalised(std::string_view password)
{
    const QString text = QString::fromUtf8(password.data(), qsizetype(password.size()));
    return text.contains(QChar::ReplacementCharacter) ? std::string(password)
                                                      : text.normalized(QString::NormalizationForm_KC).toStdString();
}

} // namespace

std::string saltedPassword(std::string_view given, std::string_view salt, int rounds)
{
    const std::string password = normalised(given);
    std::string key(digestSize, '\0');
    PKCS5_PBKDF2_HMAC(
        password.data(), int(password.size()), bytesOf(salt), int(salt.size()), rounds, EVP_sha256(), int(digestSize), bytesOf(key));
    return key;
}

bool equalInConstantTime(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string toBase64(std::string_view bytes)
{
    return QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toBase64().toStdString();
}

std::string fromBase64(std::string_view text)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        QByteArray::fromRawData(text.data(), qsizetype(text.size())), QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? decoded.decoded.toStdString() : std::string();
}

std::string_view attribute(std::string_view message, char name)
{
    while (!message.empty()) {
        const std::size_t end = message.find(',');
        const std::string_view part = message.substr(0, end);
        if (part.size() >= 2 && part[0] == name && part[1] == '=')
            return part.substr(2);
        message = end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
    }
    return {};
}

} // namespace electric::proxy::scram
