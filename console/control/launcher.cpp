#include "console/control/launcher.h"

#include "console/control/servicelink.h"
#include "console/control/serviceprogram.h"
#include "shared/admin/socketpath.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>

#include <csignal>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto lookInterval = 300ms;
constexpr qint64 startPatienceMs = 90'000; // the first start makes a database cluster
constexpr qint64 stopPatienceMs = 30'000;
constexpr qsizetype logTail = 1'500; // letters

bool isAlive(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid)); // a zombie waits for init only
    if (stat.open(QIODevice::ReadOnly))
        return !stat.readAll().contains(") Z ");
    return kill(pid_t(pid), 0) == 0;
}

QString tailOfLog(const QString &profile)
{
    QFile file(logPathOf(profile));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll()).trimmed().right(logTail);
}

// Passwords that we made up are in it: for its owner only.
bool prepareLog(const QString &path)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate, QFile::ReadOwner | QFile::WriteOwner)
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
}

} // namespace

bool isEmbedded(const Launch &launch)
{
    return launch.settings.value(QStringLiteral("DATABASE_URL")).trimmed().isEmpty()
        && launch.settings.value(QStringLiteral("DATABASE_URL_FILE")).trimmed().isEmpty();
}

QStringList argumentsOf(const Launch &launch)
{
    QStringList arguments {QStringLiteral("serve"), QStringLiteral("--profile"), launch.profile};
    if (!isEmbedded(launch))
        return arguments;
    arguments << QStringLiteral("--embedded");
    if (launch.profile != firstProfile) // each profile has a database of its own
        arguments << QStringLiteral("--data-dir")
                  << QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/electric-profiles/")
                + launch.profile;
    return arguments;
}

QString logPathOf(const QString &profile)
{
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty())
        state = QDir::homePath() + QStringLiteral("/.local/state");
    return state + QStringLiteral("/electric/%1.log").arg(profile);
}

std::optional<admin::Error> troubleWithPorts(const Launch &launch, const PortLook &look)
{
    const std::vector<PortTrouble> troubles = portTroubles(launch.settings, look);
    if (troubles.empty())
        return {};
    const PortTrouble &first = troubles.front();
    return admin::Error {admin::Error::Failed, inWords(first),
        first.proposed == 0
            ? Launcher::tr("Stop that program, or set %1 of the profile %2 to another port.").arg(first.setting, launch.profile)
            : Launcher::tr("Stop that program, or set %1 of the profile %2 to another port; %3 is free.")
                  .arg(first.setting, launch.profile, QString::number(first.proposed))};
}

Launcher::Launcher(QObject *parent) : QObject(parent), m_program(serviceProgram())
{
    m_look.setInterval(lookInterval);
    connect(&m_look, &QTimer::timeout, this, &Launcher::look);
}

void Launcher::start(const Launch &launch)
{
    if (m_state != State::Idle)
        return fail({admin::Error::Busy, tr("A service is being started or stopped already."), tr("Wait for that to end.")});
    if (m_program.isEmpty())
        return fail({admin::Error::NotFound, tr("The program electric-service was not found."),
            tr("Install it, or put it beside electric-console or in the PATH.")});
    if (auto trouble = troubleWithPorts(launch, &useOfPort))
        return fail(*trouble);
    const QString log = logPathOf(launch.profile);
    if (!prepareLog(log))
        return fail({admin::Error::Failed, tr("The log file %1 cannot be written.").arg(log), tr("Check the rights of its directory.")});
    QProcess process;
    process.setProgram(m_program);
    process.setArguments(argumentsOf(launch));
    process.setProcessEnvironment(environmentWith(launch.settings));
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(log, QIODevice::Append);
    process.setStandardErrorFile(log, QIODevice::Append);
    m_launch = launch;
    if (!process.startDetached(&m_pid))
        return fail({admin::Error::Failed, tr("%1 cannot be started: %2.").arg(m_program, process.errorString()),
            tr("Check that the file may be executed.")});
    setState(State::Starting);
}

void Launcher::stop(ServiceLink &link)
{
    m_next.reset();
    askToStop(link);
}

void Launcher::restart(ServiceLink &link, const Launch &launch)
{
    m_next = launch;
    askToStop(link);
}

void Launcher::askToStop(ServiceLink &link)
{
    if (m_state != State::Idle)
        return fail({admin::Error::Busy, tr("A service is being started or stopped already."), tr("Wait for that to end.")});
    m_pid = link.hello().pid;
    setState(State::Stopping);
    link.call(QStringLiteral("stop"), {}, this, [this](const admin::Outcome &outcome) {
        if (!outcome && outcome.error().code != admin::Error::Unreachable) // gone before it answered is as good
            fail(outcome.error());
    });
}

void Launcher::look()
{
    if (m_state == State::Starting)
        return lookForStart();
    if (isAlive(m_pid)) {
        if (m_since.elapsed() > stopPatienceMs)
            fail({admin::Error::TimedOut, tr("Process %1 has not ended.").arg(m_pid), tr("Look at its log, or end it by hand.")});
        return;
    }
    setState(State::Idle);
    Q_EMIT stopped();
    if (m_next)
        start(*std::exchange(m_next, {}));
}

void Launcher::lookForStart()
{
    for (const admin::RunningService &one : admin::discover()) {
        if (one.pid != m_pid)
            continue;
        setState(State::Idle);
        return Q_EMIT started(one.path);
    }
    if (!isAlive(m_pid))
        fail({admin::Error::Failed, tr("The service ended at once. Its log says:\n\n%1").arg(tailOfLog(m_launch.profile)),
            tr("The whole log is in %1.").arg(logPathOf(m_launch.profile))});
    else if (m_since.elapsed() > startPatienceMs)
        fail({admin::Error::TimedOut, tr("The service has started (process %1) but does not answer.").arg(m_pid),
            tr("Look at its log: %1").arg(logPathOf(m_launch.profile))});
}

void Launcher::fail(const admin::Error &why)
{
    if (why.code != admin::Error::Busy) {
        m_next.reset();
        setState(State::Idle);
    }
    Q_EMIT failed(why);
}

void Launcher::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    if (state == State::Idle)
        m_look.stop();
    else
        m_look.start();
    m_since.restart();
    Q_EMIT stateChanged();
}

} // namespace electric::console
