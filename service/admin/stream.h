#pragma once

#include "service/admin/facts.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>

namespace electric::admin {

class Peer;

// One subscription of a peer, which it belongs to. Events that the peer has no room for are left out and counted.
class Stream : public QObject
{
    Q_OBJECT

public:
    Stream(Peer &peer, qint64 number, QString name);

    virtual void start() = 0; // once, when the peer knows the number

protected:
    [[nodiscard]] bool hasRoom() const;
    void send(const QJsonObject &data);
    void drop(qint64 events = 1) { m_dropped += events; }

private:
    Peer &m_peer;
    const qint64 m_number;
    const QString m_name;
    qint64 m_dropped = 0; // since the last event
};

// Figures again and again: what comes late is skipped, never queued.
class PeriodicStream final : public Stream
{
    Q_OBJECT

public:
    // Calls `then` once, now or later.
    using Ask = std::function<void(std::function<void(const Outcome &)> then)>;

    PeriodicStream(Peer &peer, qint64 number, const QString &name, Ask ask, std::chrono::milliseconds interval);
    void start() override;

private:
    void ask();

    const Ask m_ask;
    QTimer m_timer;
    bool m_isAsking = false;
};

// The status whenever it changes.
class StatusStream final : public Stream
{
    Q_OBJECT

public:
    StatusStream(Peer &peer, qint64 number, Facts &facts);
    void start() override;

private:
    void tell();

    Facts &m_facts;
    QTimer m_again; // when the peer had no room: the last state must not be lost
};

// The log as it grows, read out of the buffer at the peer's pace.
class LogStream final : public Stream
{
    Q_OBJECT

public:
    LogStream(Peer &peer, qint64 number, const LogBuffer &log, LogFilter filter, int backlog);
    void start() override;

private:
    void read();

    const LogBuffer &m_log;
    const LogFilter m_filter;
    const int m_backlog;
    qint64 m_next = 0;
    QTimer m_timer;
};

// The frames of one session.
class TapStream final : public Stream
{
    Q_OBJECT

public:
    TapStream(Peer &peer, qint64 number, Facts &facts, qint64 session);
    void start() override;

private:
    void pass(const Facts::Tapped &tapped);

    Facts &m_facts;
    const qint64 m_session;
    std::shared_ptr<void> m_tap;
};

} // namespace electric::admin
