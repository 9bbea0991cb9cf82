#pragma once

#include "service/pg/connectionoptions.h"
#include "service/proxy/clientlogin.h"
#include "service/proxy/conversation.h"
#include "service/proxy/proxyfigures.h"
#include "service/proxy/upstreamlink.h"
#include "service/proxy/upstreamlogin.h"

#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace electric::proxy {

// One client and its connection to Postgres: carries bytes between the two sockets and the machines that decide
// (ClientLogin, UpstreamLogin, Conversation). A side that does not take its bytes stops the other from being read.
class ProxySession final : public QObject
{
    Q_OBJECT

public:
    // Takes the socket. `upstreamPassword` and `verifier` must outlive this object; `delay` is waited for before a wrong password is told.
    // A QSslSocket that has a certificate offers TLS.
    ProxySession(QTcpSocket *client, const pg::ConnectionOptions &upstream, scram::SaltedPassword &upstreamPassword,
        const ScramVerifier &verifier, std::chrono::milliseconds delay, QObject *parent = nullptr);

    void start();
    [[nodiscard]] bool isLoggedIn() const { return m_conversation != nullptr; }
    [[nodiscard]] ProxyFigures figures() const;
    // Tells the client why, and ends.
    void refuse(const Report &report);

Q_SIGNALS:
    void passwordChecked(bool right);
    void finished();

private:
    void onClientReadyRead();
    void encrypt();
    void onLogin();
    void connectUpstream();
    void onUpstreamOpened();
    void onUpstreamReadyRead();
    void onUpstreamClosed();
    void cancel();
    void relay();
    void flush();
    void toClient(const std::string &bytes);
    void finish();

    const std::int64_t m_number;
    const std::int64_t m_since;
    pg::ConnectionOptions m_options;
    scram::SaltedPassword &m_upstreamPassword;
    QTcpSocket *m_client;
    UpstreamLink *m_upstream = nullptr;
    ClientLogin m_login;
    std::optional<UpstreamLogin> m_upstreamLogin;
    std::unique_ptr<Conversation> m_conversation;
    Conversation::Mode m_mode = Conversation::Mode::Migrations;
    std::chrono::milliseconds m_delay;
    QTimer m_deadline;
    bool m_isRelaying = false;
    bool m_finished = false;
};

} // namespace electric::proxy
