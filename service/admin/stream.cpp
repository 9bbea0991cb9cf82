#include "service/admin/stream.h"

#include "service/admin/peer.h"
#include "shared/admin/json.h"

namespace electric::admin {

namespace {

constexpr std::chrono::milliseconds logPace {150};
constexpr std::chrono::milliseconds retryPace {250};
constexpr int entriesAtOnce = 500;

} // namespace

Stream::Stream(Peer &peer, qint64 number, QString name) : QObject(&peer), m_peer(peer), m_number(number), m_name(std::move(name)) { }

bool Stream::hasRoom() const
{
    return m_peer.hasRoom();
}

void Stream::send(const QJsonObject &data)
{
    m_peer.sendEvent(m_number, m_name, data, std::exchange(m_dropped, 0));
}

PeriodicStream::PeriodicStream(Peer &peer, qint64 number, const QString &name, Ask ask, std::chrono::milliseconds interval)
    : Stream(peer, number, name), m_ask(std::move(ask))
{
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &PeriodicStream::ask);
}

void PeriodicStream::start()
{
    m_timer.start();
    ask();
}

void PeriodicStream::ask()
{
    if (m_isAsking)
        return; // slower than the interval
    if (!hasRoom())
        return drop();
    m_isAsking = true;
    m_ask([self = QPointer<PeriodicStream>(this)](const Outcome &outcome) {
        if (!self)
            return;
        self->m_isAsking = false;
        if (outcome && self->hasRoom())
            self->send(*outcome);
        else
            self->drop();
    });
}

StatusStream::StatusStream(Peer &peer, qint64 number, Facts &facts) : Stream(peer, number, QStringLiteral("status")), m_facts(facts)
{
    m_again.setSingleShot(true);
    m_again.setInterval(retryPace);
    connect(&m_again, &QTimer::timeout, this, &StatusStream::tell);
}

void StatusStream::start()
{
    connect(&m_facts, &Facts::statusChanged, this, &StatusStream::tell);
    tell();
}

void StatusStream::tell()
{
    if (hasRoom())
        return send(toJson(m_facts.status()));
    m_again.start();
}

LogStream::LogStream(Peer &peer, qint64 number, const LogBuffer &log, LogFilter filter, int backlog)
    : Stream(peer, number, QStringLiteral("logs")), m_log(log), m_filter(std::move(filter)), m_backlog(backlog)
{
    m_timer.setInterval(logPace);
    connect(&m_timer, &QTimer::timeout, this, &LogStream::read);
}

void LogStream::start()
{
    m_next = m_log.lastNumber();
    if (const QList<LogEntry> entries = m_log.newest(m_filter, m_backlog); !entries.isEmpty()) {
        m_next = std::max(m_next, entries.last().number);
        send({{QStringLiteral("entries"), toArray(entries)}});
    }
    m_timer.start();
}

void LogStream::read()
{
    if (!hasRoom())
        return; // they wait in the buffer
    const LogBuffer::Part part = m_log.after(m_next, m_filter, entriesAtOnce);
    m_next = part.next;
    drop(part.lost);
    if (!part.entries.isEmpty())
        send({{QStringLiteral("entries"), toArray(part.entries)}});
}

TapStream::TapStream(Peer &peer, qint64 number, Facts &facts, qint64 session)
    : Stream(peer, number, QStringLiteral("tap")), m_facts(facts), m_session(session)
{ }

void TapStream::start()
{
    m_tap = m_facts.tap(m_session, [self = QPointer<TapStream>(this)](const Facts::Tapped &tapped) {
        if (self)
            self->pass(tapped);
    });
}

void TapStream::pass(const Facts::Tapped &tapped)
{
    drop(tapped.dropped);
    if (!hasRoom())
        return drop(tapped.frames.size());
    if (!tapped.frames.isEmpty() || tapped.ended) {
        QJsonObject data {{QStringLiteral("frames"), toArray(tapped.frames)}};
        if (tapped.ended)
            data[QStringLiteral("ended")] = true;
        send(data);
    }
}

} // namespace electric::admin
