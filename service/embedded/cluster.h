#pragma once

#include "service/embedded/clusterhome.h"
#include "service/pg/connectionoptions.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace electric::embedded {

// A private Postgres for developers who have none at hand: made on first use, started with the service and stopped with it
// (also when the service is killed), restarted when it crashes. Listens on loopback and a Unix socket only.
//
// start() and stop() block; everything else happens in the event loop of the object's thread.
class Cluster final : public QObject
{
    Q_OBJECT

public:
    explicit Cluster(ClusterHome home, QObject *parent = nullptr);
    ~Cluster() override;
    Q_DISABLE_COPY_MOVE(Cluster)

    // Newest installed server's directory of programs, or empty. ELECTRIC_POSTGRES_BIN overrides the search.
    static QString findPrograms();

    Result<void> start();
    void stop(); // at most a few seconds: fast shutdown, then kill

    [[nodiscard]] const ClusterHome &home() const { return m_home; }
    [[nodiscard]] pg::ConnectionOptions options() const;
    [[nodiscard]] QString url(bool withPassword) const;

Q_SIGNALS:
    void crashed(const QString &what); // and is being started again
    void gaveUp(const QString &what); // crashed again and again

private:
    Result<void> initialise() const;
    Result<void> configure() const;
    Result<void> awaitPredecessor() const;
    Result<void> choosePort();
    Result<void> launch();
    Result<void> waitUntilAccepting();
    void onFinished();

    ClusterHome m_home;
    QString m_programs;
    QProcess m_server;
    bool m_stopping = false;
    int m_crashes = 0;
};

} // namespace electric::embedded
