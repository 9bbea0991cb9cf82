#pragma once

#include "service/app/transactionlog.h"
#include "service/http/door.h"
#include "service/satellite/sessionthread.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <memory>
#include <vector>

namespace electric::app {

// The threads in which clients are served, one a core: each has a wing of the door and the sessions that came in through it.
class SessionThreads final : public QObject
{
    Q_OBJECT

public:
    struct Setup {
        std::string serverId;
        satellite::VerifyToken verify;
        satellite::SessionServices services;
        wire::LogWindow::Limits window;
        satellite::SocketLimits limits;
        http::Site site;
    };
    SessionThreads(int count, const Setup &setup, QObject *parent = nullptr);
    ~SessionThreads() override; // ends every session and waits

    // Each thread follows the log from here on; to be called before the log is opened.
    void follow(TransactionLog &log);

    [[nodiscard]] std::vector<http::DoorWing *> wings() const;

    // For people who look at it: asked in each thread, told in this object's thread when all have answered, or never when it ends before.
    struct Figures {
        std::vector<satellite::SessionFigures> sessions;
        satellite::SessionThread::Totals totals;
    };
    void figures(std::function<void(const Figures &)> then);
    using Subscriptions = std::optional<std::vector<satellite::SubscriptionFigures>>;
    void subscriptions(std::int64_t session, std::function<void(const Subscriptions &)> then);
    void dismiss(std::int64_t session, std::function<void(bool found)> then);
    void endAll(); // the threads go on
    void dismissClient(const std::string &client);
    void tap(std::int64_t session, satellite::SessionSocket::Tap tap, std::function<void(bool found)> then);

private:
    struct Seat {
        std::unique_ptr<satellite::SessionThread> sessions;
        std::unique_ptr<http::DoorWing> wing;
        std::unique_ptr<QThread> thread;
    };
    void end(Seat &seat);
    template <typename Answer, typename Ask, typename Then> void askAll(Ask ask, Then then);

    std::vector<Seat> m_seats;
};

} // namespace electric::app
