#include "service/embedded/storagetrouble.h"

#include <QDir>
#include <QFileInfo>

#include <sys/statvfs.h>
#include <unistd.h>

namespace electric::embedded {

namespace {

const char *const elsewhere = ", or give another directory with --data-dir.";

Failure trouble(Failure::Kind kind, const QString &what, const QString &remedy)
{
    return {kind, what.toStdString(), {}, remedy.toStdString() + elsewhere};
}

QString megabytes(qint64 bytes)
{
    return QString::number(bytes / 1'000'000) + QStringLiteral(" MB");
}

// The path itself, or what there is of the way to it.
QFileInfo nearestThere(const QString &path)
{
    QFileInfo place(QDir(path).absolutePath());
    while (!place.exists() && !place.isRoot())
        place = QFileInfo(place.path());
    return place;
}

} // namespace

std::optional<Failure> storageTrouble(const QString &path, qint64 room)
{
    const QFileInfo place = nearestThere(path);
    const QString where = place.filePath();
    if (!place.isDir())
        return trouble(Failure::Kind::NotAllowed, where + QStringLiteral(" is a file, where there should be a directory"),
            QStringLiteral("Move ") + where + QStringLiteral(" away"));
    struct statvfs system { };
    const QByteArray name = QFile::encodeName(where);
    if (::statvfs(name.constData(), &system) == 0) {
        if ((system.f_flag & ST_RDONLY) != 0)
            return trouble(Failure::Kind::NotAllowed, QStringLiteral("the file system of %1 is read-only").arg(where),
                QStringLiteral("Mount it for writing"));
        const auto left = qint64(system.f_bavail) * qint64(system.f_frsize);
        if (left < room)
            return trouble(Failure::Kind::Unavailable,
                QStringLiteral("the disk of %1 is full: %2 are left, and Postgres needs %3").arg(where, megabytes(left), megabytes(room)),
                QStringLiteral("Make room there"));
    }
    if (::access(name.constData(), W_OK | X_OK) != 0)
        return trouble(Failure::Kind::NotAllowed, QStringLiteral("there is no permission to write into %1").arg(where),
            QStringLiteral("Make it belong to user %1").arg(::geteuid()));
    return std::nullopt;
}

Failure storageFailure(const QString &attempt, const QString &path, const QString &why)
{
    auto known = storageTrouble(path, roomToStart);
    if (known) {
        known->detail = attempt.toStdString() + ": " + known->detail;
        return *std::move(known);
    }
    return trouble(Failure::Kind::NotAllowed, attempt + (why.isEmpty() ? QString() : QStringLiteral(": ") + why),
        QStringLiteral("See to it that user %1 can write into %2").arg(::geteuid()).arg(path));
}

} // namespace electric::embedded
