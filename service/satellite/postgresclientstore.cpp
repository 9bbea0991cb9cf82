#include "service/satellite/postgresclientstore.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <chrono>

namespace electric::satellite {

namespace {

constexpr std::chrono::seconds checkpointInterval {1};

std::string hex(std::string_view bytes)
{
    return "\\x" + QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())).toHex().toStdString();
}

std::string bytesOf(std::string_view hexText)
{
    hexText.remove_prefix(std::min<std::size_t>(2, hexText.size())); // \x
    return QByteArray::fromHex(QByteArray::fromRawData(hexText.data(), qsizetype(hexText.size()))).toStdString();
}

std::string tablesText(const std::vector<schema::TableName> &tables)
{
    QJsonArray all;
    for (const schema::TableName &table : tables)
        all.append(QJsonArray {QString::fromStdString(table.schema), QString::fromStdString(table.name)});
    return QJsonDocument(all).toJson(QJsonDocument::Compact).toStdString();
}

std::vector<schema::TableName> tablesOf(std::string_view text)
{
    std::vector<schema::TableName> tables;
    const QJsonArray all = QJsonDocument::fromJson(QByteArray(text.data(), qsizetype(text.size()))).array();
    for (const auto &one : all)
        tables.push_back({one.toArray().at(0).toString().toStdString(), one.toArray().at(1).toString().toStdString()});
    return tables;
}

Result<ClientState> loadClient(pg::Connection &connection, const std::string &clientId, const std::string &userId)
{
    auto bound = connection.query("INSERT INTO electric.known_clients AS known (client_id, user_id) VALUES ($1, $2)"
                                  " ON CONFLICT (client_id) DO UPDATE SET seen_at = now() WHERE known.user_id = excluded.user_id",
        {clientId, userId});
    if (!bound)
        return fail(bound.error());
    auto known = connection.query("SELECT k.user_id, k.position, k.caught_up, a.lsn FROM electric.known_clients k"
                                  " LEFT JOIN electric.acknowledged_client_lsns a USING (client_id) WHERE k.client_id = $1",
        {clientId});
    if (!known)
        return fail(known.error());
    if (known->count() != 1)
        return fail(Failure::Kind::Unavailable, "the client was removed while it connected");
    ClientState state;
    state.userId = std::string(known->text(0, 0));
    if (!known->isNull(0, 1))
        state.checkpoint = Lsn::fromDecimal(known->text(0, 1));
    if (!known->isNull(0, 2))
        state.caughtUp = Lsn::fromDecimal(known->text(0, 2));
    state.clientLsn = bytesOf(known->text(0, 3));
    auto subscriptions = connection.query(
        "SELECT subscription_id, request, tables FROM electric.known_subscriptions WHERE client_id = $1 ORDER BY ord", {clientId});
    if (!subscriptions)
        return fail(subscriptions.error());
    for (int row = 0; row < subscriptions->count(); ++row)
        state.subscriptions.push_back(
            {std::string(subscriptions->text(row, 0)), bytesOf(subscriptions->text(row, 1)), tablesOf(subscriptions->text(row, 2))});
    return state;
}

} // namespace

PostgresClientStore::PostgresClientStore()
{
    m_thread = std::thread([this] { work(); });
}

PostgresClientStore::~PostgresClientStore()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void PostgresClientStore::setDatabase(pg::ConnectionOptions options)
{
    const std::scoped_lock lock(m_mutex);
    m_options = std::move(options);
    m_hasDatabase = true;
    m_isNewDatabase = true;
}

void PostgresClientStore::post(Task task)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_changed.notify_one();
}

void PostgresClientStore::load(const std::string &clientId, const std::string &userId, std::function<void(Result<ClientState>)> done)
{
    post([this, clientId, userId, done = std::move(done)](Result<pg::Connection *> connection) {
        writeCheckpoints(); // a client that comes back at once must find its own
        done(connection ? loadClient(**connection, clientId, userId) : fail(connection.error()));
    });
}

void PostgresClientStore::saveSubscription(
    const std::string &clientId, StoredSubscription subscription, std::function<void(Result<void>)> done)
{
    post([clientId, subscription = std::move(subscription), done = std::move(done)](Result<pg::Connection *> connection) {
        if (!connection)
            return done(fail(connection.error()));
        auto saved = (*connection)
                         ->query("INSERT INTO electric.known_subscriptions (client_id, subscription_id, request, tables)"
                                 " VALUES ($1, $2, $3, $4) ON CONFLICT (client_id, subscription_id)"
                                 " DO UPDATE SET request = excluded.request, tables = excluded.tables",
                             {clientId, subscription.id, hex(subscription.request), tablesText(subscription.tables)});
        done(saved ? Result<void>() : fail(saved.error()));
    });
}

void PostgresClientStore::removeSubscription(const std::string &clientId, const std::string &subscriptionId)
{
    post([clientId, subscriptionId](Result<pg::Connection *> connection) {
        if (connection)
            (void)(*connection)
                ->query(
                    "DELETE FROM electric.known_subscriptions WHERE client_id = $1 AND subscription_id = $2", {clientId, subscriptionId});
    });
}

void PostgresClientStore::forget(const std::string &clientId)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_checkpoints.erase(clientId);
        ++m_forgetting[clientId];
    }
    post([this, clientId](Result<pg::Connection *> connection) {
        if (connection)
            (void)(*connection)
                ->query("WITH subscriptions AS (DELETE FROM electric.known_subscriptions WHERE client_id = $1)"
                        " UPDATE electric.known_clients SET position = NULL, caught_up = NULL WHERE client_id = $1",
                    {clientId});
        const std::scoped_lock lock(m_mutex);
        if (const auto one = m_forgetting.find(clientId); --one->second == 0)
            m_forgetting.erase(one);
    });
}

void PostgresClientStore::saveCheckpoint(const std::string &clientId, Lsn position, Lsn caughtUp)
{
    const std::scoped_lock lock(m_mutex);
    m_checkpoints[clientId] = {position, caughtUp}; // written when the thread wakes
}

Result<pg::Connection *> PostgresClientStore::connection()
{
    pg::ConnectionOptions options;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_hasDatabase)
            return fail(Failure::Kind::Unavailable, "the database is not connected yet");
        if (std::exchange(m_isNewDatabase, false))
            m_connection.reset();
        options = m_options;
    }
    if (!m_connection || !m_connection->isUsable()) {
        auto opened = pg::Connection::open(options, "electric clients");
        if (!opened)
            return fail(opened.error());
        m_connection.emplace(std::move(*opened));
    }
    return &*m_connection;
}

void PostgresClientStore::work()
{
    bool isLast = false;
    while (!isLast) {
        std::deque<Task> tasks;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait_for(lock, checkpointInterval, [this] { return m_stopping || !m_tasks.empty(); });
            tasks.swap(m_tasks);
            isLast = m_stopping;
        }
        for (const Task &task : tasks)
            task(connection());
        writeCheckpoints();
    }
}

void PostgresClientStore::writeCheckpoints()
{
    std::map<std::string, Checkpoint> checkpoints;
    {
        const std::scoped_lock lock(m_mutex);
        checkpoints.swap(m_checkpoints);
        for (const auto &[client, count] : m_forgetting) { // what is still to be forgotten was before: it must not take this along
            if (auto later = checkpoints.extract(client))
                m_checkpoints.insert(std::move(later));
        }
    }
    if (checkpoints.empty())
        return;
    QJsonObject all;
    for (const auto &[client, at] : checkpoints)
        all.insert(QString::fromStdString(client),
            QJsonArray {QString::fromStdString(at.position.toDecimal()), QString::fromStdString(at.caughtUp.toDecimal())});
    const auto open = connection();
    const bool isWritten = open
        && (*open)->query(
            "UPDATE electric.known_clients k SET position = (given.value ->> 0)::numeric,"
            " caught_up = (given.value ->> 1)::numeric, seen_at = now() FROM jsonb_each($1::jsonb) AS given WHERE k.client_id = given.key",
            {QJsonDocument(all).toJson(QJsonDocument::Compact).toStdString()});
    if (isWritten)
        return;
    const std::scoped_lock lock(m_mutex);
    m_checkpoints.merge(checkpoints); // newer ones stay
}

} // namespace electric::satellite
