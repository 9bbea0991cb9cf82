#include "service/app/administration.h"

#include "service/app/adminvalues.h"
#include "service/app/databaseoptions.h"
#include "service/app/doctor.h"
#include "service/app/framestap.h"
#include "service/app/logging.h"
#include "service/app/retriedwrite.h"
#include "service/app/serve.h"
#include "service/app/shapequestion.h"
#include "service/schema/bootstrap.h"
#include "service/schema/slot.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPointer>

namespace electric::app {

namespace {

constexpr qsizetype longestHistory = 200;
constexpr std::chrono::milliseconds countPace {1000};

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

QString levelInForce(const QString &setting)
{
    if (setting == QLatin1String("notice"))
        return QStringLiteral("info");
    if (setting.startsWith(QLatin1String("warn")))
        return QStringLiteral("warning");
    return setting == QLatin1String("debug") || setting == QLatin1String("info") ? setting : QStringLiteral("error");
}

} // namespace

Administration::Administration(Service &service, StartedAs startedAs, const admin::LogBuffer &log)
    : m_service(service), m_startedAs(std::move(startedAs)), m_options(databaseOptions(service.settings().database)),
      m_startedAt(QDateTime::currentMSecsSinceEpoch()), m_logLevel(levelInForce(service.settings().logLevel)), m_database(m_options),
      m_server(*this, m_database, log)
{
    connect(&m_service, &Service::standingChanged, this, &Administration::onStanding);
    connect(&m_count, &QTimer::timeout, this, [this] { sessions([](const QList<admin::Session> &) {}); });
    onStanding();
}

Result<void> Administration::listen()
{
    const settings::Settings &settings = m_service.settings();
    const QString name = admin::serviceName(m_startedAs.profile, settings.httpPort);
    auto listening = m_server.listen({name, admin::socketPath(admin::runtimeDirectory(), name), QCoreApplication::applicationPid(),
        QString::fromLatin1(version()), settings.httpPort, m_startedAs.dataDirectory, m_startedAt});
    if (listening)
        m_count.start(countPace);
    return listening;
}

void Administration::onStanding()
{
    const http::Readiness::Standing standing = m_service.readiness().standing();
    m_wasReady = m_wasReady || standing.isReady();
    const QString now = state();
    const QString reason = text(standing.reason);
    if (m_history.isEmpty() || m_history.last().state != now || m_history.last().reason != reason)
        m_history.append({QDateTime::currentMSecsSinceEpoch(), now, reason});
    if (m_history.size() > longestHistory)
        m_history.removeFirst();
    Q_EMIT statusChanged();
}

QString Administration::state() const
{
    using State = http::Readiness::State;
    const http::Readiness::Standing standing = m_service.readiness().standing();
    switch (standing.state) {
    case State::Initialization: return m_wasReady ? QStringLiteral("degraded") : QStringLiteral("connecting");
    case State::EstablishingReplConn: return QStringLiteral("replicating");
    case State::Subscribing: return QStringLiteral("catching-up");
    case State::Ready: break;
    }
    return QStringLiteral("ready");
}

admin::Status Administration::status() const
{
    const settings::Settings &settings = m_service.settings();
    const http::Readiness::Standing standing = m_service.readiness().standing();
    admin::Status status;
    status.state = state();
    status.reason = text(standing.reason);
    status.remedy = text(standing.remedy);
    status.since = m_history.last().at;
    status.version = QString::fromLatin1(version());
    status.instanceId = text(m_service.instanceId());
    status.pid = QCoreApplication::applicationPid();
    status.startedAt = m_startedAt;
    status.embedded = m_startedAs.embedded;
    status.dataDirectory = m_startedAs.dataDirectory;
    status.listenAddress = settings.listenAddress;
    status.httpPort = settings.httpPort;
    status.proxyPort = settings.proxyPort;
    status.proxyListens = m_service.proxyListens();
    status.database
        = QStringLiteral("postgresql://%1@%2:%3/%4")
              .arg(settings.database.user, settings.database.host, QString::number(settings.database.port), settings.database.database);
    status.writeMode
        = settings.writeMode == settings::WriteMode::DirectWrites ? QStringLiteral("direct_writes") : QStringLiteral("logical_replication");
    status.authMode = settings.auth.isSecure ? QStringLiteral("secure") : QStringLiteral("insecure");
    status.logLevel = m_logLevel;
    status.sessions = m_sessionCount;
    status.proxyConnections = m_service.proxy().sessions();
    return status;
}

QList<admin::SettingInForce> Administration::settings() const
{
    return settingsInForce(m_startedAs.environment, m_startedAs.embeddedDefaults);
}

QList<admin::ProxyConnection> Administration::proxyConnections() const
{
    QList<admin::ProxyConnection> all;
    for (const proxy::ProxyFigures &one : m_service.proxy().figures())
        all.append({one.number, text(one.address), text(one.user), text(one.database),
            one.isTransparent ? QStringLiteral("transparent") : QStringLiteral("migrations"), one.since});
    return all;
}

QList<admin::Migration> Administration::migrations() const
{
    const PublishedSchemaPtr schema = m_service.schema();
    return schema ? migrationValues(*schema->history) : QList<admin::Migration> {};
}

void Administration::metrics(Then<QList<admin::Metric>> then)
{
    m_service.sessions().figures([self = QPointer<Administration>(this), then = std::move(then)](const SessionThreads::Figures &figures) {
        if (!self)
            return;
        const Service &service = self->m_service;
        then(metricValues({self->m_startedAt, service.readiness().standing(), service.settings(), service.logFigures(),
            self->m_service.writer().figures(), service.proxy().sessions(), figures}));
    });
}

void Administration::sessions(Then<QList<admin::Session>> then)
{
    m_service.sessions().figures([self = QPointer<Administration>(this), then = std::move(then)](const SessionThreads::Figures &figures) {
        if (!self)
            return;
        if (std::exchange(self->m_sessionCount, int(figures.sessions.size())) != self->m_sessionCount)
            Q_EMIT self->statusChanged();
        QList<admin::Session> all;
        for (const satellite::SessionFigures &one : figures.sessions)
            all.append(sessionValue(one));
        then(all);
    });
}

void Administration::subscriptions(qint64 session, Then<std::optional<QList<admin::Subscription>>> then)
{
    m_service.sessions().subscriptions(session, [then = std::move(then)](const SessionThreads::Subscriptions &found) {
        if (!found)
            return then(std::nullopt);
        QList<admin::Subscription> all;
        for (const satellite::SubscriptionFigures &one : *found)
            all.append(subscriptionValue(one));
        then(all);
    });
}

void Administration::disconnectSession(qint64 session, Then<bool> then)
{
    m_service.sessions().dismiss(session, std::move(then));
}

void Administration::forgetClient(const QString &client)
{
    m_service.forgetClient(client.toStdString());
}

void Administration::setLogLevel(const QString &level)
{
    m_logLevel = level;
    app::setLogLevel(level);
    Q_EMIT statusChanged();
}

void Administration::stop()
{
    QMetaObject::invokeMethod(QCoreApplication::instance(), &QCoreApplication::quit, Qt::QueuedConnection); // the answer goes out first
}

void Administration::retry(const admin::RejectedWrite &write, Done done)
{
    const PublishedSchemaPtr schema = m_service.schema();
    auto transaction
        = schema ? retriedWrite(write, *schema->history->catalogue()) : fail(Failure::Kind::Unavailable, "The database is not connected.");
    if (!transaction)
        return done(tl::unexpected(admin::errorOf(transaction.error())));
    // The writer answers in its own threads, which end before this object's thread goes on without it.
    SessionThreads *const context = &m_service.sessions();
    m_service.writer().submit(*std::move(transaction),
        [context, self = QPointer<Administration>(this), id = write.id, done = std::move(done)](const writes::WriteSink::Outcome &outcome) {
            QMetaObject::invokeMethod(
                context,
                [self, id, done, outcome] {
                    if (!self)
                        return;
                    const auto clear = [id](pg::Connection &connection) { return clearRetry(connection, id); };
                    self->m_database.run(clear, [done, outcome](const admin::Outcome &) {
                        if (outcome.kind == writes::WriteSink::Outcome::Kind::Rejected)
                            return done(tl::unexpected(admin::Error {admin::Error::Failed,
                                QStringLiteral("Postgres refused it again: %1").arg(text(outcome.why.detail)), text(outcome.why.hint)}));
                        done(QJsonObject {});
                    });
                },
                Qt::QueuedConnection);
        });
}

std::shared_ptr<void> Administration::tap(qint64 session, Then<Tapped> onFrames)
{
    return tapFrames(m_service.sessions(), session, std::move(onFrames));
}

tl::expected<admin::CheckedShape, admin::Error> Administration::checkShape(const admin::ShapeQuestion &question) const
{
    const PublishedSchemaPtr schema = m_service.schema();
    if (!schema)
        return tl::unexpected(admin::Error {admin::Error::Unavailable, QStringLiteral("The database has not been read yet."),
            QStringLiteral("Wait until the service is ready.")});
    return checkedShape(question, *schema->history->catalogue());
}

std::string Administration::slotName() const
{
    return schema::slotNameFor(m_options.database);
}

void Administration::complete(admin::Replication &replication)
{
    const LogFigures log = m_service.logFigures();
    replication.readUpTo = text(log.position.toHex()).toUpper();
    const auto server = Lsn::fromHex(replication.position.toStdString()).value_or(log.position);
    replication.lagBytes = qint64(server.value - std::min(server.value, log.position.value));
    // Where nothing of interest is written, Postgres looks through its log without telling us how far it is.
    const auto lookedThrough = Lsn::fromHex(replication.sentUpTo.toStdString());
    const bool isCaughtUp = log.position >= server || (lookedThrough && *lookedThrough >= server && !m_service.hasUnloggedTransactions());
    replication.lagMs = m_lag.measure(QDateTime::currentMSecsSinceEpoch(), isCaughtUp, log.newestCommitMs);
    replication.windowBytes = qint64(log.bytes);
    replication.windowBytesMax = qint64(m_service.settings().txnCacheSize);
    replication.windowDistance = qint64(log.position.value - log.first.value);
    replication.windowDistanceMax = qint64(m_service.settings().walWindow);
    replication.windowTransactions = qint64(log.transactions);
    replication.transactionsRead = qint64(log.transactionsRead);
    replication.rowsRead = qint64(log.rowsRead);
}

std::function<QList<admin::Finding>()> Administration::checkOf(const std::optional<QHash<QString, QString>> &settings) const
{
    const PortsHeld held {m_service.settings().httpPort, m_service.proxyListens() ? m_service.settings().proxyPort : quint16(0)};
    if (settings)
        return [settings = *settings, held] { return doctor(settings, held); };
    return [subject = checkSubject(m_service.settings(), m_startedAs.dataDirectory, held)] { return admin::check(subject); };
}

} // namespace electric::app
