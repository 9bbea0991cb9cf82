#include "service/app/sessionthreads.h"

namespace electric::app {

using satellite::SessionThread;

SessionThreads::SessionThreads(int count, const Setup &setup, QObject *parent) : QObject(parent)
{
    for (int at = 0; at < count; ++at) {
        Seat seat;
        seat.thread = std::make_unique<QThread>();
        seat.thread->setObjectName(QStringLiteral("sessions-%1").arg(at + 1));
        seat.sessions = std::make_unique<SessionThread>(setup.serverId, setup.verify, setup.services, satellite::SocketLimits {}, setup.window);
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
        connect(&log, &TransactionLog::migrated, sessions, [sessions](const PublishedSchemaPtr &schema) {
            sessions->setMigrations(schema->migrations, schema->history->catalogue());
        });
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

} // namespace electric::app
