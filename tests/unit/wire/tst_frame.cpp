#include "service/wire/frame.h"
#include "tests/unit/wire/tables.h"

#include <QTest>

using namespace electric;
using namespace electric::wire;
using namespace electric::wire::test;
namespace protocol = Electric::Satellite;

namespace {

protocol::SatErrorResp error(protocol::SatErrorResp::ErrorCode code)
{
    protocol::SatErrorResp made;
    made.set_error_type(code);
    return made;
}

template <typename Message> Message with(auto... set)
{
    Message made;
    (set(made), ...);
    return made;
}

using protocol::SatInStartReplicationResp;
Frame startRefused(SatInStartReplicationResp::ReplicationError::Code code, const std::string &message)
{
    SatInStartReplicationResp answer;
    answer.mutable_err()->set_code(code);
    answer.mutable_err()->set_message(message);
    return rpcResult("startReplication", 2, answer);
}

Frame items16400()
{
    protocol::SatRelation relation;
    relation.set_schema_name("public");
    relation.set_table_name("items");
    relation.set_relation_id(16400);
    auto *id = relation.add_columns();
    id->set_name("id");
    id->set_type("uuid");
    id->set_primarykey(true);
    auto *content = relation.add_columns();
    content->set_name("content");
    content->set_type("text");
    content->set_is_nullable(true);
    return relation;
}

Frame subscribeRefused()
{
    using protocol::SatSubsResp;
    SatSubsResp answer;
    answer.set_subscription_id("s");
    answer.mutable_err()->set_message("m");
    auto *one = answer.mutable_err()->add_shape_request_error();
    one->set_code(SatSubsResp::SatSubsError::ShapeReqError::TABLE_NOT_FOUND);
    one->set_message("Unknown table x");
    one->set_request_id("r");
    return rpcResult("subscribe", 3, answer);
}

} // namespace

Q_DECLARE_METATYPE(Frame)

class FrameTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodesWhatTheOriginalSent_data();
    void encodesWhatTheOriginalSent();
    void readsEveryFrameOfRealClients_data();
    void readsEveryFrameOfRealClients();
    void readsCallsOfRealClients();
    void refusesWhatIsNoFrame_data();
    void refusesWhatIsNoFrame();
    void refusesCallsThatItCannotRead();
    void survivesDeepIncludes();
};

// spec/satellite.md §10.2
void FrameTest::encodesWhatTheOriginalSent_data()
{
    using namespace protocol;
    QTest::addColumn<Frame>("frame");
    QTest::addColumn<QByteArray>("hex");
    const auto row = [](const char *name, const Frame &frame, const char *hex) { QTest::newRow(name) << frame << QByteArray(hex); };
    row("S1", rpcResult("authenticate", 1, with<SatAuthResp>([](auto &m) { m.set_id("srv"); })),
        "160a0c61757468656e74696361746510011a050a03737276");
    row("S2", rpcError("authenticate", 1, error(SatErrorResp::AUTH_REQUIRED)), "160a0c61757468656e746963617465100122020801");
    row("S3", rpcError("authenticate", 1, error(SatErrorResp::INTERNAL)), "160a0c61757468656e74696361746510012200");
    row("S4", rpcRequest("startReplication", 0, SatInStartReplicationReq()), "150a1073746172745265706c69636174696f6e");
    row("S5", rpcRequest("startReplication", 0, with<SatInStartReplicationReq>([](auto &m) { m.set_lsn(fromHex("00000005")); })),
        "150a1073746172745265706c69636174696f6e1a060a0400000005");
    row("S6", rpcResult("startReplication", 2, with<SatInStartReplicationResp>([](auto &m) { m.set_unacked_window_size(30); })),
        "160a1073746172745265706c69636174696f6e10021a02101e");
    row("S7", startRefused(SatInStartReplicationResp::ReplicationError::BEHIND_WINDOW, "behind"),
        "160a1073746172745265706c69636174696f6e10021a0c0a0a08011206626568696e64");
    row("S8", startRefused(SatInStartReplicationResp::ReplicationError::UNKNOWN_SCHEMA_VSN, "Unknown schema version: \"9\""),
        "160a1073746172745265706c69636174696f6e10021a210a1f0805121b556e6b6e6f776e20736368656d612076657273696f6e3a20223922");
    row("S9", rpcResult("stopReplication", 5, SatInStopReplicationResp()), "160a0f73746f705265706c69636174696f6e10051a00");
    row("S10", items16400(), "0a0a067075626c69631a056974656d73209080012a0c0a02696412047575696418012a110a07636f6e74656e741204746578742001");
    row("S19", rpcResult("subscribe", 3, with<SatSubsResp>([](auto &m) { m.set_subscription_id("s"); })),
        "160a0973756273637269626510031a030a0173");
    row("S20", subscribeRefused(), "160a0973756273637269626510031a200a0173121b1a016d22160801120f556e6b6e6f776e207461626c6520781a0172");
    row("S21 begin", with<SatSubsDataBegin>([](auto &m) {
        m.set_subscription_id("s");
        m.set_lsn("25000000");
    }),
        "0f0a017312083235303030303030");
    row("S21 shape begin", with<SatShapeDataBegin>([](auto &m) { m.set_request_id("r"); }), "110a0172");
    row("S21 rows", SatOpLog(), "09");
    row("S21 shape end", SatShapeDataEnd(), "12");
    row("S21 end", SatSubsDataEnd(), "10");
    row("S22", rpcResult("unsubscribe", 4, SatUnsubsResp()), "160a0b756e73756273637269626510041a00");
    row("S23 begin", with<SatUnsubsDataBegin>([](auto &m) {
        m.add_subscription_ids("s");
        m.set_lsn("25000000");
    }),
        "180a017312083235303030303030");
    row("S23 end", SatUnsubsDataEnd(), "19");
    row("S24", with<SatSubsDataError>([](auto &m) {
        m.set_message("Could not retrieve initial data for subscription");
        m.set_subscription_id("s");
    }),
        "0e1230436f756c64206e6f7420726574726965766520696e697469616c206461746120666f7220737562736372697074696f6e1a0173");
    row("S25 request", error(SatErrorResp::INVALID_REQUEST), "000804");
    row("S25 internal", error(SatErrorResp::INTERNAL), "00");
    row("S25 write", with<SatErrorResp>([](auto &m) {
        m.set_error_type(SatErrorResp::INVALID_REQUEST);
        m.set_lsn(fromHex("00000007"));
        m.set_message("x");
    }),
        "0008041204000000071a0178");
}

void FrameTest::encodesWhatTheOriginalSent()
{
    QFETCH(Frame, frame);
    QFETCH(QByteArray, hex);
    const std::string encoded = encodeFrame(frame);
    QCOMPARE(QByteArray::fromStdString(encoded).toHex(), hex);
    const auto again = decodeFrame(encoded, Receiver::Client, 1000);
    QVERIFY(again);
    QCOMPARE(again->index(), frame.index());
    QCOMPARE(encodeFrame(*again), encoded);
}

// spec/satellite.md §10.1
void FrameTest::readsEveryFrameOfRealClients_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<QString>("content"); // without the defaults that clients write out
    const auto row = [](const char *name, const char *hex, const char *content) {
        QTest::newRow(name) << QByteArray(hex) << QString::fromLatin1(content);
    };
    row("C7", "160a1073746172745265706c69636174696f6e1a00", "method: \"startReplication\" message: \"\"");
    row("C11", "150a0f73746f705265706c69636174696f6e1005", "method: \"stopReplication\" request_id: 5");
    row("C12", "0a0a067075626c69631a056974656d7320032a0a0a0269641204544558542a110a07636f6e74656e741204544558542001",
        "schema_name: \"public\" table_name: \"items\" relation_id: 3 columns { name: \"id\" type: \"TEXT\" } "
        "columns { name: \"content\" type: \"TEXT\" is_nullable: true }");
    row("C14", "1708f4d395ffbc311208323530303030303018e4052201732a0102320167",
        "ack_timestamp: 1700000000500 lsn: \"25000000\" transaction_id: 740 subscription_ids: \"s\" additional_data_source_ids: 2 "
        "gone_subscription_ids: \"g\"");
    row("C15", "1708a2dbbfa9a0341208323530303030323118d1052a00", "ack_timestamp: 1795383356834 lsn: \"25000021\" transaction_id: 721");
    row("a client's error", "000804", "error_type: INVALID_REQUEST");
}

void FrameTest::readsEveryFrameOfRealClients()
{
    QFETCH(QByteArray, hex);
    QFETCH(QString, content);
    const auto frame = decodeFrame(fromHex(hex.toStdString()), Receiver::Service, 1000);
    QVERIFY(frame);
    const std::string text = std::visit([](const auto &message) { return message.ShortDebugString(); }, *frame);
    QCOMPARE(QString::fromStdString(text).trimmed(), content);
}

void FrameTest::readsCallsOfRealClients()
{
    const auto call = [](const char *hex) {
        return decodeCall(std::get<protocol::SatRpcRequest>(*decodeFrame(fromHex(hex), Receiver::Service, 1000))).value();
    };
    const auto c1
        = std::get<protocol::SatAuthReq>(call("150a0c61757468656e74696361746510011a2d0a2463306666656530302d303030302d343030302d383030302d"
                                              "3030303030303030303030311205682e702e73"));
    QCOMPARE(c1.id(), "c0ffee00-0000-4000-8000-000000000001");
    QCOMPARE(c1.token(), "h.p.s");
    const auto c2
        = std::get<protocol::SatInStartReplicationReq>(call("150a1073746172745265706c69636174696f6e10021a0c12002a083230323430313031"));
    QCOMPARE(c2.schema_version(), "20240101");
    QVERIFY(!c2.has_sql_dialect());
    const auto c3
        = std::get<protocol::SatInStartReplicationReq>(call("150a1073746172745265706c69636174696f6e10021a0e12002a0832303234303130313200"));
    QCOMPARE(c3.observed_transaction_data_size(), 0);
    const auto c4 = std::get<protocol::SatInStartReplicationReq>(
        call("150a1073746172745265706c69636174696f6e10021a1012002a08323032343031303132003800"));
    QVERIFY(c4.has_sql_dialect());
    QCOMPARE(c4.sql_dialect(), protocol::SQLITE);
    const auto c6 = std::get<protocol::SatInStartReplicationReq>(
        call("150a1073746172745265706c69636174696f6e10061a370a08323530303030323312002224313131"
             "31313131312d313131312d343131312d383131312d3131313131313131313131313201053800"));
    QCOMPARE(c6.lsn(), "25000023");
    QCOMPARE(c6.subscription_ids(0), "11111111-1111-4111-8111-111111111111");
    QCOMPARE(c6.observed_transaction_data(0), 5U);
    const auto c8 = std::get<protocol::SatSubsReq>(
        call("150a0973756273637269626510031a620a2431313131313131312d313131312d343131312d383131312d3131313131"
             "31313131313131123a0a2432323232323232322d323232322d343232322d383232322d32323232323232323232323212120a070a056974656d730a070a056"
             "f74686572"));
    QCOMPARE(c8.shape_requests(0).shape_definition().selects_size(), 2);
    QCOMPARE(c8.shape_requests(0).shape_definition().selects(1).tablename(), "other");
    const auto c9 = std::get<protocol::SatSubsReq>(
        call("150a0973756273637269626510031a81010a2431313131313131312d313131312d343131312d383131312d31313131"
             "313131313131313112590a2432323232323232322d323232322d343232322d383232322d32323232323232323232323212310a2f0a056974656d731212746"
             "869732e636f6e7465"
             "6e74203d202778271a120a076974656d5f696412070a056f74686572"));
    const auto &select = c9.shape_requests(0).shape_definition().selects(0);
    QCOMPARE(select.where(), "this.content = 'x'");
    QCOMPARE(select.include(0).foreign_key(0), "item_id");
    QCOMPARE(select.include(0).select().tablename(), "other");
    const auto c10
        = std::get<protocol::SatUnsubsReq>(call("150a0b756e73756273637269626510041a260a2431313131313131312d313131312d343131312d383131312d31"
                                                "3131313131313131313131"));
    QCOMPARE(c10.subscription_ids_size(), 1);
    QVERIFY(std::holds_alternative<protocol::SatInStopReplicationReq>(call("150a0f73746f705265706c69636174696f6e1005")));
}

void FrameTest::refusesWhatIsNoFrame_data()
{
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<bool>("forService");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const char *hex, bool forService, Failure::Kind kind) {
        QTest::newRow(name) << QByteArray(hex) << forService << int(kind);
    };
    row("nothing", "", true, Failure::Kind::Malformed);
    row("a type that nobody knows", "0b", true, Failure::Kind::Malformed);
    row("a type above 127", "ff", true, Failure::Kind::Malformed);
    row("data for a client", "10", true, Failure::Kind::Malformed);
    row("an ack for a client", "17", false, Failure::Kind::Malformed);
    row("a message cut short", "150a0c6175", true, Failure::Kind::Malformed);
    row("text that is not UTF-8", "150a01ff", true, Failure::Kind::Malformed);
    row("more than agreed", "150a0c61757468656e7469636174651001", true, Failure::Kind::Limit);
}

void FrameTest::refusesWhatIsNoFrame()
{
    QFETCH(QByteArray, hex);
    QFETCH(bool, forService);
    QFETCH(int, kind);
    const auto frame = decodeFrame(fromHex(hex.toStdString()), forService ? Receiver::Service : Receiver::Client, 16);
    QVERIFY(!frame);
    QCOMPARE(int(frame.error().kind), kind);
}

void FrameTest::refusesCallsThatItCannotRead()
{
    protocol::SatRpcRequest request;
    request.set_method("drop");
    QCOMPARE(decodeCall(request).error().kind, Failure::Kind::NotFound);
    request.set_method("subscribe");
    request.set_message("\x0a\x05no");
    QCOMPARE(decodeCall(request).error().kind, Failure::Kind::Malformed);
}

void FrameTest::survivesDeepIncludes()
{
    protocol::SatSubsReq request;
    auto *select = request.add_shape_requests()->mutable_shape_definition()->add_selects();
    for (int level = 0; level < 5000; ++level)
        select = select->add_include()->mutable_select();
    QCOMPARE(decodeCall(rpcRequest("subscribe", 1, request)).error().kind, Failure::Kind::Malformed);
}

QTEST_APPLESS_MAIN(FrameTest)
#include "tst_frame.moc"
