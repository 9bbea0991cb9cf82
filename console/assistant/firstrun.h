#pragma once

#include "console/control/ports.h"
#include "console/control/profile.h"

namespace electric::console {

// What somebody chose who runs Electric for the first time.
struct FirstRunChoice {
    QString profile;
    bool isEmbedded = true; // a Postgres of the service's own
    QString databaseUrl;
    bool requiresTls = true; // of the connection to it
    quint16 httpPort = 5133;
    quint16 proxyPort = 65432;
    QString proxyPassword;
    bool withExample = true;
};

// Whether to ask at all: nothing is set up, and nothing runs that somebody set up elsewhere.
[[nodiscard]] bool isFirstRun(const QStringList &profilesWithFile, int runningServices);
[[nodiscard]] QStringList profilesWithFile();

// The usual name and ports where they are free, else the next free ones; a password made up.
[[nodiscard]] FirstRunChoice proposedChoice(const QStringList &profilesWithFile, const PortLook &look);

// For development on this computer: the service listens here only, and takes tokens unsigned.
[[nodiscard]] SettingValues settingsOf(const FirstRunChoice &choice);

// A database on this computer is usually reached without TLS, any other one is not.
[[nodiscard]] bool isOnThisComputer(const QString &databaseUrl);

// Empty when it is one that Electric understands, else what is wrong with it; no part of the password is in that.
[[nodiscard]] QString troubleWithUrl(const QString &databaseUrl);

// What an app needs to sync the table: commands to run in its folder, and code.
[[nodiscard]] QString clientSnippet(const FirstRunChoice &choice, const QString &table, const QString &database);

} // namespace electric::console
