#include "service/admin/database.h"

#include <QPointer>

namespace electric::admin {

Error errorOf(const Failure &failure)
{
    const bool isAway = failure.kind == Failure::Kind::Unavailable || failure.kind == Failure::Kind::Timeout;
    const int code = isAway ? Error::Unavailable : failure.kind == Failure::Kind::NotFound ? Error::NotFound : Error::Failed;
    return {code, QString::fromStdString(failure.detail), QString::fromStdString(failure.hint)};
}

Database::Database(pg::ConnectionOptions options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_thread.setObjectName(QStringLiteral("admin"));
    m_worker.moveToThread(&m_thread);
    m_thread.start();
}

Database::~Database()
{
    m_isStopping = true;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_connection)
            m_connection->cancel();
    }
    m_thread.quit();
    m_thread.wait();
}

void Database::run(Work work, Done done)
{
    runAlone([this, work = std::move(work)] { return withConnection(work); }, std::move(done));
}

void Database::runAlone(std::function<Outcome()> work, Done done)
{
    if (m_waiting >= mostWaiting)
        return done(tl::unexpected(Error {Error::Busy, tr("Too much is being asked of the database at once."), tr("Try again.")}));
    ++m_waiting;
    QMetaObject::invokeMethod(
        &m_worker,
        [this, work = std::move(work), done = std::move(done)]() mutable {
            if (m_isStopping)
                return;
            Outcome outcome = work();
            QMetaObject::invokeMethod(
                this,
                [this, outcome = std::move(outcome), done = std::move(done)] {
                    --m_waiting;
                    done(outcome);
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

Outcome Database::withConnection(const Work &work)
{
    if (!m_connection || !m_connection->isUsable()) {
        auto opened = pg::Connection::open(m_options, "electric admin");
        if (!opened)
            return tl::unexpected(errorOf(opened.error()));
        if (auto set = opened->execute("SET statement_timeout = '20s'; SET lock_timeout = '5s'"); !set)
            return tl::unexpected(errorOf(set.error()));
        const std::scoped_lock lock(m_mutex);
        m_connection.emplace(*std::move(opened));
    }
    Outcome outcome = work(*m_connection);
    if (!m_connection->isUsable()) {
        const std::scoped_lock lock(m_mutex);
        m_connection.reset();
    }
    return outcome;
}

} // namespace electric::admin
