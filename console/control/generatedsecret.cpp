#include "console/control/generatedsecret.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QRandomGenerator>

namespace electric::console {

namespace {

constexpr int passwordLetters = 24; // of 55: 138 bits

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::GeneratedSecret)
};

} // namespace

QString generatedPassword()
{
    static constexpr char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    QString password;
    for (int at = 0; at < passwordLetters; ++at)
        password += QLatin1Char(letters[QRandomGenerator::system()->bounded(int(sizeof letters) - 1)]);
    return password;
}

QString generatedKey(const QString &algorithm)
{
    const int bytes = std::max(32, algorithm.mid(2).toInt() / 8); // HS384: 48
    QByteArray key(bytes, '\0');
    for (char &one : key)
        one = char(QRandomGenerator::system()->bounded(256));
    return QString::fromLatin1(key.toBase64());
}

QString whyNoKeyIsMade(const QString &algorithm)
{
    if (algorithm.isEmpty())
        return Words::tr("Choose AUTH_JWT_ALG first: the key is as long as the algorithm wants it.");
    if (!algorithm.startsWith(QLatin1String("HS")))
        return Words::tr("For %1 the key here is the public half of a pair: whoever signs the tokens makes it.").arg(algorithm);
    return {};
}

} // namespace electric::console
