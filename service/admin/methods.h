#pragma once

#include "service/admin/facts.h"

#include <QHash>
#include <QSet>

namespace electric::admin {

class Peer;
class Stream;

// Every method and stream of the protocol: reads the params, asks whoever knows, makes the result. Knows no socket.
class Methods final
{
public:
    using Done = std::function<void(const Outcome &)>;

    Methods(Facts &facts, Database &database, const LogBuffer &log);

    void setHello(Hello hello) { m_hello = std::move(hello); }
    [[nodiscard]] const Hello &hello() const { return m_hello; }

    // Answered once, now or later.
    void call(const QString &method, const QJsonObject &params, const Done &done);
    // Belongs to the peer; to be started.
    [[nodiscard]] tl::expected<Stream *, Error> stream(const QString &name, const QJsonObject &params, Peer &peer, qint64 number);

private:
    using Handler = std::function<void(const QJsonObject &params, const Done &done)>;
    struct Method {
        QSet<QString> params; // that it knows
        Handler handle;
    };
    void addService();
    void addSessions();
    void addDatabase();
    void addRejected();
    void addTools();
    void addRemoval();
    void replication(const Done &done);
    void metrics(const Done &done);
    void sessions(const Done &done);
    void clients(const Done &done);
    void retry(qint64 id, const Done &done);
    void preview(const QJsonObject &params, const Done &done);
    void uninstall(const std::string &database, const Done &done);
    [[nodiscard]] static tl::expected<LogFilter, Error> logFilter(const QJsonObject &params);

    Facts &m_facts;
    Database &m_database;
    const LogBuffer &m_log;
    Hello m_hello;
    QHash<QString, Method> m_methods;
};

} // namespace electric::admin
