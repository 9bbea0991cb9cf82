#pragma once

#include "shared/auth/tokenverifier.h"
#include "shared/settings/settings.h"

namespace electric::auth {

[[nodiscard]] inline AuthConfig authOptions(const settings::AuthSettings &settings)
{
    return {settings.isSecure, settings.algorithm.toStdString(), settings.key.toStdString(), settings.keyIsBase64,
        settings.nameSpace.toStdString(), settings.issuer.toStdString(), settings.audience.toStdString()};
}

} // namespace electric::auth
