#pragma once

#include "shared/settings/databaseurl.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>
#include <tl/expected.hpp>

#include <vector>

namespace electric::settings {

enum class WriteMode { LogicalReplication, DirectWrites };

struct AuthSettings {
    bool isSecure = true;
    QString algorithm;
    QByteArray key;
    bool keyIsBase64 = false;
    QString nameSpace;
    QString issuer;
    QString audience;
};

// What one app may ask of us.
struct ConnectionLimits {
    quint64 frameBytes = 0;
    quint64 subscriptions = 0;
    quint64 shapeBytes = 0;
    quint64 sendBufferBytes = 0;
    quint64 signInSeconds = 0;
    quint64 signInFailures = 0;
};

// Everything that was configured, checked. Made once at the start and passed on; nothing else reads the environment.
struct Settings {
    DatabaseUrl database; // its sslMode has DATABASE_REQUIRE_SSL worked in
    WriteMode writeMode = WriteMode::LogicalReplication;
    QString publisherHost;
    quint16 publisherPort = 0;
    quint16 httpPort = 0;
    QString listenAddress; // empty: all
    bool listenIpv6 = true;
    QString instanceId; // empty: make one up
    QString proxyPassword;
    quint16 proxyPort = 0;
    bool proxyTunnel = false;
    QString proxyTlsCertificate; // files; empty: TLS is not offered
    QString proxyTlsKey;
    QStringList allowedOrigins; // of browsers that may read the HTTP API
    AuthSettings auth;
    QString logLevel;
    quint64 walWindow = 0;
    quint64 txnCacheSize = 0;
    ConnectionLimits limits;
    QString features;
};

// What is wrong with one setting, and what would be right. Never contains a secret.
struct Problem {
    QString name;
    QString what;
    QString accepted;
};

// Reads the settings from name → value. An empty or blank value counts as not set. All problems are told at once. `otherDefaults` take the
// place of the catalogue's (the embedded Postgres brings its own).
[[nodiscard]] tl::expected<Settings, std::vector<Problem>> readSettings(
    const QHash<QString, QString> &environment, const QHash<QString, QString> &otherDefaults = {});

// Those of AUTH_* alone, for what needs no database.
[[nodiscard]] tl::expected<AuthSettings, std::vector<Problem>> readAuthSettings(const QHash<QString, QString> &environment);

[[nodiscard]] QHash<QString, QString> processEnvironment();

inline constexpr int configurationExitStatus = 2;

// For people: on standard error, in --help, in docs/settings.md.
[[nodiscard]] QString problemsAsText(const std::vector<Problem> &problems);
[[nodiscard]] QString settingsHelp();
[[nodiscard]] QString settingsPage();

} // namespace electric::settings
