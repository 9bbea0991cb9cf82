#include "service/admin/methods.h"

#include "service/admin/example.h"
#include "service/admin/params.h"
#include "service/admin/peer.h"
#include "service/admin/queries.h"
#include "service/admin/removal.h"
#include "service/admin/stream.h"
#include "shared/admin/json.h"

#include <QDateTime>

namespace electric::admin {

namespace {

const QSet<QString> none {};

QSet<QString> names(std::initializer_list<const char *> all)
{
    QSet<QString> set;
    for (const char *const one : all)
        set.insert(QString::fromLatin1(one));
    return set;
}

QJsonObject under(const char *name, const QJsonValue &value)
{
    return {{QString::fromLatin1(name), value}};
}

Outcome notFound(const QString &message)
{
    return tl::unexpected(Error {Error::NotFound, message});
}

// What a query gives, as a result of the protocol.
template <typename T, typename ToJson> Outcome resultOf(const Result<T> &result, ToJson toResult)
{
    if (!result)
        return tl::unexpected(errorOf(result.error()));
    return toResult(*result);
}

// Why the removal was not begun; what stands in its way is most often a lock.
Error notNow(const Failure &why, bool isConnected)
{
    constexpr auto lockNotAvailable = "55P03";
    if (why.code == lockNotAvailable)
        return {Error::Busy, QStringLiteral("Somebody uses a table that Electric has to let go of. Nothing was changed."),
            QStringLiteral("Try again when long transactions have ended (see pg_stat_activity).")};
    Error error = errorOf(why);
    if (isConnected)
        error.message += QStringLiteral(" Nothing was changed.");
    return error;
}

Outcome removalOf(const RemovalPlan &plan)
{
    return toJson(Removal {QString::fromStdString(plan.database), QString::fromStdString(plan.sql())});
}

} // namespace

Methods::Methods(Facts &facts, Database &database, const LogBuffer &log) : m_facts(facts), m_database(database), m_log(log)
{
    addService();
    addSessions();
    addDatabase();
    addRejected();
    addTools();
    addRemoval();
}

void Methods::call(const QString &method, const QJsonObject &params, const Done &done)
{
    const auto found = m_methods.constFind(method);
    if (found == m_methods.constEnd())
        return done(tl::unexpected(Error {Error::MethodNotFound, QStringLiteral("There is no method \"%1\".").arg(method.left(100))}));
    if (auto known = onlyKnown(params, found->params); !known)
        return done(tl::unexpected(known.error()));
    found->handle(params, done);
}

void Methods::addService()
{
    m_methods[QStringLiteral("status")] = {none, [this](const QJsonObject &, const Done &done) { done(toJson(m_facts.status())); }};
    m_methods[QStringLiteral("status.history")]
        = {none, [this](const QJsonObject &, const Done &done) { done(under("entries", toArray(m_facts.history()))); }};
    m_methods[QStringLiteral("settings")]
        = {none, [this](const QJsonObject &, const Done &done) { done(under("settings", toArray(m_facts.settings()))); }};
    m_methods[QStringLiteral("metrics")] = {none, [this](const QJsonObject &, const Done &done) { metrics(done); }};
    m_methods[QStringLiteral("proxy.connections")]
        = {none, [this](const QJsonObject &, const Done &done) { done(under("connections", toArray(m_facts.proxyConnections()))); }};
    m_methods[QStringLiteral("logs")]
        = {names({"level", "category", "text", "limit"}), [this](const QJsonObject &params, const Done &done) {
               const auto filter = logFilter(params);
               const auto limit = numberOf(params, "limit", 500, 1, qint64(LogBuffer::mostEntries));
               if (!filter || !limit)
                   return done(tl::unexpected(filter ? limit.error() : filter.error()));
               done(under("entries", toArray(m_log.newest(*filter, int(*limit)))));
           }};
    m_methods[QStringLiteral("log.level")]
        = {names({"level"}), [this](const QJsonObject &params, const Done &done) {
               const auto level = requiredText(params, "level");
               if (!level || !isLogLevel(*level))
                   return done(invalid(QStringLiteral("The level must be debug, info, warning or error.")));
               m_facts.setLogLevel(*level);
               done(under("level", *level));
           }};
    m_methods[QStringLiteral("stop")] = {none, [this](const QJsonObject &, const Done &done) {
                                             done(QJsonObject {});
                                             m_facts.stop();
                                         }};
}

void Methods::addSessions()
{
    m_methods[QStringLiteral("sessions")] = {none, [this](const QJsonObject &, const Done &done) { sessions(done); }};
    m_methods[QStringLiteral("session.subscriptions")]
        = {names({"session"}), [this](const QJsonObject &params, const Done &done) {
               const auto session = requiredNumber(params, "session");
               if (!session)
                   return done(tl::unexpected(session.error()));
               m_facts.subscriptions(*session, [done, id = *session](const std::optional<QList<Subscription>> &found) {
                   done(found ? Outcome(under("subscriptions", toArray(*found)))
                              : notFound(QStringLiteral("There is no session %1.").arg(id)));
               });
           }};
    m_methods[QStringLiteral("session.disconnect")]
        = {names({"session"}), [this](const QJsonObject &params, const Done &done) {
               const auto session = requiredNumber(params, "session");
               if (!session)
                   return done(tl::unexpected(session.error()));
               m_facts.disconnectSession(*session, [done, id = *session](bool found) {
                   done(found ? Outcome(QJsonObject {}) : notFound(QStringLiteral("There is no session %1.").arg(id)));
               });
           }};
    m_methods[QStringLiteral("clients")] = {none, [this](const QJsonObject &, const Done &done) { clients(done); }};
    m_methods[QStringLiteral("client.forget")]
        = {names({"client"}), [this](const QJsonObject &params, const Done &done) {
               const auto client = requiredText(params, "client");
               if (!client)
                   return done(tl::unexpected(client.error()));
               const auto isKnown = [id = client->toStdString()](pg::Connection &connection) {
                   return resultOf(
                       connection.query("SELECT FROM electric.known_clients WHERE client_id = $1", {id}), [&](const pg::Rows &rows) {
                           return rows.count() == 0 ? notFound(QStringLiteral("There is no client %1.").arg(QString::fromStdString(id)))
                                                    : Outcome(QJsonObject {});
                       });
               };
               m_database.run(isKnown, [this, done, id = *client](const Outcome &known) {
                   if (known)
                       m_facts.forgetClient(id);
                   done(known);
               });
           }};
}

void Methods::addDatabase()
{
    m_methods[QStringLiteral("replication")] = {none, [this](const QJsonObject &, const Done &done) { replication(done); }};
    m_methods[QStringLiteral("migrations")]
        = {none, [this](const QJsonObject &, const Done &done) { done(under("migrations", toArray(m_facts.migrations()))); }};
    m_methods[QStringLiteral("tables")] = {none, [this](const QJsonObject &, const Done &done) {
                                               m_database.run(
                                                   [](pg::Connection &connection) {
                                                       return resultOf(readTables(connection), [](const QList<Table> &tables) -> Outcome {
                                                           return under("tables", toArray(tables));
                                                       });
                                                   },
                                                   done);
                                           }};
    m_methods[QStringLiteral("table.electrify")]
        = {names({"schema", "table", "dryRun"}), [this](const QJsonObject &params, const Done &done) {
               const auto schema = textOf(params, "schema", QStringLiteral("public"));
               const auto table = requiredText(params, "table");
               if (!schema || !table)
                   return done(tl::unexpected(table ? schema.error() : table.error()));
               const std::string sql = electrifyStatement(*schema, *table);
               const QJsonObject answer = under("sql", QString::fromStdString(sql));
               if (params.value(QLatin1String("dryRun")).toBool())
                   return done(answer);
               m_database.run(
                   [sql, answer](pg::Connection &connection) -> Outcome {
                       if (auto run = connection.execute(sql); !run)
                           return tl::unexpected(errorOf(run.error()));
                       return answer;
                   },
                   done);
           }};
    m_methods[QStringLiteral("example.create")] = {names({"dryRun"}), [this](const QJsonObject &params, const Done &done) {
                                                       const QJsonObject answer {{QStringLiteral("schema"), QStringLiteral("public")},
                                                           {QStringLiteral("table"), QString::fromLatin1(exampleTable)},
                                                           {QStringLiteral("sql"), QString::fromStdString(exampleStatements())}};
                                                       if (params.value(QLatin1String("dryRun")).toBool())
                                                           return done(answer);
                                                       m_database.run(
                                                           [answer](pg::Connection &connection) -> Outcome {
                                                               if (auto made = createExample(connection); !made)
                                                                   return tl::unexpected(errorOf(made.error()));
                                                               return answer;
                                                           },
                                                           done);
                                                   }};
}

void Methods::addRejected()
{
    m_methods[QStringLiteral("rejected.list")]
        = {names({"before", "limit", "client"}), [this](const QJsonObject &params, const Done &done) {
               const auto before = numberOf(params, "before", 0, 0, std::numeric_limits<qint64>::max());
               const auto limit = numberOf(params, "limit", 100, 1, 1000);
               const auto client = textOf(params, "client");
               if (!before || !limit || !client)
                   return done(tl::unexpected(!before ? before.error() : !limit ? limit.error() : client.error()));
               m_database.run(
                   [query = RejectedQuery {*before, int(*limit), *client}](pg::Connection &connection) {
                       return resultOf(readRejected(connection, query), [](const RejectedWrites &found) -> Outcome {
                           return QJsonObject {{QStringLiteral("total"), found.total}, {QStringLiteral("writes"), toArray(found.writes)}};
                       });
                   },
                   done);
           }};
    m_methods[QStringLiteral("rejected.discard")] = {names({"id"}), [this](const QJsonObject &params, const Done &done) {
                                                         const auto id = requiredNumber(params, "id");
                                                         if (!id)
                                                             return done(tl::unexpected(id.error()));
                                                         m_database.run(
                                                             [id = *id](pg::Connection &connection) -> Outcome {
                                                                 if (auto discarded = discardRejected(connection, id); !discarded)
                                                                     return tl::unexpected(errorOf(discarded.error()));
                                                                 return QJsonObject {};
                                                             },
                                                             done);
                                                     }};
    m_methods[QStringLiteral("rejected.retry")] = {names({"id"}), [this](const QJsonObject &params, const Done &done) {
                                                       const auto id = requiredNumber(params, "id");
                                                       if (!id)
                                                           return done(tl::unexpected(id.error()));
                                                       retry(*id, done);
                                                   }};
}

void Methods::retry(qint64 id, const Done &done)
{
    const auto find = [id](pg::Connection &connection) {
        return resultOf(readRejected(connection, {id + 1, 1, {}}), [id](const RejectedWrites &found) -> Outcome {
            if (found.writes.isEmpty() || found.writes.first().id != id)
                return notFound(QStringLiteral("There is no rejected write %1.").arg(id));
            return toJson(found.writes.first());
        });
    };
    m_database.run(find, [this, id, done](const Outcome &found) {
        if (!found)
            return done(found);
        m_facts.retry(fromJson<RejectedWrite>(*found), [this, id, done](const Outcome &written) {
            if (!written)
                return done(written);
            m_database.run(
                [id](pg::Connection &connection) -> Outcome {
                    (void)discardRejected(connection, id); // it may have been discarded meanwhile
                    return QJsonObject {};
                },
                done);
        });
    });
}

void Methods::addTools()
{
    m_methods[QStringLiteral("check")]
        = {names({"settings"}), [this](const QJsonObject &params, const Done &done) {
               std::optional<QHash<QString, QString>> settings;
               if (params.contains(QLatin1String("settings"))) {
                   const QJsonObject given = params.value(QLatin1String("settings")).toObject();
                   settings.emplace();
                   for (auto one = given.begin(); one != given.end(); ++one)
                       settings->insert(one.key(), one.value().toString());
               }
               m_database.runAlone([run = m_facts.checkOf(settings)]() -> Outcome { return under("findings", toArray(run())); }, done);
           }};
    m_methods[QStringLiteral("shape.preview")] = {names({"schema", "table", "where", "include", "user", "sample"}),
        [this](const QJsonObject &params, const Done &done) { preview(params, done); }};
}

void Methods::preview(const QJsonObject &params, const Done &done)
{
    const auto schema = textOf(params, "schema", QStringLiteral("public"));
    const auto table = requiredText(params, "table");
    const auto where = textOf(params, "where");
    const auto user = textOf(params, "user");
    const auto sample = numberOf(params, "sample", 10, 0, 100);
    if (!schema || !table || !where || !user || !sample)
        return done(tl::unexpected(!schema ? schema.error()
                : !table                   ? table.error()
                : !where                   ? where.error()
                : !user                    ? user.error()
                                           : sample.error()));
    if (*schema != QLatin1String("public"))
        return done(invalid(QStringLiteral("Clients see tables of the schema public only.")));
    const QJsonValue include = params.value(QLatin1String("include"));
    if (!include.isUndefined() && !include.isArray())
        return done(invalid(QStringLiteral("The parameter \"include\" must be a list.")));
    const auto checked = m_facts.checkShape({*table, *where, include.toArray(), *user});
    if (!checked)
        return done(tl::unexpected(checked.error()));
    m_database.run(
        [shape = *checked, most = int(*sample)](pg::Connection &connection) {
            return resultOf(previewShape(connection, shape, most), [](const ShapePreview &found) -> Outcome { return toJson(found); });
        },
        done);
}

void Methods::addRemoval()
{
    m_methods[QStringLiteral("uninstall.sql")]
        = {none, [this](const QJsonObject &, const Done &done) {
               m_database.run([](pg::Connection &connection) { return resultOf(planRemoval(connection), removalOf); }, done);
           }};
    m_methods[QStringLiteral("uninstall")] = {names({"database"}), [this](const QJsonObject &params, const Done &done) {
                                                  const auto database = requiredText(params, "database");
                                                  if (!database)
                                                      return done(tl::unexpected(database.error()));
                                                  uninstall(database->toStdString(), done);
                                              }};
}

// What may fail is tried while all is as it was. Afterwards the service can only end: started again, it would install anew.
void Methods::uninstall(const std::string &database, const Done &done)
{
    const auto rehearse = [database](pg::Connection &connection) -> Outcome {
        const auto plan = planRemoval(connection);
        if (!plan)
            return tl::unexpected(errorOf(plan.error()));
        if (plan->database != database)
            return invalid(
                QStringLiteral("The service works on the database %1. Nothing was changed.").arg(QString::fromStdString(plan->database)));
        if (const auto fine = rehearseRemoval(connection, *plan); !fine)
            return tl::unexpected(notNow(fine.error(), connection.isUsable()));
        return QJsonObject {};
    };
    const auto removeAll = [](pg::Connection &connection) -> Outcome {
        const auto plan = planRemoval(connection);
        if (!plan)
            return tl::unexpected(errorOf(plan.error()));
        if (const auto removed = remove(connection, *plan); !removed)
            return tl::unexpected(errorOf(removed.error()));
        return removalOf(*plan);
    };
    m_database.run(rehearse, [this, done, removeAll](const Outcome &rehearsed) {
        if (!rehearsed)
            return done(rehearsed);
        m_facts.retire();
        m_database.run(removeAll, [this, done](const Outcome &removed) {
            done(removed);
            m_facts.stop();
        });
    });
}

void Methods::replication(const Done &done)
{
    const auto read = [slot = m_facts.slotName()](pg::Connection &connection) {
        return resultOf(readReplication(connection, slot), [](const Replication &found) -> Outcome { return toJson(found); });
    };
    m_database.run(read, [this, done](const Outcome &outcome) {
        if (!outcome)
            return done(outcome);
        auto found = fromJson<Replication>(*outcome);
        m_facts.complete(found);
        done(toJson(found));
    });
}

void Methods::metrics(const Done &done)
{
    m_facts.metrics([done](const QList<Metric> &all) {
        done(QJsonObject {{QStringLiteral("at"), QDateTime::currentMSecsSinceEpoch()}, {QStringLiteral("metrics"), toArray(all)}});
    });
}

void Methods::sessions(const Done &done)
{
    m_facts.sessions([done](const QList<Session> &all) { done(under("sessions", toArray(all))); });
}

void Methods::clients(const Done &done)
{
    const auto read = [](pg::Connection &connection) {
        return resultOf(readClients(connection), [](const QList<KnownClient> &all) -> Outcome { return under("clients", toArray(all)); });
    };
    m_database.run(read, [this, done](const Outcome &outcome) {
        if (!outcome)
            return done(outcome);
        m_facts.sessions([done, clients = listFrom<KnownClient>(outcome->value(QLatin1String("clients")))](const QList<Session> &sessions) {
            QSet<QString> connected;
            for (const Session &session : sessions)
                connected.insert(session.client);
            QList<KnownClient> all = clients;
            for (KnownClient &one : all)
                one.isConnected = connected.contains(one.client);
            done(under("clients", toArray(all)));
        });
    });
}

tl::expected<LogFilter, Error> Methods::logFilter(const QJsonObject &params)
{
    const auto level = textOf(params, "level");
    const auto category = textOf(params, "category");
    const auto text = textOf(params, "text");
    if (!level || !category || !text)
        return tl::unexpected(!level ? level.error() : !category ? category.error() : text.error());
    if (!level->isEmpty() && !isLogLevel(*level))
        return invalid(QStringLiteral("The level must be debug, info, warning or error."));
    return LogFilter {*level, *category, *text};
}

tl::expected<Stream *, Error> Methods::stream(const QString &name, const QJsonObject &params, Peer &peer, qint64 number)
{
    struct Periodic {
        void (Methods::*ask)(const Done &);
        qint64 interval;
        qint64 least;
    };
    static const QHash<QString, Periodic> periodic {{QStringLiteral("metrics"), {&Methods::metrics, 1000, 250}},
        {QStringLiteral("sessions"), {&Methods::sessions, 1000, 250}},
        {QStringLiteral("replication"), {&Methods::replication, 2000, 1000}}};
    static const QHash<QString, QSet<QString>> known {{QStringLiteral("status"), none}, {QStringLiteral("metrics"), names({"interval"})},
        {QStringLiteral("sessions"), names({"interval"})}, {QStringLiteral("replication"), names({"interval"})},
        {QStringLiteral("logs"), names({"level", "category", "text", "backlog"})}, {QStringLiteral("tap"), names({"session"})}};
    const auto found = known.constFind(name);
    if (found == known.constEnd())
        return invalid(QStringLiteral("There is no stream \"%1\".").arg(name.left(100)));
    if (auto fine = onlyKnown(params, *found); !fine)
        return tl::unexpected(fine.error());
    if (const auto one = periodic.constFind(name); one != periodic.constEnd()) {
        return numberOf(params, "interval", one->interval, one->least, 60'000).map([&](qint64 interval) -> Stream * {
            const auto ask = [this, method = one->ask](const Done &then) { (this->*method)(then); };
            return new PeriodicStream(peer, number, name, ask, std::chrono::milliseconds(interval));
        });
    }
    if (name == QLatin1String("status"))
        return new StatusStream(peer, number, m_facts);
    if (name == QLatin1String("tap"))
        return requiredNumber(params, "session").map([&](qint64 session) -> Stream * {
            return new TapStream(peer, number, m_facts, session);
        });
    const auto filter = logFilter(params);
    const auto backlog = numberOf(params, "backlog", 0, 0, 1000);
    if (!filter || !backlog)
        return tl::unexpected(filter ? backlog.error() : filter.error());
    return new LogStream(peer, number, m_log, *filter, int(*backlog));
}

} // namespace electric::admin
