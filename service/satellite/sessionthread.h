#pragma once

#include "service/auth/attemptlimiter.h"
#include "service/satellite/sessionsocket.h"
#include "service/wire/logwindow.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace electric::satellite {

// The sessions of one thread and what they share there: a window of the log, whose transactions all threads share, the schema and its
// migrations. Of a transaction only those sessions hear that it concerns. Everything but the constructor is to be called in the object's
// thread; signals connected to it do so by themselves.
class SessionThread final : public QObject
{
    Q_OBJECT

public:
    SessionThread(std::string serverId, VerifyToken verify, SessionServices services, SocketLimits limits, wire::LogWindow::Limits window);
    ~SessionThread() override;

    void adopt(std::unique_ptr<QWebSocket> socket);

    // The log begins at `start`, with the schema that these migrations make.
    void openLog(const std::vector<wire::LoggedTransactionPtr> &migrations, const schema::CataloguePtr &catalogue, Lsn start);
    void setMigrations(const std::vector<wire::LoggedTransactionPtr> &migrations, const schema::CataloguePtr &catalogue);
    void append(const wire::LoggedTransactionPtr &transaction);
    void advance(Lsn position);

    // The client connected again in another thread.
    void supersede(const QString &clientId);

    // For people who look at it.
    [[nodiscard]] std::vector<SessionFigures> figures() const;
    struct Totals { // since the start
        std::int64_t opened = 0;
        Traffic traffic;
    };
    [[nodiscard]] Totals totals() const;
    [[nodiscard]] std::optional<std::vector<SubscriptionFigures>> subscriptions(std::int64_t number) const; // nothing: no such session
    bool dismiss(std::int64_t number); // false: no such session
    void dismissClient(const std::string &clientId);
    // The frames of a session, until it ends or the tap is taken off by an empty one. False: no such session.
    bool tap(std::int64_t number, SessionSocket::Tap tap);

    void closeAll(); // with 1000, before the end

Q_SIGNALS:
    void authenticated(const QString &clientId);

private:
    class Cursor;
    class Decoder;
    struct Seams;

    void turnAway(std::unique_ptr<QWebSocket> socket);
    void tellSoon();
    void tellConcerned();
    void tellAll();
    void tell(const std::vector<SessionSocket *> &sockets);
    void onAuthenticated(SessionSocket *socket, const QString &clientId);
    void forget(SessionSocket *socket);
    [[nodiscard]] SessionSocket *find(std::int64_t number) const;

    const std::string m_serverId;
    const VerifyToken m_verify;
    const SessionServices m_services;
    const SocketLimits m_limits;
    auth::AttemptLimiter m_attempts;
    wire::LogWindow m_window;
    std::vector<wire::LoggedTransactionPtr> m_migrations;
    schema::CataloguePtr m_catalogue;
    QTimer m_review {this};
    Interests m_interests;
    std::unordered_set<Cursor *> m_toTell; // that a new transaction concerns
    std::unordered_set<Cursor *> m_following; // that are to be told of every position
    std::unordered_map<SessionSocket *, std::unique_ptr<Seams>> m_sockets;
    std::unordered_map<std::string, SessionSocket *> m_byClient;
    Totals m_ended; // of sessions that are gone; opened counts all
    bool m_tellPending = false;
};

} // namespace electric::satellite
