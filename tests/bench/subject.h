#pragma once

#include "shared/base/result.h"
#include "tests/support/throwawaycluster.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

#include <memory>

namespace electric::bench {

// What is measured: a service process in front of a throw-away Postgres, and what /proc says of it.
class Subject final
{
public:
    static Result<std::unique_ptr<Subject>> start(const QString &program);
    ~Subject();
    Q_DISABLE_COPY_MOVE(Subject)

    Result<void> restart(); // the service, on the same ports

    [[nodiscard]] QUrl url() const; // of the WebSocket
    [[nodiscard]] const test::ThrowawayCluster &cluster() const { return *m_cluster; }
    [[nodiscard]] pg::Connection &database() { return *m_database; }

    [[nodiscard]] double cpuSeconds() const; // user and system, since its start
    [[nodiscard]] double residentMegabytes() const;
    [[nodiscard]] double peakMegabytes() const;
    void resetPeak() const;

    [[nodiscard]] double readyMilliseconds() const { return m_readyMilliseconds; } // from exec to 200

private:
    Subject() = default;
    Result<void> run();
    [[nodiscard]] double statusMegabytes(const QByteArray &field) const;

    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    std::optional<pg::Connection> m_database;
    QString m_program;
    QProcess m_process;
    quint16 m_httpPort = 0;
    quint16 m_proxyPort = 0;
    double m_readyMilliseconds = 0;
};

} // namespace electric::bench
