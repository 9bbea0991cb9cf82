#pragma once

#include "service/pg/connectionoptions.h"
#include "service/proxy/proxyfigures.h"
#include "service/proxy/scram.h"
#include "service/proxy/scramserver.h"
#include "shared/base/result.h"

#include <QHash>
#include <QHostAddress>
#include <QObject>
#include <QSslConfiguration>
#include <QTcpServer>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace electric::proxy {

class ProxySession;

struct ProxyConfig {
    std::string address; // empty: all
    std::uint16_t port = 65432; // 0: any that is free
    std::string password;
    pg::ConnectionOptions upstream;
    int maxSessions = 500;
    std::string tlsCertificate {}; // PEM file, with its chain; empty: TLS is not offered
    std::string tlsKey {}; // PEM file
};

// The migrations proxy: a Postgres server in front of Postgres, where any SQL client may run migrations. Listens from
// listen() to close(); open it once the schema `electric` is there. Everything happens on the thread that it lives in.
class ProxyServer final : public QObject
{
    Q_OBJECT

public:
    explicit ProxyServer(ProxyConfig config, QObject *parent = nullptr);
    ~ProxyServer() override;

    Result<void> listen();
    void close(); // sessions end too, told why
    [[nodiscard]] std::uint16_t port() const { return m_server.serverPort(); }
    [[nodiscard]] int sessions() const { return int(m_sessions.size()); }
    [[nodiscard]] std::vector<ProxyFigures> figures() const; // of each session

private:
    void onConnection();
    std::chrono::milliseconds delayFor(const QHostAddress &address) const;
    void notePassword(const QHostAddress &address, bool right);

    // Gives each connection a socket that can speak TLS.
    class Listener final : public QTcpServer
    {
    public:
        QSslConfiguration tls; // without a certificate: plain sockets

    protected:
        void incomingConnection(qintptr descriptor) override;
    };
    Result<void> readCertificate();
    ProxySession *unknownGuest() const;

    ProxyConfig m_config;
    ScramVerifier m_verifier;
    scram::SaltedPassword m_upstreamPassword;
    Listener m_server;
    QList<ProxySession *> m_sessions;
    QHash<QHostAddress, int> m_failures; // since the last right password
};

} // namespace electric::proxy
