#include <QTest>

#include "shared/admin/client.h"
#include "shared/admin/json.h"
#include "shared/admin/socketpath.h"
#include "tests/bench/satelliteclient.h"
#include "tests/support/throwawaycluster.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace electric;
using namespace electric::admin;

namespace {

constexpr int patienceMs = 15'000;
const std::string token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ.";

// The database refuses rows with the content 'refused', as an operator's mistake would.
constexpr auto refuseRows
    = "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF new.content = 'refused' THEN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END IF; RETURN new; END $$;"
      " CREATE TRIGGER refuse BEFORE INSERT ON public.items FOR EACH ROW EXECUTE FUNCTION public.refuse()";

} // namespace

// The service as a process of its own, seen through its admin socket and its command line.
class TestAdmin : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::ThrowawayCluster> m_cluster;
    std::optional<pg::Connection> m_sql;
    QTemporaryDir m_runtime;
    QProcess m_service;
    QProcessEnvironment m_environment;
    quint16 m_port = test::freePort();
    std::unique_ptr<Client> m_client;
    std::unique_ptr<bench::SatelliteClient> m_app;

    Outcome ask(const QString &method, const QJsonObject &params = {})
    {
        std::optional<Outcome> answer;
        m_client->call(method, params, [&answer](const Outcome &outcome) { answer = outcome; });
        (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, patienceMs);
        return answer.value_or(tl::unexpected(Error {Error::TimedOut, QStringLiteral("not answered")}));
    }
    QJsonObject good(const QString &method, const QJsonObject &params = {})
    {
        const Outcome outcome = ask(method, params);
        if (!outcome)
            QTest::qFail(qPrintable(method + QStringLiteral(": ") + outcome.error().message), __FILE__, __LINE__);
        return outcome.value_or(QJsonObject {});
    }
    template <typename T> QList<T> list(const QString &method, const char *name, const QJsonObject &params = {})
    {
        return listFrom<T>(good(method, params).value(QLatin1String(name)));
    }

    struct Ran {
        int status = -1;
        QString out;
        QString err;
    };
    Ran run(const QStringList &arguments, const QProcessEnvironment &environment)
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(SERVICE_PROGRAM), arguments);
        process.waitForFinished(patienceMs);
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
    }
    Ran run(const QStringList &arguments) { return run(arguments, m_environment); }

    void connectApp()
    {
        m_app = std::make_unique<bench::SatelliteClient>(QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(m_port)), token);
        m_app->open();
        QTRY_VERIFY_WITH_TIMEOUT(m_app->isReady() && m_app->knowsTable("items"), patienceMs);
    }
    Session session()
    {
        const auto all = list<Session>(QStringLiteral("sessions"), "sessions");
        return all.value(0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto cluster = test::ThrowawayCluster::start();
        QVERIFY2(cluster, cluster ? "" : cluster.error().detail.c_str());
        m_cluster = std::move(*cluster);
        auto sql = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(sql);
        m_sql.emplace(std::move(*sql));
        QVERIFY(m_sql->execute("CREATE TABLE public.items (id uuid PRIMARY KEY, content text); CREATE TABLE public.plain (a int)"));

        m_environment = QProcessEnvironment::systemEnvironment();
        const QList<std::pair<const char *, QString>> settings {{"DATABASE_URL", m_cluster->url()},
            {"DATABASE_REQUIRE_SSL", QStringLiteral("false")}, {"HTTP_PORT", QString::number(m_port)},
            {"PG_PROXY_PORT", QString::number(test::freePort())}, {"PG_PROXY_PASSWORD", QStringLiteral("proxy-secret")},
            {"AUTH_MODE", QStringLiteral("insecure")}, {"ELECTRIC_WRITE_TO_PG_MODE", QStringLiteral("direct_writes")},
            {"ELECTRIC_LISTEN_ADDRESS", QStringLiteral("127.0.0.1")}, {"ELECTRIC_RUNTIME_DIR", m_runtime.filePath(QStringLiteral("run"))}};
        for (const auto &[name, value] : settings) {
            m_environment.insert(QString::fromLatin1(name), value);
            qputenv(name, value.toLocal8Bit());
        }
    }
    void cleanupTestCase()
    {
        m_app.reset();
        m_client.reset();
        if (m_service.state() != QProcess::NotRunning) {
            m_service.terminate();
            m_service.waitForFinished(patienceMs);
        }
    }

    void withoutAServiceTheCommandLineSaysSo()
    {
        const Ran status = run({QStringLiteral("status")});
        QCOMPARE(status.status, 3);
        QVERIFY2(status.err.contains(QStringLiteral("no service is running")), qPrintable(status.err));
        const Ran checked = run({QStringLiteral("check")}); // on the settings of the environment
        QVERIFY2(checked.status == 0, qPrintable(checked.out + checked.err));
        QVERIFY2(checked.out.contains(QStringLiteral("wal_level = logical")), qPrintable(checked.out));
    }

    void aServiceIsFound()
    {
        m_service.setProcessEnvironment(m_environment);
        m_service.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_service.start(QStringLiteral(SERVICE_PROGRAM), {QStringLiteral("serve")});
        QTRY_COMPARE_WITH_TIMEOUT(discover().size(), std::size_t(1), patienceMs);
        const RunningService found = discover().front();
        QCOMPARE(found.name, QStringLiteral("http-%1").arg(m_port));
        QCOMPARE(found.httpPort, m_port);
        QCOMPARE(found.pid, m_service.processId());
        m_client = std::make_unique<Client>();
        QSignalSpy connected(m_client.get(), &Client::connected);
        m_client->connectTo(found.path);
        QVERIFY(connected.wait());
        QTRY_COMPARE_WITH_TIMEOUT(fromJson<Status>(good(QStringLiteral("status"))).state, QStringLiteral("ready"), patienceMs);
        QVERIFY(list<StatusChange>(QStringLiteral("status.history"), "entries").size() > 1);
    }

    void noSecretIsShown()
    {
        const QByteArray settings = QJsonDocument(good(QStringLiteral("settings"))).toJson();
        QVERIFY2(settings.contains("HTTP_PORT") && settings.contains("PG_PROXY_PASSWORD"), settings.constData());
        QVERIFY2(!settings.contains("proxy-secret") && !settings.contains("postgres:password"), settings.constData());
        const QByteArray status = QJsonDocument(good(QStringLiteral("status"))).toJson();
        QVERIFY2(!status.contains("postgres:password"), status.constData());
    }

    void tablesSayWhyTheyCannotBeElectrified()
    {
        const auto tables = list<Table>(QStringLiteral("tables"), "tables");
        QCOMPARE(tables.size(), 2);
        QCOMPARE(tables[0].name, QStringLiteral("items"));
        QCOMPARE(tables[0].obstacle, QString());
        QVERIFY2(tables[1].obstacle.contains(QStringLiteral("PRIMARY KEY")), qPrintable(tables[1].obstacle));
        QVERIFY(!tables[1].remedy.isEmpty());
    }

    void aTableIsElectrified()
    {
        const QJsonObject wanted {{QStringLiteral("table"), QStringLiteral("items")}, {QStringLiteral("dryRun"), true}};
        QVERIFY(good(QStringLiteral("table.electrify"), wanted)
                    .value(QLatin1String("sql"))
                    .toString()
                    .contains(QStringLiteral("electric.electrify")));
        QVERIFY(!list<Table>(QStringLiteral("tables"), "tables")[0].electrified);
        (void)good(QStringLiteral("table.electrify"), {{QStringLiteral("table"), QStringLiteral("items")}});
        QVERIFY(list<Table>(QStringLiteral("tables"), "tables")[0].electrified);
        QTRY_COMPARE_WITH_TIMEOUT(list<Migration>(QStringLiteral("migrations"), "migrations").size(), 1, patienceMs);
        const Migration migration = list<Migration>(QStringLiteral("migrations"), "migrations")[0];
        QVERIFY(migration.sqlite.value(0).contains(QStringLiteral("CREATE TABLE")));
        QVERIFY(migration.postgres.value(0).contains(QStringLiteral("CREATE TABLE")));
        const Outcome refused = ask(QStringLiteral("table.electrify"), {{QStringLiteral("table"), QStringLiteral("plain")}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, int(Error::Failed));
    }

    void aSessionIsSeenAndItsFramesToo()
    {
        connectApp();
        QTRY_COMPARE_WITH_TIMEOUT(session().state, QStringLiteral("replicating"), patienceMs);
        const Session before = session();
        QCOMPARE(before.user, QStringLiteral("user-1"));
        QCOMPARE(before.version, QStringLiteral("0.12"));
        QVERIFY(before.bytesOut > 0 && before.framesIn > 0);

        auto seen = std::make_shared<QStringList>();
        const qint64 tap
            = m_client->subscribe(QStringLiteral("tap"), {{QStringLiteral("session"), before.id}}, [seen](const QJsonObject &data, qint64) {
                  for (const auto &one : listFrom<TapFrame>(data.value(QLatin1String("frames"))))
                      *seen << one.direction + QLatin1Char(' ') + one.type + QLatin1Char(' ')
                              + one.content.value(QLatin1String("method")).toString();
              });
        (void)good(QStringLiteral("status")); // the tap is on
        m_app->subscribe({QStringLiteral("items")});
        QTRY_COMPARE_WITH_TIMEOUT(m_app->subscriptionsDone(), 1, patienceMs);
        QTRY_VERIFY2_WITH_TIMEOUT(
            seen->contains(QStringLiteral("in SatRpcRequest subscribe")) && seen->contains(QStringLiteral("out SatSubsDataEnd ")),
            qPrintable(seen->join(QLatin1Char('\n'))), patienceMs);
        m_client->unsubscribe(tap);

        QCOMPARE(session().subscriptions, 1);
        const auto subscriptions
            = list<Subscription>(QStringLiteral("session.subscriptions"), "subscriptions", {{QStringLiteral("session"), before.id}});
        QCOMPARE(subscriptions.size(), 1);
        QCOMPARE(subscriptions[0].state, QStringLiteral("established"));
        QCOMPARE(subscriptions[0].tables, QStringList {QStringLiteral("public.items")});
        QCOMPARE(subscriptions[0].shapes.value(0).value(QLatin1String("table")).toString(), QStringLiteral("items"));
    }

    void replicationIsMeasured()
    {
        QVERIFY(m_sql->execute("INSERT INTO public.items VALUES (gen_random_uuid(), 'from Postgres')"));
        QTRY_VERIFY_WITH_TIMEOUT(fromJson<Replication>(good(QStringLiteral("replication"))).rowsRead >= 1, patienceMs);
        const auto found = fromJson<Replication>(good(QStringLiteral("replication")));
        QCOMPARE(found.electrified, 1);
        QCOMPARE(found.published, 1);
        QTRY_COMPARE_WITH_TIMEOUT(
            fromJson<Replication>(good(QStringLiteral("replication"))).lagMs, std::optional<qint64>(0), patienceMs); // caught up
        QVERIFY(!found.sentUpTo.isEmpty());
        QVERIFY(found.connectionsUsed > 0 && found.connectionsUsed <= found.connectionsMax);
        QVERIFY(found.windowBytes > 0 && found.windowTransactions > 0);
        const auto ours
            = std::find_if(found.replicationSlots.begin(), found.replicationSlots.end(), [](const Slot &one) { return one.isOurs; });
        QVERIFY(ours != found.replicationSlots.end() && ours->active);

        auto shared = std::make_shared<QList<Metric>>();
        const qint64 stream = m_client->subscribe(QStringLiteral("metrics"), {{QStringLiteral("interval"), 250}},
            [shared](const QJsonObject &data, qint64) { *shared = listFrom<Metric>(data.value(QLatin1String("metrics"))); });
        const auto value = [shared](const char *name) {
            double sum = 0;
            for (const Metric &one : std::as_const(*shared))
                sum += one.name == QLatin1String(name) ? one.value : 0;
            return sum;
        };
        QTRY_COMPARE_WITH_TIMEOUT(value("electric_sessions"), 1.0, patienceMs);
        QVERIFY(value("electric_pg_transactions_received_total") >= 1);
        QVERIFY(value("process_resident_memory_bytes") > 1e6);
        m_client->unsubscribe(stream);
    }

    void aShapeIsTriedOut()
    {
        const auto preview = [this](const QString &where) {
            return fromJson<ShapePreview>(good(
                QStringLiteral("shape.preview"), {{QStringLiteral("table"), QStringLiteral("items")}, {QStringLiteral("where"), where}}));
        };
        QCOMPARE(preview({}).rows, 1);
        const ShapePreview found = preview(QStringLiteral("this.content LIKE 'from%'"));
        QCOMPARE(found.tables.value(0).sample.value(0).value(QLatin1String("content")).toString(), QStringLiteral("from Postgres"));
        QCOMPARE(preview(QStringLiteral("this.content = 'other' -- no")).rows, 0);
        QVERIFY(!preview(QStringLiteral("true)) SELECT 1, 2, '[]'; DROP TABLE items; --")).error.isEmpty());
        QCOMPARE(preview({}).rows, 1);
    }

    void aRefusedWriteIsShownAndDoneAgain()
    {
        QVERIFY(m_sql->execute(refuseRows));
        m_app->insertRows("items", 1, "refused");
        QTRY_COMPARE_WITH_TIMEOUT(list<RejectedWrite>(QStringLiteral("rejected.list"), "writes").size(), 1, patienceMs);
        const RejectedWrite write = list<RejectedWrite>(QStringLiteral("rejected.list"), "writes")[0];
        QCOMPARE(write.message, QStringLiteral("not this one"));
        QCOMPARE(write.user, QStringLiteral("user-1"));
        QVERIFY(!write.operations.isEmpty());
        const QJsonObject id {{QStringLiteral("id"), write.id}};

        const Outcome again = ask(QStringLiteral("rejected.retry"), id);
        QVERIFY(!again);
        QVERIFY2(again.error().message.contains(QStringLiteral("not this one")), qPrintable(again.error().message));
        QCOMPARE(list<RejectedWrite>(QStringLiteral("rejected.list"), "writes").size(), 1);

        QVERIFY(m_sql->execute("DROP FUNCTION public.refuse CASCADE"));
        (void)good(QStringLiteral("rejected.retry"), id);
        QCOMPARE(list<RejectedWrite>(QStringLiteral("rejected.list"), "writes").size(), 0);
        QCOMPARE(m_sql->query("SELECT FROM public.items WHERE content = 'refused'")->count(), 1);
        QCOMPARE(ask(QStringLiteral("rejected.discard"), id).error().code, int(Error::NotFound));
    }

    void theCommandLineShowsTheSame()
    {
        const Ran status = run({QStringLiteral("status")});
        QCOMPARE(status.status, 0);
        QVERIFY2(status.out.contains(QStringLiteral("ready for")), qPrintable(status.out));
        const Ran sessions = run({QStringLiteral("sessions"), QStringLiteral("--json")});
        QCOMPARE(listFrom<Session>(QJsonDocument::fromJson(sessions.out.toUtf8()).object().value(QLatin1String("sessions"))).size(), 1);
        QVERIFY(run({QStringLiteral("sessions")}).out.contains(QStringLiteral("user-1")));
        QVERIFY(run({QStringLiteral("replication")}).out.contains(QStringLiteral("electric_replication_out_")));
        QCOMPARE(run({QStringLiteral("rejected")}).out, QStringLiteral("No write was refused.\n"));
        QVERIFY(run({QStringLiteral("logs"), QStringLiteral("--category"), QStringLiteral("electric.postgres")})
                    .out.contains(QStringLiteral("ready")));
        const Ran check = run({QStringLiteral("check")});
        QVERIFY2(check.status == 0, qPrintable(check.out + check.err));
        QCOMPARE(run({QStringLiteral("rejected"), QStringLiteral("--retry"), QStringLiteral("99")}).status, 1);
        QCOMPARE(run({QStringLiteral("status"), QStringLiteral("--service"), QStringLiteral("other")}).status, 3);
    }

    void givenSettingsAreTested()
    {
        const auto findings = list<Finding>(QStringLiteral("check"), "findings",
            {{QStringLiteral("settings"),
                QJsonObject {{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://nobody:x@127.0.0.1:1/none")},
                    {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}, {QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("x")},
                    {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")}}}});
        QVERIFY(std::any_of(findings.begin(), findings.end(), [](const Finding &one) {
            return one.check == QLatin1String("reachable") && one.severity == QLatin1String("error") && !one.remedy.isEmpty();
        }));
        const auto wrong = list<Finding>(QStringLiteral("check"), "findings",
            {{QStringLiteral("settings"), QJsonObject {{QStringLiteral("HTTP_PORT"), QStringLiteral("x")}}}});
        QVERIFY(std::any_of(wrong.begin(), wrong.end(), [](const Finding &one) { return one.check == QLatin1String("HTTP_PORT"); }));
    }

    void aPortInUseIsNamedWithItsOwner()
    {
        QProcessEnvironment clash = m_environment;
        clash.insert(QStringLiteral("ELECTRIC_RUNTIME_DIR"), m_runtime.filePath(QStringLiteral("other")));
        const Ran check = run({QStringLiteral("check")}, clash);
        QCOMPARE(check.status, 1);
        QVERIFY2(check.out.contains(QStringLiteral("Port %1 is in use by").arg(m_port)), qPrintable(check.out));
        QVERIFY2(check.out.contains(QString::number(m_service.processId())), qPrintable(check.out));
    }

    void anExampleIsMadeOnceAndSynced()
    {
        const QJsonObject planned = good(QStringLiteral("example.create"), {{QStringLiteral("dryRun"), true}});
        QVERIFY(planned.value(QLatin1String("sql")).toString().contains(QStringLiteral("CREATE TABLE public.electric_example")));
        const auto isElectrified = [this] {
            const auto tables = list<Table>(QStringLiteral("tables"), "tables");
            return std::any_of(tables.begin(), tables.end(),
                [](const Table &one) { return one.name == QStringLiteral("electric_example") && one.electrified; });
        };
        QVERIFY(!isElectrified());
        for (int time = 0; time < 2; ++time) // once is enough
            (void)good(QStringLiteral("example.create"));
        QVERIFY(isElectrified());
        const QJsonObject shape {{QStringLiteral("table"), QStringLiteral("electric_example")}};
        QCOMPARE(good(QStringLiteral("shape.preview"), shape).value(QLatin1String("rows")).toInt(), 2);
    }

    void aClientIsForgottenAndDisconnected()
    {
        const QString client = session().client;
        QTRY_VERIFY_WITH_TIMEOUT(list<KnownClient>(QStringLiteral("clients"), "clients").value(0).isConnected, patienceMs);
        (void)good(QStringLiteral("client.forget"), {{QStringLiteral("client"), client}});
        QTRY_VERIFY_WITH_TIMEOUT(m_app->trouble().contains(QStringLiteral("1001")), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(list<KnownClient>(QStringLiteral("clients"), "clients").value(0).subscriptions, 0, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(list<Session>(QStringLiteral("sessions"), "sessions").size(), 0, patienceMs);
        QCOMPARE(ask(QStringLiteral("client.forget"), {{QStringLiteral("client"), QStringLiteral("nobody")}}).error().code,
            int(Error::NotFound));
    }

    void aSessionIsDisconnected()
    {
        connectApp();
        QTRY_COMPARE_WITH_TIMEOUT(session().state, QStringLiteral("replicating"), patienceMs);
        (void)good(QStringLiteral("session.disconnect"), {{QStringLiteral("session"), session().id}});
        QTRY_VERIFY_WITH_TIMEOUT(m_app->trouble().contains(QStringLiteral("1001")), patienceMs);
    }

    void anOutageIsToldWithItsReason()
    {
        auto states = std::make_shared<QStringList>();
        const qint64 stream = m_client->subscribe(QStringLiteral("status"), {}, [states](const QJsonObject &data, qint64) {
            const auto status = fromJson<Status>(data);
            *states << status.state + (status.reason.isEmpty() ? QString() : QStringLiteral(" with a reason"));
        });
        QVERIFY(m_cluster->stop(true));
        QTRY_VERIFY_WITH_TIMEOUT(states->contains(QStringLiteral("degraded with a reason")), patienceMs);
        QCOMPARE(ask(QStringLiteral("tables")).error().code, int(Error::Unavailable));
        QCOMPARE(run({QStringLiteral("status")}).status, 1);
        QVERIFY(m_cluster->restart());
        QTRY_COMPARE_WITH_TIMEOUT(states->last(), QStringLiteral("ready"), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(ask(QStringLiteral("tables")).has_value(), patienceMs);
        m_client->unsubscribe(stream);
    }

    void theServiceStopsAndLeavesWithoutATrace()
    {
        const QString sql = good(QStringLiteral("uninstall.sql")).value(QLatin1String("sql")).toString();
        QSignalSpy gone(m_client.get(), &Client::disconnected);
        const Ran stop = run({QStringLiteral("stop")});
        QVERIFY2(stop.status == 0, qPrintable(stop.err));
        QVERIFY(m_service.waitForFinished(patienceMs));
        QCOMPARE(m_service.exitCode(), 0);
        QTRY_COMPARE(gone.size(), 1);
        QVERIFY(discover().empty());

        auto fresh = pg::Connection::open(m_cluster->options(), "test");
        QVERIFY(fresh);
        for (const QString &statement : sql.split(QStringLiteral(";\n"), Qt::SkipEmptyParts)) {
            const auto run = fresh->execute(statement.toStdString());
            QVERIFY2(run, run ? "" : qPrintable(statement + QString::fromStdString(run.error().detail)));
        }
        QCOMPARE(fresh->query("SELECT FROM pg_namespace WHERE nspname = 'electric'")->count(), 0);
        QCOMPARE(fresh->query("SELECT FROM pg_replication_slots")->count(), 0);
        QCOMPARE(fresh->query("SELECT FROM pg_trigger WHERE tgrelid = 'public.items'::regclass AND NOT tgisinternal")->count(), 0);
        QCOMPARE(fresh->query("SELECT FROM public.items")->count(), 2);
    }
};

QTEST_GUILESS_MAIN(TestAdmin)
#include "tst_admin.moc"
