#include "shared/admin/portowner.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <unistd.h>

namespace electric::admin {

namespace {

// /proc/net/tcp: the inode of the socket that listens on the port.
QByteArray listeningInode(quint16 port)
{
    constexpr auto listening = "0A";
    for (const char *const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> columns = line.simplified().split(' ');
            if (columns.size() > 9 && columns[3] == listening && columns[1].split(':').last().toUShort(nullptr, 16) == port)
                return columns[9];
        }
    }
    return {};
}

QString nameOf(const QString &process)
{
    // The kernel cuts names after 15 letters, so that of the file comes first, where it may be read.
    if (const QString file = QFileInfo(QFile::symLinkTarget(QStringLiteral("/proc/%1/exe").arg(process))).fileName(); !file.isEmpty())
        return file;
    QFile comm(QStringLiteral("/proc/%1/comm").arg(process));
    return comm.open(QIODevice::ReadOnly) ? QString::fromUtf8(comm.readAll()).trimmed() : QStringLiteral("a program");
}

} // namespace

QString ownerOfPort(quint16 port)
{
    const QByteArray inode = listeningInode(port);
    if (inode.isEmpty())
        return {};
    const QString socket = QStringLiteral("socket:[%1]").arg(QString::fromLatin1(inode));
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &process : processes) {
        if (!process.at(0).isDigit())
            continue;
        const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(process));
        const QStringList names = descriptors.entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System);
        for (const QString &name : names) {
            std::array<char, 64> target {};
            const ssize_t length = readlink(QFile::encodeName(descriptors.filePath(name)).constData(), target.data(), target.size());
            if (length <= 0 || QString::fromLatin1(target.data(), qsizetype(length)) != socket)
                continue;
            const QString program = nameOf(process);
            return QStringLiteral("%1 (%2)").arg(program, process);
        }
    }
    return {};
}

} // namespace electric::admin
