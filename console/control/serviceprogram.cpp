#include "console/control/serviceprogram.h"

#include "shared/settings/setting.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;

} // namespace

QString serviceProgram()
{
    const QString name = QStringLiteral("electric-service");
    const QString beside = QStandardPaths::findExecutable(name, {QCoreApplication::applicationDirPath()});
    return beside.isEmpty() ? QStandardPaths::findExecutable(name) : beside;
}

QProcessEnvironment environmentWith(const SettingValues &settings)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const settings::Setting &one : settings::catalogue()) {
        environment.remove(QString::fromLatin1(one.name));
        environment.remove(QString::fromLatin1(one.name) + QStringLiteral("_FILE"));
    }
    for (auto one = settings.begin(); one != settings.end(); ++one)
        environment.insert(one.key(), one.value());
    return environment;
}

ServiceProgram::ServiceProgram(QObject *parent) : QObject(parent), m_path(serviceProgram()) { }

void ServiceProgram::run(const QStringList &arguments, const SettingValues &settings, QObject *context, Answered answered)
{
    auto *process = new QProcess(context);
    process->setProcessEnvironment(environmentWith(settings));
    process->setStandardInputFile(QProcess::nullDevice());
    connect(process, &QProcess::errorOccurred, context, [process, answered](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return; // finished() follows
        process->deleteLater();
        answered({-1, {}, tr("%1 cannot be started: %2.").arg(process->program(), process->errorString())});
    });
    connect(process, &QProcess::finished, context, [process, answered](int status, QProcess::ExitStatus how) {
        process->deleteLater();
        const QString complaint = QString::fromUtf8(process->readAllStandardError()).trimmed();
        if (how == QProcess::NormalExit)
            answered({status, process->readAllStandardOutput(), complaint});
        else
            answered({-1, {}, tr("The program has not answered within a minute.")});
    });
    QTimer::singleShot(patience, process, &QProcess::kill);
    process->start(m_path, arguments);
}

} // namespace electric::console
