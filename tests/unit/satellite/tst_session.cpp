#include "service/satellite/session.h"

#include "service/wire/protobuf.h"

#include <QTest>

using namespace electric;
using namespace electric::satellite;
using electric::wire::FieldWriter;

namespace {

constexpr auto subscriptionId = "11111111-1111-4111-8111-111111111111";
const char *const c1
    = "150a0c61757468656e74696361746510011a2d0a2463306666656530302d303030302d343030302d383030302d3030303030303030303030311205682e702e73";
const char *const c6 = "150a1073746172745265706c69636174696f6e10061a370a0832353030303032331200222431313131313131312d313131312d343131312d383"
                       "131312d3131313131313131313131313201053800";
const char *const c7 = "160a1073746172745265706c69636174696f6e1a00";
const char *const startFresh = "150a1073746172745265706c69636174696f6e10021a0412003800";
const std::string clientId = "c0ffee00-0000-4000-8000-000000000001";

std::string bytes(const char *hex)
{
    return QByteArray::fromHex(hex).toStdString();
}

// A log of a few transactions; positions below the first are "left the window".
class FakeLog : public LogCursor
{
public:
    std::vector<wire::LoggedTransactionPtr> log;
    Lsn first {25'000'000};
    Lsn upTo {25'000'023};
    schema::CataloguePtr tables;
    std::size_t next = 0;

    bool holds(Lsn position) const override { return position >= first && position <= upTo; }
    Lsn readUpTo() const override { return upTo; }
    schema::CataloguePtr catalogue() const override { return tables; }
    std::vector<wire::LoggedTransactionPtr> migrations() const override { return {}; }
    void seek(Lsn after) override
    {
        next = 0;
        while (next < log.size() && log[next]->lsn <= after)
            ++next;
    }
    wire::LoggedTransactionPtr peek() override { return next < log.size() ? log[next] : nullptr; }
    void advance() override { ++next; }

    void append(std::uint64_t xid, std::uint64_t lsn, const std::string &origin = "postgres_1")
    {
        auto transaction = std::make_shared<wire::LoggedTransaction>();
        transaction->xid = xid;
        transaction->lsn = {lsn};
        transaction->origin = origin;
        transaction->timestampMs = 1700000000123;
        transaction->catalogue = tables;
        transaction->operationsWire = "<row " + std::to_string(xid) + ">";
        transaction->operations.push_back(
            {changes::RowChange::Kind::Insert, false, tables->table(16400).get(), 0, std::uint32_t(transaction->operationsWire.size())});
        log.push_back(transaction);
        upTo = {lsn};
    }
};

class FakeWrites : public WriteDecoder
{
public:
    Result<void> relation(std::string_view, const schema::Catalogue &) override { return {}; }
    wire::ClientWriteDecoder::Decoded opLog(std::string_view body, const schema::Catalogue &) override
    {
        if (body.empty())
            return {{}, Failure {Failure::Kind::Malformed, "nothing in it", {}, {}}, {}};
        return {{{.clientId = {}, .userId = {}, .lsn = "1", .timestampMs = 7, .operations = {}}}, {}, {}};
    }
};

struct World {
    bool tellsProgress = false;
    FakeLog log;
    FakeWrites writes;
    Session session;

    explicit World(Version version = {0, 12})
        : session(*featuresOf(version),
            SessionSeams {"srv",
                [](const std::string &token) -> Result<Identity> {
                    if (token != "h.p.s")
                        return fail(Failure::Kind::NotAllowed, "bad token");
                    return Identity {"user", {}};
                },
                log, writes})
    {
        schema::Catalogue catalogue;
        schema::Table items;
        items.name.name = "items";
        items.oid = 16400;
        items.columns
            = {{"id", {.name = "uuid", .array = {}, .size = {}}, false}, {"content", {.name = "text", .array = {}, .size = {}}, true}};
        items.primaryKey = {"id"};
        catalogue.put(items);
        log.tables = std::make_shared<schema::Catalogue>(catalogue);
    }
    // What goes out, readable: frames as hex or, for those with rows, by their marks; other actions by name.
    QByteArrayList on(const Event &event)
    {
        QByteArrayList said;
        for (const Action &one : session.on(event)) {
            if (const auto *send = std::get_if<action::Send>(&one))
                said += short_(send->frame);
            else if (const auto *close = std::get_if<action::Close>(&one))
                said += "close " + QByteArray::number(close->code);
            else if (const auto *start = std::get_if<action::StartSnapshot>(&one))
                said += (start->request.keysOnly ? "keys " : "snapshot ") + QByteArray::number(qulonglong(start->key));
            else if (std::holds_alternative<action::SubmitWrite>(one))
                said += "write";
            else if (const auto *save = std::get_if<action::SaveCheckpoint>(&one); save && tellsProgress)
                said += "saved " + QByteArray::number(qulonglong(save->position.value)) + ' '
                    + QByteArray::number(qulonglong(save->caughtUp.value));
        }
        return said;
    }
    static QByteArray short_(const std::string &frame)
    {
        const auto mark = frame.find("<row");
        if (mark != std::string::npos)
            return QByteArray::fromStdString(frame.substr(mark, frame.find('>', mark) - mark + 1));
        return QByteArray::fromStdString(frame).toHex();
    }
    QByteArrayList frame(const char *hex) { return on(event::Frame {bytes(hex)}); }
    void live(ClientState state = {})
    {
        frame(c1);
        on(event::StateLoaded {std::move(state)});
        frame(c7);
    }
    QByteArrayList subscribe(const char *id = subscriptionId)
    {
        const std::string select = FieldWriter().bytes(1, "items").take();
        const std::string definition = FieldWriter().bytes(1, select).take();
        const std::string shape = FieldWriter().bytes(1, "r").bytes(2, definition).take();
        const std::string inner = FieldWriter().bytes(1, id).bytes(2, shape).take();
        return on(event::Frame {'\x15' + FieldWriter().bytes(1, "subscribe").number(2, 3).bytes(3, inner).take()});
    }
    QByteArrayList snapshot(shapes::SnapshotEvent what, std::uint64_t key = 1) { return on(event::Snapshot {key, std::move(what)}); }
    QByteArrayList ack(std::uint64_t xid)
    {
        return on(event::Frame {'\x17' + FieldWriter().number(1, 1).number(3, xid).bytes(5, "").take()});
    }
    ClientState subscribed() const
    {
        return {"", "user", Lsn {25'000'000}, {}, {{subscriptionId, "", {schema::TableName {"public", "items"}}}}};
    }
    QByteArray phase() const
    {
        static const char *const names[] = {"Unauthenticated", "Loading", "Live", "Closed"};
        return names[session.phase().index()];
    }
};

const QByteArray relation = "0a0a067075626c69631a056974656d73209080012a0c0a02696412047575696418012a110a07636f6e74656e741204746578742001";

} // namespace

class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingButAuthenticateIsTakenBefore_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QByteArrayList>("answer");
        QTest::newRow("start") << QByteArray(c6) << QByteArrayList {"160a1073746172745265706c69636174696f6e100622020801", "close 1007"};
        QTest::newRow("stop") << QByteArray("150a0f73746f705265706c69636174696f6e1005")
                              << QByteArrayList {"160a0f73746f705265706c69636174696f6e100522020801", "close 1007"};
        QTest::newRow("unsubscribe") << QByteArray("150a0b756e737562736372696265100"
                                                   "4")
                                     << QByteArrayList {"160a0b756e737562736372696265100422020801", "close 1007"};
        QTest::newRow("unknown method") << QByteArray("150a0178") << QByteArrayList {"160a017822020801", "close 1007"};
        for (const char *type : {"09", "0a", "16", "17"})
            QTest::newRow(type) << QByteArray(type) << QByteArrayList {"000801", "close 1007"};
        QTest::newRow("error") << QByteArray("00") << QByteArrayList {"close 1000"};
        QTest::newRow("unknown type") << QByteArray("01") << QByteArrayList {"00", "close 1007"};
        QTest::newRow("broken protobuf") << QByteArray("150aff") << QByteArrayList {"00", "close 1007"};
        QTest::newRow("nothing") << QByteArray() << QByteArrayList {"00", "close 1007"};
        QTest::newRow("no token") << QByteArray("150a0c61757468656e74696361746510011a030a0163")
                                  << QByteArrayList {"160a0c61757468656e746963617465100122020804", "close 1007"};
        QTest::newRow("bad token") << QByteArray("150a0c61757468656e74696361746510011a060a0163120162")
                                   << QByteArrayList {"160a0c61757468656e746963617465100122020801", "close 1007"};
    }
    void nothingButAuthenticateIsTakenBefore()
    {
        QFETCH(const QByteArray, frame);
        World world;
        QTEST(world.frame(frame.constData()), "answer");
        QCOMPARE(world.phase(), QByteArray("Closed"));
    }

    void aGoodTokenIsAnsweredWhenTheClientIsKnown()
    {
        World world;
        QCOMPARE(world.frame(c1), QByteArrayList());
        QCOMPARE(world.phase(), QByteArray("Loading"));
        const QByteArrayList expected {
            "160a0c61757468656e74696361746510011a050a03737276", "150a1073746172745265706c69636174696f6e1a060a0400000005"};
        QCOMPARE(world.on(event::StateLoaded {ClientState {bytes("00000005"), "user", {}, {}, {}}}), expected);
        QCOMPARE(world.phase(), QByteArray("Live"));
        QCOMPARE(world.frame(c1), QByteArrayList {expected.front()}); // renewal
    }

    void aClientIdBelongsToOneUser()
    {
        World world;
        world.frame(c1);
        QCOMPARE(world.on(event::StateLoaded {ClientState {{}, "somebody else", {}, {}, {}}}),
            (QByteArrayList {"160a0c61757468656e746963617465100122020801", "close 1007"}));
    }

    void endsAreSaidByTheirCode_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArrayList>("answer");
        QTest::newRow("expired") << 0 << QByteArrayList {"close 4000"};
        QTest::newRow("silent") << 1 << QByteArrayList {"close 1011"};
        QTest::newRow("superseded") << 2 << QByteArrayList {"close 1000"};
        QTest::newRow("authentication in time") << 3 << QByteArrayList {};
    }
    void endsAreSaidByTheirCode()
    {
        QFETCH(const int, which);
        const Event events[] = {event::Expired {}, event::Silent {}, event::Superseded {}, event::AuthTimeout {}};
        World world;
        world.live();
        QTEST(world.on(events[which]), "answer");
    }

    void aFreshStartIsAnsweredWithTheWindow()
    {
        World world;
        world.live();
        QCOMPARE(world.frame(startFresh), QByteArrayList {"160a1073746172745265706c69636174696f6e10021a02101e"});
    }

    void resumeIsRefusedByTheFirstFailingCheck_data()
    {
        QTest::addColumn<qulonglong>("first");
        QTest::addColumn<bool>("known");
        QTest::addColumn<qulonglong>("checkpoint");
        QTest::addColumn<QByteArray>("code"); // of the replication error; none: accepted
        QTest::newRow("accepted") << 25'000'000ULL << true << 25'000'000ULL << QByteArray();
        QTest::newRow("behind the window") << 25'000'024ULL << true << 25'000'000ULL << QByteArray("0801");
        QTest::newRow("unknown subscription") << 25'000'000ULL << false << 25'000'000ULL << QByteArray("0803");
        QTest::newRow("no checkpoint was written before a kill") << 25'000'000ULL << true << 0ULL << QByteArray();
        QTest::newRow("before the checkpoint") << 25'000'000ULL << true << 25'000'030ULL << QByteArray("0802");
    }
    void resumeIsRefusedByTheFirstFailingCheck()
    {
        QFETCH(const qulonglong, first);
        QFETCH(const bool, known);
        QFETCH(const qulonglong, checkpoint);
        QFETCH(const QByteArray, code);
        World world;
        world.log.first = {first};
        ClientState state = world.subscribed();
        state.checkpoint = checkpoint != 0 ? std::optional(Lsn {checkpoint}) : std::nullopt;
        if (!known)
            state.subscriptions.clear();
        world.live(state);
        const QByteArrayList said = world.frame(c6);
        if (code.isEmpty())
            QCOMPARE(said, QByteArrayList {"160a1073746172745265706c69636174696f6e10061a02101e"});
        else
            QVERIFY2(said.size() == 2 && said[0].contains(code) && said[1] == "close 1007", said.join(' ').constData());
    }

    void aClientThatWasSentNothingResumesWhereItHasEverything_data()
    {
        QTest::addColumn<qulonglong>("checkpoint");
        QTest::newRow("since it acknowledged this position") << 25'000'023ULL;
        QTest::newRow("since it had this position with the data of a subscription") << 25'000'010ULL;
    }
    void aClientThatWasSentNothingResumesWhereItHasEverything()
    {
        QFETCH(const qulonglong, checkpoint);
        World world;
        ClientState state = world.subscribed();
        state.checkpoint = Lsn {checkpoint};
        state.caughtUp = Lsn {25'000'050};
        world.log.first = {25'000'040}; // 25'000'023, from where the client resumes, has left the window
        world.log.append(800, 25'000'045);
        world.log.append(801, 25'000'060);
        world.live(state);
        const QByteArrayList said = world.frame(c6);
        QCOMPARE(said, (QByteArrayList {"160a1073746172745265706c69636174696f6e10061a02101e", relation, "<row 801>"}));
    }

    void whatAClientHasWithoutBeingSentAnythingIsRemembered()
    {
        World world;
        world.tellsProgress = true;
        world.live(world.subscribed());
        world.frame(c6);
        world.log.upTo = {25'000'023 + (1 << 20) - 1};
        QCOMPARE(world.on(event::LogAdvanced {}), QByteArrayList());
        world.log.upTo.value += 1;
        QCOMPARE(world.on(event::LogAdvanced {}), QByteArrayList {"saved 25000023 26048599"});
        world.log.append(800, 27'000'000);
        world.log.upTo = {30'000'000};
        QCOMPARE(world.on(event::LogAdvanced {}), (QByteArrayList {relation, "<row 800>"})); // not while it is unacknowledged
    }

    void aClientOfZeroNineIsNotHeldToAWindow()
    {
        World world({0, 9});
        world.live(world.subscribed());
        QCOMPARE(world.frame(c6), QByteArrayList {"160a1073746172745265706c69636174696f6e10061a00"});
        for (unsigned i = 0; i < 100; ++i)
            world.log.append(800 + i, 25'000'100 + i);
        QCOMPARE(world.on(event::LogAdvanced {}).size(), 101); // and the relation
    }

    void theStreamStopsAtTheWindowAndGoesOnWithAnAcknowledgement()
    {
        World world;
        world.live(world.subscribed());
        world.frame(c6);
        for (unsigned i = 0; i < 40; ++i)
            world.log.append(800 + i, 25'000'100 + i);
        const QByteArrayList said = world.on(event::LogAdvanced {});
        QCOMPARE(said.size(), 31);
        QCOMPARE(said.front(), relation);
        QCOMPARE(said.back(), QByteArray("<row 829>"));
        QCOMPARE(world.ack(804).size(), 5);
        QCOMPARE(world.ack(804).size(), 0); // again is no error
        QCOMPARE(world.ack(999).last(), QByteArray("close 1007"));
    }

    void nothingIsReadForACongestedSocket()
    {
        World world;
        world.live(world.subscribed());
        world.frame(c6);
        world.on(event::Flow {true});
        world.log.append(800, 25'000'100);
        QCOMPARE(world.on(event::LogAdvanced {}), QByteArrayList());
        QCOMPARE(world.on(event::Flow {false}), (QByteArrayList {relation, "<row 800>"}));
    }

    void ownTransactionsComeBackEvenEmpty()
    {
        World world;
        world.live();
        world.frame(startFresh);
        world.log.append(740, 25'000'100);
        world.log.append(741, 25000100 + 1, clientId);
        const QByteArrayList said = world.on(event::LogAdvanced {});
        QCOMPARE(said.size(), 1);
        QVERIFY(said.front().contains(QByteArray::fromStdString(clientId).toHex()));
    }

    void initialDataGoesBeforeTheFirstTransactionThatItDoesNotShow()
    {
        World world;
        world.live();
        world.frame(startFresh);
        QCOMPARE(world.subscribe().last(), QByteArray("snapshot 1"));
        world.on(event::SubscriptionStored {subscriptionId});
        world.on(event::Pong {1});
        world.log.append(800, 25'000'100); // shown
        world.log.append(801, 25'000'200); // in progress when the snapshot was made
        world.snapshot(shapes::SnapshotBegan {{801, 803, {801}}, Lsn {25'000'300}});
        world.log.append(802, 25'000'250); // shown, though it comes later
        world.log.append(803, 25'000'400);
        QCOMPARE(world.snapshot(shapes::SnapshotRows {{}, "<row initial>", 1}), QByteArrayList {"<row initial>"});
        const QByteArrayList said = world.snapshot(shapes::SnapshotEnded {});
        QCOMPARE(said, (QByteArrayList {"12", "10", "<row 801>", "<row 803>"}));
    }

    void initialDataWaitsUntilTheClientHasReadTheAnswer()
    {
        World world;
        world.live();
        world.frame(startFresh);
        world.subscribe();
        world.on(event::SubscriptionStored {subscriptionId});
        world.snapshot(shapes::SnapshotBegan {{900, 900, {}}, Lsn {25'000'000}});
        QCOMPARE(world.snapshot(shapes::SnapshotEnded {}), QByteArrayList());
        QCOMPARE(world.on(event::Pong {9}), QByteArrayList());
        QCOMPARE(world.on(event::Pong {1}).last(), QByteArray("10"));
    }

    void nothingPassesInitialDataThatWaits()
    {
        World world;
        world.live();
        world.frame(startFresh);
        world.subscribe();
        world.log.append(801, 25'000'200); // before the snapshot is known, it may be behind it
        QCOMPARE(world.on(event::LogAdvanced {}), QByteArrayList());
        world.snapshot(shapes::SnapshotBegan {{801, 801, {}}, Lsn {25'000'150}});
        world.snapshot(shapes::SnapshotRows {{}, "<row initial>", 1});
        world.snapshot(shapes::SnapshotEnded {});
        QCOMPARE(world.on(event::LogAdvanced {}), QByteArrayList()); // the client does not know its subscription yet
        world.on(event::SubscriptionStored {subscriptionId});
        const QByteArrayList said = world.on(event::Pong {1});
        QVERIFY(said.indexOf("<row initial>") >= 0);
        QCOMPARE(said.last(), QByteArray("<row 801>"));
    }

    void subscriptionsAreReadOneAfterTheOther()
    {
        World world;
        world.live();
        world.frame(startFresh);
        QCOMPARE(world.subscribe().last(), QByteArray("snapshot 1"));
        const QByteArrayList second = world.subscribe("22222222-2222-4222-8222-222222222222");
        QVERIFY(!second.contains("snapshot 2"));
        world.on(event::SubscriptionStored {subscriptionId});
        world.on(event::Pong {1});
        world.snapshot(shapes::SnapshotBegan {{801, 801, {}}, Lsn {25'000'000}});
        // Its table is there already: nothing is left to be read for the second.
        QVERIFY(!world.snapshot(shapes::SnapshotEnded {}).contains("snapshot 2"));
        world.on(event::SubscriptionStored {"22222222-2222-4222-8222-222222222222"});
        QCOMPARE(world.on(event::Pong {2}).last(), QByteArray("10"));
    }

    void initialDataWaitsForTheLogToReachItsSnapshot()
    {
        World world;
        world.live();
        world.frame(startFresh);
        world.subscribe();
        world.on(event::SubscriptionStored {subscriptionId});
        world.on(event::Pong {1});
        world.snapshot(shapes::SnapshotBegan {{900, 900, {}}, Lsn {25'000'300}});
        QCOMPARE(world.snapshot(shapes::SnapshotEnded {}), QByteArrayList());
        world.log.upTo = {25'000'300};
        const QByteArrayList said = world.on(event::LogAdvanced {});
        QCOMPARE(said.mid(0, 1), QByteArrayList {relation});
        QCOMPARE(said.mid(2), (QByteArrayList {"110a0172", "09", "12", "10"}));
    }

    void aRefusedWriteComesBackEmpty()
    {
        World world;
        world.live();
        world.frame(startFresh);
        QCOMPARE(world.frame("0901"), QByteArrayList {"write"});
        const auto said = world.on(event::WriteDone {7, {writes::WriteSink::Outcome::Kind::Rejected, {}}});
        QCOMPARE(said.size(), 1);
        QVERIFY(said.front().contains(QByteArray::fromStdString(clientId).toHex()));
    }

    void aRefusedWriteTakesItsRowsAway()
    {
        World world;
        world.live();
        world.frame(startFresh);
        QCOMPARE(world.frame("0901"), QByteArrayList {"write"});
        auto table = std::make_shared<schema::Table>();
        table->name.name = "refused_table";
        table->oid = 77;
        table->columns = {{"id", {"text", {}, {}}, false}};
        table->primaryKey = {"id"};
        changes::Tuple row;
        row.append({changes::Value::Kind::Text, "refused-key"});
        const writes::Operation gone {writes::Operation::Kind::Delete, table, {}, row, {}};
        const auto said = world.on(event::WriteDone {7, {writes::WriteSink::Outcome::Kind::Rejected, {}, {gone}}});
        QCOMPARE(said.size(), 2); // the relation first
        QVERIFY(said.front().contains(QByteArray("refused_table").toHex()));
        QVERIFY(said.back().contains(QByteArray("refused-key").toHex()));
    }

    void invalidWritesEndTheSession()
    {
        World world;
        world.live();
        QCOMPARE(world.frame("09").last(), QByteArray("close 1007"));
    }
};

QTEST_APPLESS_MAIN(TestSession)
#include "tst_session.moc"
