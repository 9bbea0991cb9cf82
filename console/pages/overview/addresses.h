#pragma once

#include "shared/admin/values.h"

namespace electric::console {

// Where apps, migrations and other tools connect, as URLs without passwords. Empty: not offered.
struct Addresses {
    QString apps;
    QString migrations;
    QString database;
};

[[nodiscard]] Addresses addressesOf(const admin::Status &status);

} // namespace electric::console
