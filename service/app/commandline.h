#pragma once

#include <QString>
#include <QStringList>

#include <variant>

namespace electric::app {

// What the person who started the program wants.
struct ServeCommand {
    bool embedded = false;
    QString dataDirectory; // of the embedded Postgres; empty: the default
};
struct HelpCommand {};
struct VersionCommand {};
struct UsageError {
    QString what;
};
using Command = std::variant<ServeCommand, HelpCommand, VersionCommand, UsageError>;

// Reads the arguments, the program's name first. Settings do not come this way: secrets must not appear in a process list.
[[nodiscard]] Command parseCommandLine(const QStringList &arguments);

[[nodiscard]] QString usage();

} // namespace electric::app
