#pragma once

#include "shared/admin/framing.h"
#include "shared/admin/values.h"

#include <QHash>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace electric::admin {

// Talks to one running service. Never blocks; every call is answered once, by the service or by an error made here. Connecting again is
// left to the caller: after disconnected() the object may be used anew, all subscriptions are gone.
class Client final : public QObject
{
    Q_OBJECT

public:
    using Reply = std::function<void(const Outcome &outcome)>;
    // `dropped`: how many events of this stream were left out before this one, since they were not taken in time.
    using OnEvent = std::function<void(const QJsonObject &data, qint64 dropped)>;

    explicit Client(QObject *parent = nullptr);
    ~Client() override; // calls that wait are not answered any more

    // connected() follows when the service speaks our protocol, else disconnected() with the reason.
    void connectTo(const QString &path);
    void close(); // silently; calls that wait are answered with Unreachable
    [[nodiscard]] bool isConnected() const { return m_isGreeted; }
    [[nodiscard]] const Hello &hello() const { return m_hello; }

    void call(const QString &method, const QJsonObject &params, Reply reply);
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; } // of later calls; a minute by default

    // A number for unsubscribe(). `refused` is called when the service does not give the stream.
    qint64 subscribe(const QString &stream, const QJsonObject &params, OnEvent onEvent, std::function<void(const Error &)> refused = {});
    void unsubscribe(qint64 number);

Q_SIGNALS:
    void connected();
    void disconnected(const electric::admin::Error &why);

private:
    struct Waiting {
        Reply reply;
        QTimer *timer = nullptr;
    };
    struct Stream {
        qint64 subscription = 0; // the service's number; 0: not answered yet
        OnEvent onEvent;
    };

    void greet();
    void onReadyRead();
    void onMessage(const QJsonObject &message);
    void onEvent(const QJsonObject &params);
    void answer(qint64 id, const Outcome &outcome);
    void send(const QString &method, const QJsonObject &params, Reply reply);
    void end(const Error &why, bool tell);

    QLocalSocket m_socket;
    LineReader m_lines {longestAnswer};
    QTimer m_connecting;
    Hello m_hello;
    bool m_isGreeted = false;
    bool m_isOpen = false; // from connectTo() to the end
    std::chrono::milliseconds m_timeout {60'000};
    qint64 m_nextId = 1;
    QHash<qint64, Waiting> m_waiting;
    QHash<qint64, Stream> m_streams; // by our number
};

} // namespace electric::admin
