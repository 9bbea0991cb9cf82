#pragma once

#include "console/control/ports.h"
#include "console/control/profile.h"
#include "shared/admin/framing.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace electric::console {

class ServiceLink;

// What is started: `electric-service serve` with the settings of a profile; with a Postgres of its own when no DATABASE_URL is among them.
struct Launch {
    QString profile;
    SettingValues settings;
};

[[nodiscard]] bool isEmbedded(const Launch &launch);
[[nodiscard]] QStringList argumentsOf(const Launch &launch);
[[nodiscard]] QString logPathOf(const QString &profile);
// Nothing when all ports of the launch are free, else who holds which.
[[nodiscard]] std::optional<admin::Error> troubleWithPorts(const Launch &launch, const PortLook &look);

// Starts services that outlive the console, and stops them. One thing at a time. Never blocks for longer than a look at the sockets.
class Launcher final : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Starting, Stopping };
    Q_ENUM(State)

    explicit Launcher(QObject *parent = nullptr);

    void setProgram(const QString &program) { m_program = program; }
    [[nodiscard]] State state() const { return m_state; }

    void start(const Launch &launch);
    void stop(ServiceLink &link);
    void restart(ServiceLink &link, const Launch &launch); // stops what is linked, then starts

Q_SIGNALS:
    void stateChanged();
    void started(const QString &socketPath); // it answers there
    void stopped();
    void failed(const electric::admin::Error &why);

private:
    void look();
    void lookForStart();
    void fail(const admin::Error &why);
    void setState(State state);
    void askToStop(ServiceLink &link);

    QString m_program;
    State m_state = State::Idle;
    Launch m_launch;
    std::optional<Launch> m_next; // after the stop
    qint64 m_pid = 0; // that is waited for
    QTimer m_look;
    QElapsedTimer m_since;
};

} // namespace electric::console
