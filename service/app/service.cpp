#include "service/app/service.h"

#include "service/app/databaseoptions.h"
#include "service/satellite/features.h"

#include <google/protobuf/stubs/logging.h>

#include <QLoggingCategory>
#include <QUuid>

namespace electric::app {

Q_LOGGING_CATEGORY(lcService, "electric.service", QtInfoMsg)

namespace {

satellite::SocketLimits limitsOf(const settings::Settings &settings)
{
    const settings::ConnectionLimits &wanted = settings.limits;
    satellite::SocketLimits limits;
    limits.frame = wanted.frameBytes;
    limits.highWater = qint64(wanted.sendBufferBytes);
    limits.lowWater = limits.highWater / 4;
    limits.authentication = std::chrono::seconds(wanted.signInSeconds);
    limits.signInFailures = wanted.signInFailures;
    limits.session = {wanted.subscriptions, wanted.shapeBytes};
    return limits;
}

wire::LogWindow::Limits windowOf(const settings::Settings &settings)
{
    return {settings.txnCacheSize, settings.walWindow};
}

std::string instanceIdOf(const settings::Settings &settings)
{
    return settings.instanceId.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()
                                         : settings.instanceId.toStdString();
}

QHostAddress listenAddress(const settings::Settings &settings)
{
    if (!settings.listenAddress.isEmpty())
        return QHostAddress(settings.listenAddress);
    return settings.listenIpv6 ? QHostAddress::Any : QHostAddress::AnyIPv4;
}

proxy::ProxyConfig proxyConfig(const settings::Settings &settings)
{
    proxy::ProxyConfig config;
    if (!settings.listenAddress.isEmpty() || !settings.listenIpv6) // else empty: both kinds of address
        config.address = listenAddress(settings).toString().toStdString();
    config.port = settings.proxyPort;
    config.password = settings.proxyPassword.toStdString();
    config.upstream = databaseOptions(settings.database);
    config.tlsCertificate = settings.proxyTlsCertificate.toStdString();
    config.tlsKey = settings.proxyTlsKey.toStdString();
    return config;
}

// Tunnels reach the proxy over loopback when it listens everywhere.
http::TunnelTarget tunnelTarget(const settings::Settings &settings)
{
    const QHostAddress address(settings.listenAddress);
    const bool isEverywhere = address.isNull() || address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6;
    return {(isEverywhere ? QStringLiteral("127.0.0.1") : settings.listenAddress).toStdString(), settings.proxyPort};
}

satellite::VerifyToken verifyToken(auth::TokenVerifier verifier)
{
    return [verifier = std::move(verifier)](const std::string &token) -> Result<satellite::Identity> {
        using namespace std::chrono;
        const double now = duration<double>(system_clock::now().time_since_epoch()).count();
        auto identity = verifier.verify(token, now);
        if (!identity)
            return fail(Failure::Kind::NotAllowed, identity.error().inWords());
        satellite::Identity who {std::move(identity->userId), {}};
        if (identity->expiresAt)
            who.expiresAtMs = std::int64_t(*identity->expiresAt * 1000);
        return who;
    };
}

} // namespace

Service::Service(const settings::Settings &settings, auth::TokenVerifier verifier, QObject *parent)
    : QObject(parent), m_settings(settings), m_instanceId(instanceIdOf(settings)), m_database(databaseOptions(settings.database)),
      m_log(std::make_unique<TransactionLog>(windowOf(settings))), m_sessions(QThread::idealThreadCount(), setup(std::move(verifier))),
      m_connector(m_database, m_readiness), m_proxy(proxyConfig(settings)), m_door(m_sessions.wings())
{
    m_logThread.setObjectName(QStringLiteral("log"));
    m_log->moveToThread(&m_logThread);
    connect(&m_logThread, &QThread::finished, m_log.get(), &TransactionLog::close, Qt::DirectConnection); // still in that thread
    m_logThread.start();
    m_sessions.follow(*m_log);
    google::protobuf::SetLogHandler(nullptr); // it would print a line for each bad text that a peer sends
    connectLog();
    connect(&m_connector, &Connector::prepared, this, &Service::onPrepared);
    connect(&m_connector, &Connector::ready, this, &Service::ready);
    connect(&m_connector, &Connector::standingChanged, this, &Service::standingChanged);
    const auto keepSchema = [this](const PublishedSchemaPtr &schema) { m_schema = schema; };
    connect(m_log.get(), &TransactionLog::opened, this, keepSchema);
    connect(m_log.get(), &TransactionLog::migrated, this, keepSchema);
}

Service::~Service()
{
    m_door.close();
    m_proxy.close();
    m_connector.stop();
    m_logThread.quit();
    m_logThread.wait();
}

SessionThreads::Setup Service::setup(auth::TokenVerifier verifier)
{
    http::Site site;
    site.readiness = &m_readiness;
    site.resources["/api/migrations"] = [this](const std::string &query, const http::Reply &reply) { reply(m_migrations.answer(query)); };
    if (m_settings.proxyTunnel)
        site.tunnel = tunnelTarget(m_settings);
    for (const QString &origin : m_settings.allowedOrigins)
        site.allowedOrigins.push_back(origin.toStdString());
    for (const satellite::ProtocolFeatures &features : satellite::servedVersions)
        site.protocols.versions.push_back({features.version.major, features.version.minor});
    return {m_instanceId, verifyToken(std::move(verifier)), {m_clients, m_snapshots, m_writer}, windowOf(m_settings), limitsOf(m_settings),
        std::move(site)};
}

void Service::connectLog()
{
    TransactionLog *const log = m_log.get();
    ingest::Ingest &ingest = m_connector.ingest();
    connect(&ingest, &ingest::Ingest::committed, log, [log, &ingest](const changes::TransactionPtr &transaction) {
        log->append(transaction);
        ingest.delivered();
    });
    connect(&ingest, &ingest::Ingest::positionReached, log, &TransactionLog::advance);
    connect(
        log, &TransactionLog::confirmable, &ingest,
        [this, &ingest](Lsn position) {
            ingest.confirm(position);
            m_upkeep.setNeeded(position);
        },
        Qt::DirectConnection);
    connect(&m_connector, &Connector::streaming, log, &TransactionLog::awaitPosition);
    connect(log, &TransactionLog::caughtUp, &m_connector, &Connector::onCaughtUp);
    connect(log, &TransactionLog::failed, &m_connector, &Connector::restart);
    const auto publish = [this](const PublishedSchemaPtr &schema) { m_migrations.publish(schema->history); };
    connect(log, &TransactionLog::opened, log, publish); // in the log's thread
    connect(log, &TransactionLog::migrated, log, publish);
}

void Service::onPrepared(const Prepared &prepared)
{
    m_clients.setDatabase(m_database);
    m_writer.setDatabase(m_database);
    m_snapshots.setDatabase(m_database);
    m_upkeep.setDatabase(m_database);
    if (!m_proxyListens) {
        if (auto listening = m_proxy.listen(); !listening)
            qCWarning(lcService).noquote() << QString::fromStdString(listening.error().detail)
                                           << QString::fromStdString(listening.error().hint);
        else
            m_proxyListens = true;
    }
    QMetaObject::invokeMethod(m_log.get(), [this, history = prepared.history, start = prepared.bootstrapped.slotStart] {
        m_log->open(m_database, history, start);
        QMetaObject::invokeMethod(&m_connector, &Connector::startStream, Qt::QueuedConnection);
    });
}

void Service::forgetClient(const std::string &client)
{
    m_sessions.dismissClient(client);
    m_clients.forget(client);
}

void Service::retire()
{
    m_door.close();
    m_proxy.close();
    m_sessions.endAll();
    m_connector.retire("Electric is being removed from the database");
}

Result<void> Service::start()
{
    if (auto open = m_door.open(listenAddress(m_settings), m_settings.httpPort); !open)
        return open;
    m_connector.start();
    return {};
}

} // namespace electric::app
