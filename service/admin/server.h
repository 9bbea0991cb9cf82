#pragma once

#include "service/admin/facts.h"
#include "shared/admin/socketpath.h"
#include "shared/base/result.h"

#include <QLocalServer>
#include <QObject>

namespace electric::admin {

class Methods;
class Peer;

// Answers the console, the command line and scripts of the owner on a local socket (docs/ADMIN.md). Everything happens in the main
// thread, where it never waits: the database is asked in a thread of its own, sessions in theirs, and a reader that is slow loses events.
class Server final : public QObject
{
    Q_OBJECT

public:
    // All must outlive the server.
    Server(Facts &facts, Database &database, const LogBuffer &log, QObject *parent = nullptr);
    ~Server() override; // takes the socket away

    Result<void> listen(const RunningService &service);

private:
    void onConnection();

    static constexpr int mostPeers = 16;

    std::unique_ptr<Methods> m_methods;
    QLocalServer m_server;
    RunningService m_service;
    QList<Peer *> m_peers;
};

} // namespace electric::admin
