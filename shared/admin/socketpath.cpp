#include "shared/admin/socketpath.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QSaveFile>
#include <QStandardPaths>

#include <sys/stat.h>
#include <unistd.h>

namespace electric::admin {

namespace {

constexpr int patienceMs = 500;

QString descriptionPath(const QString &socket)
{
    return socket.chopped(5) + QStringLiteral(".json"); // .sock
}

bool answers(const QString &path)
{
    QLocalSocket socket;
    socket.connectToServer(path);
    return socket.waitForConnected(patienceMs);
}

RunningService describe(const QString &path)
{
    RunningService service;
    service.path = path;
    service.name = QFileInfo(path).completeBaseName();
    QFile file(descriptionPath(path));
    if (!file.open(QIODevice::ReadOnly))
        return service;
    const QJsonObject object = QJsonDocument::fromJson(file.read(64 * 1024)).object();
    service.pid = object.value(QLatin1String("pid")).toInteger();
    service.version = object.value(QLatin1String("version")).toString();
    service.httpPort = quint16(object.value(QLatin1String("httpPort")).toInt());
    service.dataDirectory = object.value(QLatin1String("dataDirectory")).toString();
    service.startedAt = object.value(QLatin1String("startedAt")).toInteger();
    return service;
}

} // namespace

QString runtimeDirectory()
{
    for (const char *const name : {"ELECTRIC_RUNTIME_DIR", "RUNTIME_DIRECTORY"}) {
        const QString directory = qEnvironmentVariable(name).section(QLatin1Char(':'), 0, 0);
        if (!directory.isEmpty())
            return directory;
    }
    if (geteuid() == 0)
        return QStringLiteral("/run/electric");
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + QStringLiteral("/electric");
}

QString serviceName(const QString &profile, quint16 httpPort)
{
    if (profile.isEmpty())
        return QStringLiteral("http-%1").arg(httpPort);
    QString name;
    for (const QChar c : profile)
        name += c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_') ? c : QLatin1Char('-');
    return name.left(40);
}

QString socketPath(const QString &directory, const QString &name)
{
    return directory + QLatin1Char('/') + name + QStringLiteral(".sock");
}

tl::expected<void, QString> makeRuntimeDirectory(const QString &directory)
{
    const QByteArray path = QFile::encodeName(directory);
    QDir().mkpath(QFileInfo(directory).path());
    (void)mkdir(path.constData(), 0700); // an existing one is looked at below
    struct stat found { };
    if (stat(path.constData(), &found) != 0 || !S_ISDIR(found.st_mode))
        return tl::unexpected(QStringLiteral("the directory %1 cannot be made").arg(directory));
    if (found.st_uid != geteuid())
        return tl::unexpected(QStringLiteral("the directory %1 belongs to somebody else").arg(directory));
    if ((found.st_mode & 077) != 0 && chmod(path.constData(), 0700) != 0)
        return tl::unexpected(QStringLiteral("others may enter the directory %1").arg(directory));
    return {};
}

bool writeDescription(const RunningService &service)
{
    QSaveFile file(descriptionPath(service.path));
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QJsonObject object {{QStringLiteral("pid"), service.pid}, {QStringLiteral("version"), service.version},
        {QStringLiteral("httpPort"), service.httpPort}, {QStringLiteral("dataDirectory"), service.dataDirectory},
        {QStringLiteral("startedAt"), service.startedAt}};
    file.write(QJsonDocument(object).toJson(QJsonDocument::Compact));
    return file.commit();
}

void removeDescription(const QString &path)
{
    QFile::remove(descriptionPath(path));
}

std::vector<RunningService> discover()
{
    QStringList directories {runtimeDirectory()};
    if (geteuid() == 0 && qEnvironmentVariableIsEmpty("ELECTRIC_RUNTIME_DIR"))
        directories << QStringLiteral("/run/electric");
    directories.removeDuplicates();
    std::vector<RunningService> running;
    for (const QString &directory : std::as_const(directories)) {
        // QDir::System: sockets are neither files nor directories to it.
        const QStringList names = QDir(directory).entryList({QStringLiteral("*.sock")}, QDir::System | QDir::Files, QDir::Name);
        for (const QString &name : names) {
            const QString path = directory + QLatin1Char('/') + name;
            if (answers(path))
                running.push_back(describe(path));
        }
    }
    return running;
}

} // namespace electric::admin
