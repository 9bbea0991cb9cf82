#pragma once

#include "service/admin/check.h"
#include "service/admin/database.h"
#include "service/admin/logbuffer.h"
#include "service/admin/shapepreview.h"
#include "shared/admin/framing.h"
#include "shared/admin/values.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace electric::admin {

// What the running service can say and do, asked by the server in the main thread. Answers that come from other threads arrive later,
// in the main thread, or never once the service ends.
class Facts : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    template <typename T> using Then = std::function<void(const T &)>;
    using Done = std::function<void(const Outcome &)>;

    [[nodiscard]] virtual Status status() const = 0;
    [[nodiscard]] virtual QList<StatusChange> history() const = 0;
    [[nodiscard]] virtual QList<SettingInForce> settings() const = 0;
    [[nodiscard]] virtual QList<ProxyConnection> proxyConnections() const = 0;
    [[nodiscard]] virtual QList<Migration> migrations() const = 0;
    virtual void metrics(Then<QList<Metric>> then) = 0;
    virtual void sessions(Then<QList<Session>> then) = 0;
    virtual void subscriptions(qint64 session, Then<std::optional<QList<Subscription>>> then) = 0;

    virtual void disconnectSession(qint64 session, Then<bool> then) = 0; // false: there is none
    virtual void forgetClient(const QString &client) = 0; // disconnects it first
    virtual void setLogLevel(const QString &level) = 0;
    virtual void stop() = 0;
    // Does a refused write again.
    virtual void retry(const RejectedWrite &write, Done done) = 0;

    // Frames arrive until the returned object is destroyed or the session ends, which is told once. `dropped`: since the last call.
    struct Tapped {
        QList<TapFrame> frames;
        qint64 dropped = 0;
        bool ended = false;
    };
    [[nodiscard]] virtual std::shared_ptr<void> tap(qint64 session, Then<Tapped> onFrames) = 0;

    // What a client would get that asked for this shape.
    [[nodiscard]] virtual tl::expected<CheckedShape, Error> checkShape(const ShapeQuestion &question) const = 0;
    // Lets go of the database for good: nobody is served any more, nothing is read, the slot is free. Only stop() may follow.
    virtual void retire() = 0;

    [[nodiscard]] virtual std::string slotName() const = 0;
    // What the service knows of replication beside what Postgres says.
    virtual void complete(Replication &replication) = 0;
    // Runs the doctor, in any thread. No settings: those in force.
    [[nodiscard]] virtual std::function<QList<Finding>()> checkOf(const std::optional<QHash<QString, QString>> &settings) const = 0;

Q_SIGNALS:
    void statusChanged();
};

} // namespace electric::admin
