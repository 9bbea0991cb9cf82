#pragma once

#include "shared/admin/values.h"

#include <QTemporaryFile>
#include <tl/expected.hpp>

#include <functional>
#include <memory>

namespace electric::console {

// psql in a terminal of the desktop. A password never stands in its arguments, where every user of the computer could read it, but in a
// file of libpq's form (PGPASSFILE) that only its owner can read.
struct TerminalCall {
    QString program;
    QStringList arguments;
};

using FindProgram = std::function<QString(const QString &)>; // its path; empty: there is none
// `wanted`: the environment variable TERMINAL. The failure says what to do.
[[nodiscard]] tl::expected<TerminalCall, QString> psqlInTerminal(
    const QString &uri, const QString &passFile, const QString &wanted, const FindProgram &find);

// A line of a password file for what the URI names; nothing when it cannot be read.
[[nodiscard]] QByteArray passFileLine(const QString &uri, const QString &password);

// Of the service's own Postgres; empty when it is not ours to read.
[[nodiscard]] QString embeddedPassword(const QString &dataDirectory);

// Opens terminals; the password files live as long as it does.
class Psql final
{
public:
    // `password` may be empty: then psql asks. Failures are told in words.
    tl::expected<void, QString> open(const QString &uri, const QString &password);

private:
    tl::expected<QString, QString> passFile(const QByteArray &line);

    std::vector<std::unique_ptr<QTemporaryFile>> m_passFiles;
};

} // namespace electric::console
