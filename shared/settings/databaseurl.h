#pragma once

#include <QString>
#include <tl/expected.hpp>

namespace electric::settings {

// The parts of DATABASE_URL, decoded (spec/configuration.md §4).
struct DatabaseUrl {
    QString host;
    quint16 port = 5432;
    QString user;
    QString password;
    QString database;
    QString sslMode; // libpq's word; empty: not given
    QString sslRootCert; // empty: libpq's default

    // The failure says what is wrong and shows no part of the password.
    [[nodiscard]] static tl::expected<DatabaseUrl, QString> parse(const QString &url);
};

} // namespace electric::settings
