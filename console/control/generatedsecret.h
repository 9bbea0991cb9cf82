#pragma once

#include <QString>

namespace electric::console {

// A password that nobody guesses: letters and digits only, so that it needs no escape in a URL or a shell, and none that look alike.
[[nodiscard]] QString generatedPassword();

// A key for the HS algorithms, as long as the algorithm's hash, in Base64: good as it stands, and with
// AUTH_JWT_KEY_IS_BASE64_ENCODED=true.
[[nodiscard]] QString generatedKey(const QString &algorithm);

// Empty when generatedKey() can make one, else why not.
[[nodiscard]] QString whyNoKeyIsMade(const QString &algorithm);

} // namespace electric::console
