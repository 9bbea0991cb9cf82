#pragma once

#include "tests/bench/satelliteclient.h"
#include "tests/support/throwawaycluster.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>
#include <optional>

namespace electric::test {

// electric-service as a process of its own on a throw-away cluster, with the tables items (can be electrified) and plain (cannot).
class RunningService final
{
public:
    ~RunningService();

    bool prepare(); // the cluster
    bool start(); // until it answers on its socket
    void stop();

    [[nodiscard]] QString socketPath() const;
    [[nodiscard]] bool hasEnded() const { return m_process.state() == QProcess::NotRunning; } // by itself or stopped
    [[nodiscard]] int exitStatus() const { return m_process.exitCode(); }
    [[nodiscard]] bool execute(const char *sql);
    [[nodiscard]] QString value(const char *sql); // the first of the first row
    [[nodiscard]] std::unique_ptr<bench::SatelliteClient> connectApp() const;

private:
    std::unique_ptr<ThrowawayCluster> m_cluster;
    std::optional<pg::Connection> m_sql;
    QTemporaryDir m_runtime;
    QProcess m_process;
    quint16 m_port = freePort();
};

} // namespace electric::test
