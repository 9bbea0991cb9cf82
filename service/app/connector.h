#pragma once

#include "service/app/backoff.h"
#include "service/app/preparation.h"
#include "service/http/readiness.h"
#include "service/ingest/ingest.h"

#include <QObject>
#include <QThread>
#include <QTimer>

#include <memory>

namespace electric::app {

// Keeps the connection with Postgres: prepares the database, starts the stream, and begins again, with growing pauses, whenever
// something breaks. Says in `Readiness` how far it is and what stands in the way. Lives in the main thread; what blocks runs in
// threads of its own.
class Connector final : public QObject
{
    Q_OBJECT

public:
    Connector(pg::ConnectionOptions options, http::Readiness &readiness, QObject *parent = nullptr);
    ~Connector() override;

    void start();
    void stop(); // waits; nothing is emitted afterwards
    void retire(const std::string &why); // the same, and says so

    [[nodiscard]] ingest::Ingest &ingest() { return *m_ingest; }

    void startStream();
    void onCaughtUp(); // the log has come to where the server was when the stream began
    void restart(const QString &why);

Q_SIGNALS:
    // The database is in shape; the receiver opens the log and then calls startStream().
    void prepared(const electric::app::Prepared &prepared);
    // The stream runs; when what is before `position` has been read, onCaughtUp() is to be called.
    void streaming(electric::Lsn position);
    void ready();
    void standingChanged(); // of Readiness

private:
    void attempt();
    void onPrepared(Result<Prepared> result);
    void onStreaming(Lsn serverPosition);
    void onLost(const Failure &failure);
    void retry(const Failure &failure);
    void stand(http::Readiness::State state, const std::string &reason = {}, const std::string &remedy = {});

    const pg::ConnectionOptions m_options;
    http::Readiness &m_readiness;
    std::unique_ptr<ingest::Ingest> m_ingest;
    std::unique_ptr<QThread> m_preparing;
    QTimer m_retry;
    Backoff m_backoff;
    std::string m_slot;
    std::string m_lastTold; // so that the same trouble is logged once
    bool m_isStreaming = false;
    bool m_isStopping = false;
};

} // namespace electric::app
