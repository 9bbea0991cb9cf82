#pragma once

#include "service/admin/database.h"
#include "service/admin/facts.h"
#include "service/admin/server.h"
#include "service/app/lagclock.h"
#include "service/app/service.h"

#include <QHash>

namespace electric::app {

// How the service was started, as far as people want to see it.
struct StartedAs {
    QString profile; // may be empty
    bool embedded = false;
    QString dataDirectory; // of the embedded Postgres
    QHash<QString, QString> environment;
    QHash<QString, QString> embeddedDefaults; // that took the place of the catalogue's
};

// What the admin server can ask the running service, and do to it. Lives in the main thread; outlived by the service and the log buffer.
class Administration final : public admin::Facts
{
    Q_OBJECT

public:
    Administration(Service &service, StartedAs startedAs, const admin::LogBuffer &log);

    // Without it everything else works: a failure is told, not fatal.
    Result<void> listen();

    [[nodiscard]] admin::Status status() const override;
    [[nodiscard]] QList<admin::StatusChange> history() const override { return m_history; }
    [[nodiscard]] QList<admin::SettingInForce> settings() const override;
    [[nodiscard]] QList<admin::ProxyConnection> proxyConnections() const override;
    [[nodiscard]] QList<admin::Migration> migrations() const override;
    void metrics(Then<QList<admin::Metric>> then) override;
    void sessions(Then<QList<admin::Session>> then) override;
    void subscriptions(qint64 session, Then<std::optional<QList<admin::Subscription>>> then) override;
    void disconnectSession(qint64 session, Then<bool> then) override;
    void forgetClient(const QString &client) override;
    void setLogLevel(const QString &level) override;
    void stop() override;
    void retry(const admin::RejectedWrite &write, Done done) override;
    [[nodiscard]] std::shared_ptr<void> tap(qint64 session, Then<Tapped> onFrames) override;
    [[nodiscard]] tl::expected<admin::CheckedShape, admin::Error> checkShape(const admin::ShapeQuestion &question) const override;
    void retire() override { m_service.retire(); }
    [[nodiscard]] std::string slotName() const override;
    void complete(admin::Replication &replication) override;
    [[nodiscard]] std::function<QList<admin::Finding>()> checkOf(const std::optional<QHash<QString, QString>> &settings) const override;

private:
    void onStanding();
    [[nodiscard]] QString state() const;

    Service &m_service;
    const StartedAs m_startedAs;
    const pg::ConnectionOptions m_options;
    const qint64 m_startedAt;
    QString m_logLevel;
    QList<admin::StatusChange> m_history;
    bool m_wasReady = false;
    int m_sessionCount = 0; // as of the newest count
    QTimer m_count;
    LagClock m_lag;
    admin::Database m_database;
    admin::Server m_server;
};

} // namespace electric::app
