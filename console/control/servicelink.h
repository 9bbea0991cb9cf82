#pragma once

#include "shared/admin/client.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace electric::console {

// Keeps the console connected with one running service, for as long as that is wanted: connects, tries again when the service is not
// there or went away, and says how it stands. Never blocks. What pages ask goes through here, so that an answer that comes after its
// page has gone is dropped.
class ServiceLink final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Idle, // no service is chosen
        Connecting,
        Connected,
        Unreachable, // tried again by itself, see why()
        WrongVersion, // answers, but speaks another version of the admin protocol; tried again by itself
    };
    Q_ENUM(State)

    explicit ServiceLink(QObject *parent = nullptr);

    // The socket of the service; empty: none. Connects at once, also when it is the one that is connected.
    void setTarget(const QString &socketPath);
    [[nodiscard]] const QString &target() const { return m_target; }

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isConnected() const { return m_state == State::Connected; }
    [[nodiscard]] const admin::Error &why() const { return m_why; } // it is Unreachable or WrongVersion
    [[nodiscard]] const admin::Hello &hello() const { return m_client.hello(); }

    // Answered once, unless `context` is destroyed before: then never.
    void call(const QString &method, const QJsonObject &params, QObject *context, admin::Client::Reply reply);

Q_SIGNALS:
    void stateChanged();

private:
    friend class LiveStream;

    void connectNow();
    void setState(State state);
    void onDisconnected(const admin::Error &why);

    admin::Client m_client;
    QTimer m_retry;
    QString m_target;
    State m_state = State::Idle;
    admin::Error m_why;
};

} // namespace electric::console
