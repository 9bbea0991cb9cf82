#include <QTest>

#include "service/admin/server.h"
#include "shared/admin/client.h"
#include "shared/admin/json.h"

#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace electric;
using namespace electric::admin;

namespace {

// A service that is ready, has one session and no database.
class FakeFacts final : public Facts
{
public:
    bool stopped = false;
    bool retired = false;
    QString level = QStringLiteral("info");
    QString state = QStringLiteral("ready");

    [[nodiscard]] Status status() const override
    {
        Status status;
        status.state = state;
        status.logLevel = level;
        return status;
    }
    [[nodiscard]] QList<StatusChange> history() const override { return {{1, QStringLiteral("connecting"), {}}}; }
    [[nodiscard]] QList<SettingInForce> settings() const override { return {}; }
    [[nodiscard]] QList<ProxyConnection> proxyConnections() const override { return {}; }
    [[nodiscard]] QList<Migration> migrations() const override { return {}; }
    void metrics(Then<QList<Metric>> then) override { then({{QStringLiteral("one"), 1, false, {}}}); }
    void sessions(Then<QList<Session>> then) override
    {
        Session one;
        one.id = 7;
        then({one});
    }
    void subscriptions(qint64 session, Then<std::optional<QList<Subscription>>> then) override
    {
        then(session == 7 ? std::optional(QList<Subscription> {}) : std::nullopt);
    }
    void disconnectSession(qint64 session, Then<bool> then) override { then(session == 7); }
    void forgetClient(const QString &) override { }
    void setLogLevel(const QString &wanted) override { level = wanted; }
    void stop() override { stopped = true; }
    void retry(const RejectedWrite &, Done done) override { done(QJsonObject {}); }
    [[nodiscard]] std::shared_ptr<void> tap(qint64, Then<Tapped> onFrames) override
    {
        onFrames({{}, 0, true});
        return {};
    }
    [[nodiscard]] tl::expected<CheckedShape, Error> checkShape(const ShapeQuestion &) const override { return CheckedShape {}; }
    void retire() override { retired = true; }
    [[nodiscard]] std::string slotName() const override { return "slot"; }
    void complete(Replication &) override { }
    [[nodiscard]] std::function<QList<Finding>()> checkOf(const std::optional<QHash<QString, QString>> &) const override
    {
        return [] { return QList<Finding> {{QStringLiteral("a"), QStringLiteral("ok"), QStringLiteral("fine"), {}}}; };
    }
};

} // namespace

class TestAdminMethods : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    FakeFacts m_facts;
    std::unique_ptr<Database> m_database;
    LogBuffer m_log;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Client> m_client;
    QString m_path;

    std::optional<Outcome> ask(const QString &method, const QJsonObject &params = {})
    {
        std::optional<Outcome> answer;
        m_client->call(method, params, [&answer](const Outcome &outcome) { answer = outcome; });
        (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000);
        return answer;
    }

private Q_SLOTS:
    void init()
    {
        m_facts.stopped = false;
        m_path = m_directory.filePath(QStringLiteral("run/test.sock"));
        pg::ConnectionOptions nowhere;
        nowhere.host = "127.0.0.1";
        nowhere.port = 1;
        m_database = std::make_unique<Database>(nowhere);
        m_server = std::make_unique<Server>(m_facts, *m_database, m_log);
        QVERIFY(m_server->listen({QStringLiteral("test"), m_path, 1, QStringLiteral("1.0"), 5133, {}, 0}));
        m_client = std::make_unique<Client>();
        QSignalSpy connected(m_client.get(), &Client::connected);
        m_client->connectTo(m_path);
        QVERIFY(connected.wait());
    }
    void cleanup()
    {
        m_client.reset();
        m_server.reset();
        m_database.reset();
    }

    void onlyTheOwnerMayConnect()
    {
        QCOMPARE(QFileInfo(m_path).permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
            QFile::Permissions());
        QCOMPARE(QFileInfo(m_path).dir().exists(), true);
        const auto directory = QFileInfo(QFileInfo(m_path).path()).permissions();
        QCOMPARE(directory & (QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther), QFile::Permissions());
    }

    void greetsAndAnswers()
    {
        QCOMPARE(m_client->hello().version, QStringLiteral("1.0"));
        QCOMPARE(fromJson<Status>(**ask(QStringLiteral("status"))).state, QStringLiteral("ready"));
        QCOMPARE(listFrom<Session>((**ask(QStringLiteral("sessions"))).value(QLatin1String("sessions"))).value(0).id, 7);
        QCOMPARE(listFrom<Finding>((**ask(QStringLiteral("check"))).value(QLatin1String("findings"))).size(), 1);
    }

    void refusesWithTheRightCode_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QJsonObject>("params");
        QTest::addColumn<int>("code");
        const QJsonObject none;
        QTest::newRow("no such method") << "nonsense" << none << int(Error::MethodNotFound);
        QTest::newRow("unknown parameter") << "status" << QJsonObject {{QStringLiteral("a"), 1}} << int(Error::InvalidParams);
        QTest::newRow("missing parameter") << "session.disconnect" << none << int(Error::InvalidParams);
        QTest::newRow("wrong type") << "session.disconnect" << QJsonObject {{QStringLiteral("session"), QStringLiteral("7")}}
                                    << int(Error::InvalidParams);
        QTest::newRow("no such session") << "session.disconnect" << QJsonObject {{QStringLiteral("session"), 8}} << int(Error::NotFound);
        QTest::newRow("subscriptions of none") << "session.subscriptions" << QJsonObject {{QStringLiteral("session"), 8}}
                                               << int(Error::NotFound);
        QTest::newRow("no such level") << "log.level" << QJsonObject {{QStringLiteral("level"), QStringLiteral("loud")}}
                                       << int(Error::InvalidParams);
        QTest::newRow("no such filter level") << "logs" << QJsonObject {{QStringLiteral("level"), QStringLiteral("loud")}}
                                              << int(Error::InvalidParams);
        QTest::newRow("no such stream") << "subscribe" << QJsonObject {{QStringLiteral("stream"), QStringLiteral("x")}}
                                        << int(Error::InvalidParams);
        QTest::newRow("no such subscription") << "unsubscribe" << QJsonObject {{QStringLiteral("subscription"), 99}}
                                              << int(Error::NotFound);
        QTest::newRow("shape of another schema")
            << "shape.preview"
            << QJsonObject {{QStringLiteral("table"), QStringLiteral("t")}, {QStringLiteral("schema"), QStringLiteral("other")}}
            << int(Error::InvalidParams);
        QTest::newRow("include that is no list")
            << "shape.preview" << QJsonObject {{QStringLiteral("table"), QStringLiteral("t")}, {QStringLiteral("include"), 1}}
            << int(Error::InvalidParams);
        QTest::newRow("removal of nothing named") << "uninstall" << none << int(Error::InvalidParams);
        QTest::newRow("removal without a database")
            << "uninstall" << QJsonObject {{QStringLiteral("database"), QStringLiteral("d")}} << int(Error::Unavailable);
        QTest::newRow("database away") << "tables" << none << int(Error::Unavailable);
    }
    void refusesWithTheRightCode()
    {
        QFETCH(QString, method);
        QFETCH(QJsonObject, params);
        const auto answer = ask(method, params);
        QVERIFY(answer && !*answer);
        QTEST(answer->error().code, "code");
        QVERIFY(!answer->error().message.isEmpty());
    }

    void nothingEndsWhenTheRemovalCannotBeTried()
    {
        QVERIFY(!*ask(QStringLiteral("uninstall"), {{QStringLiteral("database"), QStringLiteral("d")}}));
        QVERIFY(!m_facts.retired && !m_facts.stopped);
    }

    void changesTheLevelAndStops()
    {
        QVERIFY(*ask(QStringLiteral("log.level"), {{QStringLiteral("level"), QStringLiteral("debug")}}));
        QCOMPARE(m_facts.level, QStringLiteral("debug"));
        QVERIFY(*ask(QStringLiteral("stop")));
        QVERIFY(m_facts.stopped);
    }

    void streamsTheLogFromWhereItIs()
    {
        m_log.append(1, QStringLiteral("info"), QStringLiteral("electric.a"), QStringLiteral("before"));
        QStringList texts;
        const auto keep = [&texts](const QJsonObject &data, qint64) {
            for (const auto &one : listFrom<LogEntry>(data.value(QLatin1String("entries"))))
                texts << one.text;
        };
        const qint64 number
            = m_client->subscribe(QStringLiteral("logs"), {{QStringLiteral("category"), QStringLiteral("electric.a")}}, keep);
        QVERIFY(*ask(QStringLiteral("status"))); // the subscription is in force
        m_log.append(2, QStringLiteral("info"), QStringLiteral("electric.b"), QStringLiteral("other"));
        m_log.append(3, QStringLiteral("info"), QStringLiteral("electric.a"), QStringLiteral("after"));
        QTRY_COMPARE(texts, QStringList {QStringLiteral("after")});
        m_client->unsubscribe(number);
    }

    void tellsTheStatusWhenItChanges()
    {
        QStringList states;
        m_client->subscribe(
            QStringLiteral("status"), {}, [&states](const QJsonObject &data, qint64) { states << fromJson<Status>(data).state; });
        QTRY_COMPARE(states, QStringList {QStringLiteral("ready")});
        m_facts.state = QStringLiteral("degraded");
        Q_EMIT m_facts.statusChanged();
        QTRY_COMPARE(states.value(1), QStringLiteral("degraded"));
        m_facts.state = QStringLiteral("ready");
    }

    void aTapOfNoSessionEndsAtOnce()
    {
        bool ended = false;
        m_client->subscribe(QStringLiteral("tap"), {{QStringLiteral("session"), 1}},
            [&ended](const QJsonObject &data, qint64) { ended = data.value(QLatin1String("ended")).toBool(); });
        QTRY_VERIFY(ended);
    }

    void aReaderThatDoesNotReadLosesEvents()
    {
        QLocalSocket lazy;
        lazy.setReadBufferSize(1024);
        lazy.connectToServer(m_path);
        QVERIFY(lazy.waitForConnected());
        lazy.write(encodeLine(requestOf(1, QStringLiteral("hello"), {{QStringLiteral("protocol"), protocolVersion}})));
        lazy.write(encodeLine(requestOf(2, QStringLiteral("subscribe"), {{QStringLiteral("stream"), QStringLiteral("status")}})));
        QTRY_VERIFY(lazy.bytesAvailable() > 0);
        m_facts.state = QString(64 * 1024, QLatin1Char('x'));
        for (int change = 0; change < 400; ++change)
            Q_EMIT m_facts.statusChanged(); // 25 MB, far beyond what is held for a peer
        m_facts.state = QStringLiteral("ready");
        QByteArray all;
        lazy.setReadBufferSize(0);
        QTRY_VERIFY_WITH_TIMEOUT((all += lazy.readAll(), all.endsWith('\n') && all.contains("\"state\":\"ready\"")), 20'000);
        QVERIFY2(all.size() < 10 << 20, qPrintable(QString::number(all.size()))); // and yet the last state came
    }

    void speaksOnlyToItsOwnVersion()
    {
        QLocalSocket stranger;
        stranger.connectToServer(m_path);
        QVERIFY(stranger.waitForConnected());
        stranger.write(encodeLine(requestOf(1, QStringLiteral("status"), {})));
        stranger.write(encodeLine(requestOf(2, QStringLiteral("hello"), {{QStringLiteral("protocol"), 99}})));
        QTRY_COMPARE(stranger.state(), QLocalSocket::UnconnectedState);
        const QList<QByteArray> lines = stranger.readAll().split('\n');
        QCOMPARE(outcomeOf(*decodeLine(lines[0])).error().code, int(Error::InvalidRequest));
        QCOMPARE(outcomeOf(*decodeLine(lines[1])).error().code, int(Error::WrongVersion));
    }

    void aRequestWithoutEndIsCutOff()
    {
        QLocalSocket endless;
        endless.connectToServer(m_path);
        QVERIFY(endless.waitForConnected());
        endless.write(QByteArray(longestRequest + 4096, 'x'));
        QTRY_COMPARE(endless.state(), QLocalSocket::UnconnectedState);
    }

    void garbageIsAnsweredNotFatal()
    {
        QLocalSocket odd;
        odd.connectToServer(m_path);
        QVERIFY(odd.waitForConnected());
        odd.write("nonsense\n[]\n{\"id\":{}}\n{\"id\":1,\"method\":\"status\",\"params\":[1]}\n");
        QTRY_COMPARE(odd.bytesAvailable() > 0 ? odd.peek(1 << 20).count('\n') : 0, 4);
    }

    void aSecondServiceDoesNotTakeTheSocket()
    {
        Server other(m_facts, *m_database, m_log);
        const auto listening = other.listen({QStringLiteral("test"), m_path, 1, {}, 1, {}, 0});
        QVERIFY(!listening);
        QVERIFY(*ask(QStringLiteral("status")));
    }

    void theClientSaysWhyItCannotConnect()
    {
        Client client;
        QList<Error> errors;
        connect(&client, &Client::disconnected, this, [&errors](const Error &why) { errors << why; });
        client.connectTo(m_directory.filePath(QStringLiteral("nobody.sock")));
        QTRY_COMPARE(errors.size(), 1);
        QCOMPARE(errors[0].code, int(Error::Unreachable));
        std::optional<Outcome> answer;
        client.call(QStringLiteral("status"), {}, [&answer](const Outcome &outcome) { answer = outcome; });
        QTRY_VERIFY(answer && !*answer);
    }

    void callsInTheWorksAreAnsweredWhenTheServiceGoes()
    {
        std::optional<Outcome> answer;
        QSignalSpy gone(m_client.get(), &Client::disconnected);
        m_server.reset();
        m_client->call(QStringLiteral("status"), {}, [&answer](const Outcome &outcome) { answer = outcome; });
        QTRY_VERIFY(answer && !*answer);
        QTRY_COMPARE(gone.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestAdminMethods)
#include "tst_adminmethods.moc"
