#pragma once

#include <QString>
#include <QStringList>

#include <variant>

namespace electric::app {

// What the person who started the program wants.
struct ServeCommand {
    bool embedded = false;
    QString dataDirectory; // of the embedded Postgres; empty: the default
    QString profile; // under which the running service is known; empty: by its port
};
// Asks a running service (docs/ADMIN.md).
struct AskCommand {
    enum class What { Status, Sessions, Replication, Rejected, Logs, Tap, Check, Stop };
    What what = What::Status;
    QString service; // a name or a socket's path; empty: the one that runs
    bool json = false;
    bool follow = false; // Logs
    bool environment = false; // Check: of the settings in the environment, whatever runs
    int lines = 50; // Logs
    QString level; // Logs
    QString category; // Logs
    QString text; // Logs
    qint64 session = 0; // Tap
    qint64 retry = 0; // Rejected
    qint64 discard = 0; // Rejected
};
// Makes tokens for users, from the AUTH_* settings of the environment.
struct TokenCommand {
    QStringList users;
    qint64 ttlSeconds = 3600;
    bool json = false;
};
struct HelpCommand { };
struct VersionCommand { };
struct UsageError {
    QString what;
};
using Command = std::variant<ServeCommand, AskCommand, TokenCommand, HelpCommand, VersionCommand, UsageError>;

// Reads the arguments, the program's name first. Settings do not come this way: secrets must not appear in a process list.
[[nodiscard]] Command parseCommandLine(const QStringList &arguments);

[[nodiscard]] QString usage();

} // namespace electric::app
