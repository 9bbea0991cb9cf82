#pragma once

#include <QString>
#include <tl/expected.hpp>

#include <vector>

namespace electric::admin {

// Where a running service listens for its owner. One file NAME.sock a service, mode 0600, in a directory that only its owner may enter;
// beside it NAME.json, which says whose it is. The name is that of the profile, else "http-PORT" – a port belongs to one service only.

// $ELECTRIC_RUNTIME_DIR, else what systemd gives ($RUNTIME_DIRECTORY), else /run/electric for root, else the user's runtime directory.
[[nodiscard]] QString runtimeDirectory();

// `profile` may be empty.
[[nodiscard]] QString serviceName(const QString &profile, quint16 httpPort);
[[nodiscard]] QString socketPath(const QString &directory, const QString &name);

// Makes the directory, for its owner only. Fails, in words, when somebody else owns it or others may enter.
[[nodiscard]] tl::expected<void, QString> makeRuntimeDirectory(const QString &directory);

struct RunningService {
    QString name;
    QString path; // of the socket
    qint64 pid = 0;
    QString version;
    quint16 httpPort = 0;
    QString dataDirectory; // of an embedded Postgres; else empty
    qint64 startedAt = 0;
};

// Written by the service beside its socket, removed when it ends.
[[nodiscard]] bool writeDescription(const RunningService &service);
void removeDescription(const QString &path);

// The services that answer, in runtimeDirectory() and, for root, in those of services that systemd runs. Blocks for milliseconds.
[[nodiscard]] std::vector<RunningService> discover();

} // namespace electric::admin
