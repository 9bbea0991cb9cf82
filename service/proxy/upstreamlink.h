#pragma once

#include "service/pg/connectionoptions.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <string_view>

class QIODevice;
class QLocalSocket;
class QSslSocket;

namespace electric::proxy {

// The line to Postgres: a Unix socket, or TCP with TLS as sslmode says. Carries bytes; what they mean is for others.
class UpstreamLink final : public QObject
{
    Q_OBJECT

public:
    explicit UpstreamLink(const pg::ConnectionOptions &options, QObject *parent = nullptr);

    void open(); // opened() or failed() follows
    void write(const std::string &bytes); // sent at once as far as the system takes it
    [[nodiscard]] std::string_view read(); // what has come, up to some size; valid until the next read of any link
    [[nodiscard]] qint64 bytesToWrite() const;
    [[nodiscard]] bool isProtected() const;
    void close(); // after what was written has gone out

Q_SIGNALS:
    void opened();
    void failed(const QString &why);
    void readyRead();
    void bytesWritten();
    void closed();

private:
    void openLocal();
    void openTcp();
    void onTlsAnswer();
    void ready();
    void giveUp(const QString &why);

    pg::ConnectionOptions m_options;
    QLocalSocket *m_local = nullptr;
    QSslSocket *m_tcp = nullptr;
    QIODevice *m_device = nullptr;
    QTimer m_deadline;
    bool m_awaitsTls = false;
    bool m_isOpen = false;
    bool m_isOver = false;
};

} // namespace electric::proxy
