#pragma once

#include "service/pg/connection.h"
#include "service/proxy/proxyserver.h"
#include "tests/support/throwawaycluster.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QString>
#include <QStringList>

#include <future>

namespace electric::test {

// A database with a stand-in for the schema `electric` that writes down what it is called with, and a proxy before it.
// Tables: items (electrified, with the index items_old), plain (not electrified).
class ProxyFixture
{
public:
    Result<void> startCluster(); // once a program
    Result<void> open(proxy::ProxyConfig config = {}); // a fresh database, once a test
    void close();

    [[nodiscard]] pg::ConnectionOptions databaseOptions() const { return m_cluster->options(m_database); }
    [[nodiscard]] pg::ConnectionOptions clientOptions() const;
    Result<void> listen(proxy::ProxyConfig config); // anew, with what is not given filled in
    [[nodiscard]] proxy::ProxyServer &proxy() { return *m_proxy; }
    [[nodiscard]] pg::Connection &direct() { return *m_direct; }
    [[nodiscard]] ThrowawayCluster &cluster() { return *m_cluster; }
    [[nodiscard]] const std::string &database() const { return m_database; }

    // Through the proxy, in a thread of its own, while this one serves the proxy.
    template <typename Work> std::invoke_result_t<Work, pg::Connection &> through(Work work)
    {
        auto result = std::async(std::launch::async, [work, options = clientOptions()] {
            auto connection = pg::Connection::open(options, "test client");
            if (!connection)
                qFatal("%s", connection.error().detail.c_str());
            return work(*connection);
        });
        return awaited(result);
    }
    template <typename Value> static Value awaited(std::future<Value> &result)
    {
        while (result.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        return result.get();
    }

    // What psql prints, errors included.
    std::string psql(const QStringList &arguments, const QByteArray &input = {}, const QString &sslMode = QStringLiteral("prefer"),
        const QString &password = QStringLiteral("secret"));
    std::string command(const QString &sql) { return psql({QStringLiteral("-c"), sql}); }

    // What the procedures of the schema `electric` were called with, a line each; says so when that was not all in one
    // transaction.
    std::string log(bool sameTransaction = true);

private:
    std::unique_ptr<ThrowawayCluster> m_cluster;
    std::string m_database;
    std::optional<pg::Connection> m_direct;
    std::unique_ptr<proxy::ProxyServer> m_proxy;
};

} // namespace electric::test
