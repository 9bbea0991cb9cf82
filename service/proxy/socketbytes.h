#pragma once

#include <QAbstractSocket>
#include <QIODevice>
#include <QLocalSocket>

#include <array>
#include <string>
#include <string_view>

namespace electric::proxy {

constexpr std::size_t socketChunk = 64 * 1024;

// What has come in, up to socketChunk bytes; valid until the next call in this thread.
inline std::string_view readSome(QIODevice &device)
{
    static thread_local std::array<char, socketChunk> buffer;
    const qint64 count = device.read(buffer.data(), qint64(buffer.size()));
    return {buffer.data(), std::size_t(std::max<qint64>(count, 0))};
}

// Writes and sends at once as far as the system takes it: a turn of the event loop for each message is what a proxy
// would otherwise cost most. bytesWritten() may be emitted from in here.
inline void sendNow(QIODevice &device, const std::string &bytes)
{
    if (bytes.empty())
        return;
    device.write(bytes.data(), qint64(bytes.size()));
    if (auto *const socket = qobject_cast<QAbstractSocket *>(&device))
        socket->flush();
    else if (auto *const local = qobject_cast<QLocalSocket *>(&device))
        local->flush();
}

} // namespace electric::proxy
