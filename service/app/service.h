#pragma once

#include "service/app/connector.h"
#include "service/app/sessionthreads.h"
#include "service/app/transactionlog.h"
#include "service/app/upkeep.h"
#include "service/http/door.h"
#include "service/http/migrationsresource.h"
#include "service/http/readiness.h"
#include "service/proxy/proxyserver.h"
#include "service/satellite/postgresclientstore.h"
#include "service/shapes/postgressnapshotsource.h"
#include "service/writes/directwriter.h"
#include "shared/auth/tokenverifier.h"
#include "shared/settings/settings.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace electric::app {

// All parts of the service, put together: who is told what by whom, what starts first and what stops last. Lives in the main thread.
class Service final : public QObject
{
    Q_OBJECT

public:
    Service(const settings::Settings &settings, auth::TokenVerifier verifier, QObject *parent = nullptr);
    ~Service() override; // stops: no client is told anything that is not stored

    // Opens the ports and begins to connect to Postgres. Fails when a port cannot be had.
    Result<void> start();

    [[nodiscard]] const http::Readiness &readiness() const { return m_readiness; }

    // For people who look at it.
    [[nodiscard]] const std::string &instanceId() const { return m_instanceId; }
    [[nodiscard]] const settings::Settings &settings() const { return m_settings; }
    [[nodiscard]] SessionThreads &sessions() { return m_sessions; }
    [[nodiscard]] LogFigures logFigures() const { return m_log->figures(); }
    [[nodiscard]] bool hasUnloggedTransactions() { return m_connector.ingest().hasUndelivered(); } // received, not worked in yet
    [[nodiscard]] PublishedSchemaPtr schema() const { return m_schema; } // null until the log is open
    [[nodiscard]] writes::DirectWriter &writer() { return m_writer; }
    [[nodiscard]] const proxy::ProxyServer &proxy() const { return m_proxy; }
    [[nodiscard]] bool proxyListens() const { return m_proxyListens; }
    // Serves nobody and reads nothing any more, and is not to be asked for more than to end.
    void retire();
    void forgetClient(const std::string &client); // ends its connection; it syncs afresh

Q_SIGNALS:
    void ready(); // again after each time that it was not
    void standingChanged(); // of readiness()

private:
    void connectLog();
    void onPrepared(const Prepared &prepared);
    [[nodiscard]] SessionThreads::Setup setup(auth::TokenVerifier verifier);

    const settings::Settings m_settings;
    const std::string m_instanceId;
    const pg::ConnectionOptions m_database;
    http::Readiness m_readiness;
    http::MigrationsResource m_migrations;
    // In the order of their making; taken down from the end.
    satellite::PostgresClientStore m_clients;
    writes::DirectWriter m_writer;
    shapes::PostgresSnapshotSource m_snapshots;
    Upkeep m_upkeep;
    QThread m_logThread;
    std::unique_ptr<TransactionLog> m_log;
    SessionThreads m_sessions;
    Connector m_connector;
    proxy::ProxyServer m_proxy;
    http::Door m_door;
    PublishedSchemaPtr m_schema;
    bool m_proxyListens = false;
};

} // namespace electric::app
