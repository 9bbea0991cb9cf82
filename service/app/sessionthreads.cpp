#include "service/app/sessionthreads.h"

#include <algorithm>

namespace electric::app {

using satellite::SessionThread;

SessionThreads::SessionThreads(int count, const Setup &setup, QObject *parent) : QObject(parent)
{
    for (int at = 0; at < count; ++at) {
        Seat seat;
        seat.thread = std::make_unique<QThread>();
        seat.thread->setObjectName(QStringLiteral("sessions-%1").arg(at + 1));
        seat.sessions = std::make_unique<SessionThread>(setup.serverId, setup.verify, setup.services, setup.limits, setup.window);
        seat.wing = std::make_unique<http::DoorWing>(setup.site, http::DoorLimits {},
            [sessions = seat.sessions.get()](std::unique_ptr<QWebSocket> socket) { sessions->adopt(std::move(socket)); });
        seat.sessions->moveToThread(seat.thread.get());
        seat.wing->moveToThread(seat.thread.get());
        m_seats.push_back(std::move(seat));
    }
    for (const Seat &one : m_seats) {
        for (const Seat &other : m_seats) {
            if (&one != &other)
                connect(one.sessions.get(), &SessionThread::authenticated, other.sessions.get(), &SessionThread::supersede);
        }
        one.thread->start();
    }
}

SessionThreads::~SessionThreads()
{
    for (Seat &seat : m_seats)
        end(seat);
}

void SessionThreads::end(Seat &seat)
{
    // What belongs to the thread is taken down there.
    QMetaObject::invokeMethod(
        seat.sessions.get(),
        [&seat] {
            seat.sessions->closeAll();
            seat.wing.reset();
            seat.thread->quit();
        },
        Qt::QueuedConnection);
    seat.thread->wait();
    seat.sessions.reset();
}

void SessionThreads::follow(TransactionLog &log)
{
    for (const Seat &seat : m_seats) {
        SessionThread *const sessions = seat.sessions.get();
        connect(&log, &TransactionLog::opened, sessions, [sessions](const PublishedSchemaPtr &schema, Lsn start) {
            sessions->openLog(schema->migrations, schema->history->catalogue(), start);
        });
        connect(&log, &TransactionLog::migrated, sessions,
            [sessions](const PublishedSchemaPtr &schema) { sessions->setMigrations(schema->migrations, schema->history->catalogue()); });
        connect(&log, &TransactionLog::logged, sessions, &SessionThread::append);
        connect(&log, &TransactionLog::advanced, sessions, &SessionThread::advance);
    }
}

std::vector<http::DoorWing *> SessionThreads::wings() const
{
    std::vector<http::DoorWing *> all;
    for (const Seat &seat : m_seats)
        all.push_back(seat.wing.get());
    return all;
}

template <typename Answer, typename Ask, typename Then> void SessionThreads::askAll(Ask ask, Then then)
{
    struct Gathered {
        std::vector<Answer> answers;
        std::size_t missing = 0;
    };
    auto gathered = std::make_shared<Gathered>();
    gathered->missing = m_seats.size();
    for (const Seat &seat : m_seats) {
        SessionThread *const sessions = seat.sessions.get();
        const auto inThread = [this, sessions, gathered, ask, then] {
            auto here = [gathered, then, answer = ask(*sessions)]() mutable {
                gathered->answers.push_back(std::move(answer));
                if (--gathered->missing == 0)
                    then(gathered->answers);
            };
            QMetaObject::invokeMethod(this, here, Qt::QueuedConnection);
        };
        QMetaObject::invokeMethod(sessions, inThread, Qt::QueuedConnection);
    }
}

void SessionThreads::figures(std::function<void(const Figures &)> then)
{
    const auto ask = [](const SessionThread &sessions) { return Figures {sessions.figures(), sessions.totals()}; };
    askAll<Figures>(ask, [then = std::move(then)](const std::vector<Figures> &answers) {
        Figures all;
        for (const Figures &one : answers) {
            all.sessions.insert(all.sessions.end(), one.sessions.begin(), one.sessions.end());
            all.totals.opened += one.totals.opened;
            all.totals.traffic += one.totals.traffic;
        }
        then(all);
    });
}

void SessionThreads::subscriptions(std::int64_t session, std::function<void(const Subscriptions &)> then)
{
    const auto ask = [session](const SessionThread &sessions) { return sessions.subscriptions(session); };
    askAll<Subscriptions>(ask, [then = std::move(then)](const std::vector<Subscriptions> &answers) {
        const auto found = std::find_if(answers.begin(), answers.end(), [](const Subscriptions &one) { return one.has_value(); });
        then(found == answers.end() ? Subscriptions {} : *found);
    });
}

void SessionThreads::dismiss(std::int64_t session, std::function<void(bool)> then)
{
    const auto ask = [session](SessionThread &sessions) { return int(sessions.dismiss(session)); };
    askAll<int>(
        ask, [then = std::move(then)](const std::vector<int> &answers) { then(std::count(answers.begin(), answers.end(), 1) != 0); });
}

void SessionThreads::endAll()
{
    for (const Seat &seat : m_seats)
        QMetaObject::invokeMethod(
            seat.sessions.get(), [sessions = seat.sessions.get()] { sessions->closeAll(); }, Qt::BlockingQueuedConnection);
}

void SessionThreads::dismissClient(const std::string &client)
{
    for (const Seat &seat : m_seats)
        QMetaObject::invokeMethod(
            seat.sessions.get(), [sessions = seat.sessions.get(), client] { sessions->dismissClient(client); }, Qt::QueuedConnection);
}

void SessionThreads::tap(std::int64_t session, satellite::SessionSocket::Tap tap, std::function<void(bool)> then)
{
    const auto ask = [session, tap = std::move(tap)](SessionThread &sessions) { return int(sessions.tap(session, tap)); };
    askAll<int>(
        ask, [then = std::move(then)](const std::vector<int> &answers) { then(std::count(answers.begin(), answers.end(), 1) != 0); });
}

} // namespace electric::app
