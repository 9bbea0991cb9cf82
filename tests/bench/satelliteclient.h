#pragma once

#include <QObject>
#include <QUrl>
#include <QWebSocket>

#include <satellite.pb.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace electric::bench {

namespace protocol = Electric::Satellite;

// A client of Satellite 0.12 that keeps no rows: it counts what it is told and acknowledges as the real one does. Speaks to any
// such service. Lives in the event loop of its thread.
class SatelliteClient final : public QObject
{
    Q_OBJECT

public:
    SatelliteClient(const QUrl &service, const std::string &token, QObject *parent = nullptr);
    ~SatelliteClient() override { m_socket.disconnect(this); } // which closes behind the other members
    Q_DISABLE_COPY_MOVE(SatelliteClient)

    // Connects, authenticates and starts replication: afresh for the first time, then from where it was. ready() tells the end.
    void open();
    void leave(); // until it is opened again; the service may go meanwhile
    // Subscribes to whole tables; subscribed data is over when subscriptionsDone() has grown.
    void subscribe(const QStringList &tables);
    // Subscribes to the rows of `table` that fulfil the condition, and those of `child` that point at them.
    void subscribe(const std::string &table, const std::string &where, const std::string &child, const std::string &foreignKey);
    // Sends one transaction of inserts into `table` (id uuid, content text).
    void insertRows(const std::string &table, int rows, const std::string &content);

    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] bool knowsTable(const std::string &table) const { return m_tables.contains(table); } // its migration has come
    [[nodiscard]] int subscriptionsDone() const { return m_subscriptionsDone; }
    [[nodiscard]] qint64 rows() const { return m_rows; } // operations on rows seen so far, initial data included
    [[nodiscard]] qint64 transactions() const { return m_transactions; }
    [[nodiscard]] qint64 ownTransactions() const { return m_ownTransactions; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    [[nodiscard]] qint64 firstRowAt() const { return m_firstRowAt; } // nanoseconds of the monotonic clock; 0: none yet
    void forgetFirstRow() { m_firstRowAt = 0; }
    [[nodiscard]] const QString &trouble() const { return m_trouble; } // empty while all is well

Q_SIGNALS:
    void progressed();

private:
    void onFrame(const QByteArray &frame);
    void onResponse(const protocol::SatRpcResponse &response);
    void onRequest(const protocol::SatRpcRequest &request);
    void onOperations(const protocol::SatOpLog &log);
    void acknowledge(const protocol::SatOpBegin &begin);
    void announce(const std::string &table);
    void subscribe(protocol::SatSubsReq request);
    void call(const std::string &method, const google::protobuf::Message &message);
    void send(char type, const google::protobuf::Message &message);

    const QUrl m_service;
    const std::string m_token;
    const std::string m_id;
    QWebSocket m_socket;
    std::map<std::string, int> m_relations; // announced to the service
    std::set<std::string> m_tables; // that the service told of
    QString m_trouble;
    std::uint32_t m_requests = 0;
    std::uint32_t m_written = 0; // own transactions sent
    std::int64_t m_lastTimestamp = 0;
    protocol::SatOpBegin m_begin;
    std::string m_position; // of the log, as the service tells it
    std::vector<std::string> m_subscriptions;
    bool m_ready = false;
    bool m_isAway = false;
    int m_subscriptionsDone = 0;
    qint64 m_rows = 0;
    qint64 m_transactions = 0;
    qint64 m_ownTransactions = 0;
    qint64 m_bytes = 0;
    qint64 m_firstRowAt = 0;
};

// Nanoseconds of the monotonic clock.
qint64 nowNs();

} // namespace electric::bench
