#pragma once

#include <QString>

namespace electric::console {

// The text without what must not leave the computer: passwords in URLs and in connection strings, tokens, keys. It rather takes out too
// much than too little.
[[nodiscard]] QString redacted(QString text);

// Whether a setting of that name is a secret, should the service have failed to say so.
[[nodiscard]] bool soundsSecret(const QString &settingName);

} // namespace electric::console
