#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace electric::admin {

// What the service tells about itself, as plain values (docs/ADMIN.md). Times are milliseconds since 1970, sizes bytes, positions in
// Postgres' log texts like "0/16B3748". An optional without a value is one that is not known (yet). How they look as JSON is said in
// json.h, in one place for both directions.

inline constexpr int protocolVersion = 1;

struct Hello {
    int protocol = 0;
    QString version; // of the service
    QString name; // of the running service, as in discover()
    qint64 pid = 0;
};

struct StatusChange {
    qint64 at = 0;
    QString state;
    QString reason;
};

struct Status {
    QString state; // connecting, replicating, catching-up, ready, degraded (was ready, is not any more)
    QString reason; // why it is not ready; empty when it is
    QString remedy; // what to do about it, may be empty
    qint64 since = 0;
    QString version;
    QString instanceId;
    qint64 pid = 0;
    qint64 startedAt = 0;
    bool embedded = false;
    QString dataDirectory; // of the embedded Postgres
    QString listenAddress; // empty: all
    int httpPort = 0;
    int proxyPort = 0;
    bool proxyListens = false;
    QString database; // as a URL without password
    QString writeMode;
    QString authMode;
    QString logLevel;
    int sessions = 0;
    int proxyConnections = 0;
};

struct SettingInForce {
    QString name;
    QString group;
    QString value; // empty when it is a secret
    QString origin; // default, environment, embedded
    bool isSecret = false;
    bool isSet = false; // of a secret: there is one
    QString help;
};

struct Session {
    qint64 id = 0; // of this run of the service
    QString client;
    QString user;
    QString version; // of the protocol: "0.12"
    QString dialect; // sqlite, postgresql; empty before replication starts
    QString state; // unauthenticated, loading, idle, replicating, paused (the socket is full), closed
    QString address;
    qint64 since = 0;
    qint64 lastMessageAt = 0;
    std::optional<qint64> expiresAt; // of the token
    int subscriptions = 0;
    int deliveries = 0; // batches of rows on their way
    QString position; // the last transaction that was sent or passed over
    QString acknowledged;
    std::optional<qint64> lagBytes; // the service's position in the log less the session's
    int unacknowledged = 0; // transactions
    int writesInFlight = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    qint64 framesIn = 0;
    qint64 framesOut = 0;
    qint64 waitingBytes = 0; // handed to the socket, not yet taken by the network
    qint64 heldRows = 0; // that it is known to have by shapes of several tables; others need no memory
    qint64 heldBytes = 0; // of the service's memory for these
};

struct Subscription {
    QString id;
    QString state; // pending, established, leaving
    QStringList tables; // everything that it holds
    QList<QJsonObject> shapes; // as the client asked: table, where, include
};

struct KnownClient {
    QString client;
    QString user;
    QString acknowledged;
    qint64 seenAt = 0;
    int subscriptions = 0;
    bool isConnected = false;
};

struct Slot {
    QString name;
    bool active = false;
    QString walStatus; // reserved, extended, unreserved, lost
    QString restart;
    QString confirmed;
    qint64 retainedBytes = 0;
    std::optional<qint64> safeBytes; // until Postgres drops the slot
    bool isOurs = false;
};

struct Replication {
    QString serverVersion;
    QString position; // of Postgres, now
    QString readUpTo; // by the service
    qint64 lagBytes = 0;
    std::optional<qint64> lagMs; // since the commit up to which all was passed on; 0: nothing is left to be read
    QString sentUpTo; // what Postgres has looked through for the service
    QList<Slot> replicationSlots;
    int slotsUsed = 0;
    int slotsMax = 0;
    QString publication;
    int published = 0; // tables
    int electrified = 0; // all of them; should be as many
    int connectionsUsed = 0; // of Postgres, all databases
    int connectionsMax = 0;
    qint64 windowBytes = 0; // memory of the log window
    qint64 windowBytesMax = 0;
    qint64 windowDistance = 0; // of log that it spans
    qint64 windowDistanceMax = 0;
    qint64 windowTransactions = 0;
    qint64 transactionsRead = 0; // since the start
    qint64 rowsRead = 0;
};

struct ForeignKey {
    QStringList columns; // of the table that has it
    QString schema; // of the table that it points at
    QString table;
};

struct Table {
    QString schema;
    QString name;
    bool electrified = false;
    QString obstacle; // why it cannot be electrified; empty when it can or is
    QString remedy;
    qint64 rows = 0; // estimated
    qint64 shadowRows = 0; // estimated
    qint64 bytes = 0;
    QList<ForeignKey> foreignKeys; // of an electrified table, to electrified ones
};

struct Migration {
    QString version;
    qint64 at = 0;
    QStringList postgres; // statements
    QStringList sqlite;
};

struct RejectedWrite {
    qint64 id = 0;
    QString client;
    QString user;
    qint64 at = 0;
    QString sqlState;
    QString message;
    QJsonArray operations;
};

struct ProxyConnection {
    qint64 id = 0;
    QString address;
    QString user;
    QString database;
    QString mode; // migrations, relay, …
    qint64 since = 0;
};

struct LogEntry {
    qint64 number = 0; // grows by one an entry
    qint64 at = 0;
    QString level; // debug, info, warning, error
    QString category;
    QString text;
};

struct Metric {
    QString name; // as in the Prometheus exposition
    double value = 0;
    bool isCounter = false; // grows only; else a gauge
    QJsonObject labels;
};

struct TapFrame {
    qint64 at = 0;
    QString direction; // in: from the client, out: to it
    QString type; // SatOpLog, SatRpcRequest, …
    qint64 bytes = 0;
    QJsonObject content; // empty when it is too large to be shown
    bool isShortened = false;
    bool isEarlier = false; // a relation that passed before the tap began, told again so that rows can be read
};

struct Finding {
    QString check; // reachable, wal-level, …
    QString severity; // ok, warning, error
    QString message;
    QString remedy; // may hold a statement to run
};

// What a shape has of one table.
struct PreviewedTable {
    QString schema;
    QString name;
    qint64 rows = 0;
    qint64 bytes = 0; // of the rows as text
    QStringList columns;
    QList<QJsonObject> sample; // the first rows by their key, without those that are too large to be shown
};

struct ShapePreview {
    qint64 rows = 0; // of all tables
    qint64 bytes = 0;
    QList<PreviewedTable> tables; // the one that was asked for first
    QString error; // empty: the shape is good
    QString remedy;
    QString errorTable; // whose where clause is wrong
    int position = 0; // of the error in that, in characters from 1; 0: none
};

// What `uninstall` would run, and did.
struct Removal {
    QString database;
    QString sql;
};

} // namespace electric::admin
