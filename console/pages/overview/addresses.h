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

// An address of Postgres as different programs want it.
enum class Notation { Uri, Psql, Jdbc, Env };
// `variable`: the name for Env. Empty stays empty.
[[nodiscard]] QString written(const QString &uri, Notation notation, const QString &variable);

} // namespace electric::console
