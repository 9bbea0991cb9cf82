#include "service/wire/clientwrites.h"
#include "tests/unit/wire/tables.h"

#include <QTest>
#include <satellite.pb.h>

using namespace electric;
using namespace electric::wire;
using namespace electric::wire::test;
namespace protocol = Electric::Satellite;
using Kind = writes::Operation::Kind;

namespace {

constexpr auto c12 = "0a067075626c69631a056974656d7320032a0a0a0269641204544558542a110a07636f6e74656e741204544558542001";
constexpr auto c13 = "0a0f0a0d08fbd095ffbc311a04000000070a0e220c080312080a014012016112000a4d1a4b080312090a01001201611201781a080a01401201611"
                     "200223263306666656530302d30"
                     "3030302d343030302d383030302d30303030303030303030303140313730303030303030303132330a283a26080312080a0140120162120022187"
                     "06f7374677265735f314031373030"
                     "3030303030303030300a432a41080312090a01001201611201781a3263306666656530302d303030302d343030302d383030302d3030303030303"
                     "03030303031403137303030303030"
                     "30303132330a021200";

// Puts together what a client sends.
class Log
{
public:
    Log &begin(const std::string &lsn)
    {
        m_log.add_ops()->mutable_begin()->set_lsn(lsn);
        return *this;
    }
    Log &insert(std::initializer_list<Cell> cells, std::uint32_t relation = 3)
    {
        auto *insert = m_log.add_ops()->mutable_insert();
        insert->set_relation_id(relation);
        fill(*insert->mutable_row_data(), cells);
        return *this;
    }
    Log &update(std::initializer_list<Cell> row, std::initializer_list<Cell> oldRow)
    {
        auto *update = m_log.add_ops()->mutable_update();
        update->set_relation_id(3);
        fill(*update->mutable_row_data(), row);
        if (oldRow.size() > 0)
            fill(*update->mutable_old_row_data(), oldRow);
        return *this;
    }
    Log &remove(std::initializer_list<Cell> oldRow)
    {
        auto *remove = m_log.add_ops()->mutable_delete_();
        remove->set_relation_id(3);
        fill(*remove->mutable_old_row_data(), oldRow);
        return *this;
    }
    Log &commit()
    {
        m_log.add_ops()->mutable_commit();
        return *this;
    }
    protocol::SatTransOp &operation() { return *m_log.add_ops(); }
    [[nodiscard]] std::string body() const { return m_log.SerializeAsString(); }

private:
    static void fill(protocol::SatOpRow &row, std::initializer_list<Cell> cells)
    {
        std::string mask((cells.size() + 7) / 8, '\0');
        std::size_t at = 0;
        for (const Cell &cell : cells) {
            if (!cell)
                mask[at / 8] = char(mask[at / 8] | 0x80 >> at % 8);
            row.add_values(std::string(cell.value_or(std::string_view())));
            ++at;
        }
        row.set_nulls_bitmask(mask);
    }

    protocol::SatOpLog m_log;
};

struct Fixture {
    schema::Catalogue catalogue;
    ClientWriteDecoder decoder;

    explicit Fixture(ClientWriteDecoder::Limits limits = {}) : decoder(limits)
    {
        catalogue.put(items(16400));
        if (!decoder.relation(fromHex(c12), catalogue))
            qFatal("the relation is refused");
    }
    ClientWriteDecoder::Decoded take(const Log &log) { return decoder.opLog(log.body(), catalogue); }
};

protocol::SatRelation relation(std::initializer_list<const char *> columns, const char *table = "items")
{
    protocol::SatRelation made;
    made.set_schema_name("public");
    made.set_table_name(table);
    for (const char *name : columns)
        made.add_columns()->set_name(name);
    return made;
}

} // namespace

Q_DECLARE_METATYPE(Log)

class ClientWritesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsATransactionOfTheRealClient();
    void joinsATransactionOverFrames();
    void keepsSeveralTransactionsApart();
    void dropsEmptyTransactions();
    void refuses_data();
    void refuses();
    void keepsWhatWasCompleteBeforeABadOperation();
    void tellsTheClientWhatItMayNotChange();
    void leavesColumnsAloneThatTheClientLacks();
    void laysValuesOutInTheTablesOrder();
    void takesUpdatesWithoutOldRowsForCompensations();
    void refusesRelationsThatDoNotFit_data();
    void refusesRelationsThatDoNotFit();
    void boundsATransaction();
    void boundsATransactionsBytesOverFrames();
    void startsAfreshAfterAFailure();
};

// C12 and C13 of spec/satellite.md §10.1
void ClientWritesTest::readsATransactionOfTheRealClient()
{
    Fixture fixture;
    const auto decoded = fixture.decoder.opLog(fromHex(c13), fixture.catalogue);
    QVERIFY(!decoded.failure);
    QCOMPARE(decoded.transactions.size(), 1U);
    const auto &transaction = decoded.transactions[0];
    QCOMPARE(transaction.lsn, fromHex("00000007"));
    QCOMPARE(transaction.timestampMs, 1700000000123);
    const std::string own = "c0ffee00-0000-4000-8000-000000000001@1700000000123";
    const auto &operations = transaction.operations;
    QCOMPARE(operations.size(), 4U);
    QCOMPARE(operations[0].kind, Kind::Insert);
    QCOMPARE(show(operations[0].row), "a|NULL");
    QVERIFY(operations[0].observedTags.empty());
    QCOMPARE(operations[1].kind, Kind::Update);
    QCOMPARE(show(operations[1].row), "a|x");
    QCOMPARE(show(operations[1].oldRow), "a|NULL");
    QCOMPARE(operations[1].observedTags, std::vector<std::string> {own});
    QCOMPARE(operations[2].kind, Kind::Compensation);
    QCOMPARE(show(operations[2].row), "b|NULL");
    QCOMPARE(operations[2].observedTags, std::vector<std::string> {"postgres_1@1700000000000"});
    QCOMPARE(operations[3].kind, Kind::Delete);
    QCOMPARE(show(operations[3].oldRow), "a|x");
    QVERIFY(operations[3].row.isEmpty());
    QCOMPARE(operations[3].table->name.name, "items");
}

void ClientWritesTest::joinsATransactionOverFrames()
{
    Fixture fixture;
    QVERIFY(fixture.take(Log().begin("1").insert({"a", {}})).transactions.empty());
    QVERIFY(fixture.take(Log().insert({"b", {}})).transactions.empty());
    const auto decoded = fixture.take(Log().insert({"c", {}}).commit());
    QVERIFY(!decoded.failure);
    QCOMPARE(decoded.transactions.size(), 1U);
    QCOMPARE(decoded.transactions[0].operations.size(), 3U);
    QCOMPARE(show(decoded.transactions[0].operations[2].row), "c|NULL");
}

void ClientWritesTest::keepsSeveralTransactionsApart()
{
    Fixture fixture;
    const auto decoded = fixture.take(Log().begin("1").insert({"a", {}}).commit().begin("2").insert({"b", {}}).commit());
    QCOMPARE(decoded.transactions.size(), 2U);
    QCOMPARE(decoded.transactions[0].lsn, "1");
    QCOMPARE(decoded.transactions[1].lsn, "2");
    QCOMPARE(decoded.transactions[1].operations.size(), 1U);
}

void ClientWritesTest::dropsEmptyTransactions()
{
    Fixture fixture;
    const auto decoded = fixture.take(Log().begin("1").commit().begin("2").insert({"a", {}}).commit());
    QVERIFY(!decoded.failure);
    QCOMPARE(decoded.transactions.size(), 1U);
    QCOMPARE(decoded.transactions[0].lsn, "2");
}

void ClientWritesTest::refuses_data()
{
    QTest::addColumn<Log>("log");
    QTest::addColumn<QString>("lsn"); // of the transaction that failed
    const auto row = [](const char *name, const Log &log, const char *lsn) { QTest::newRow(name) << log << QString::fromLatin1(lsn); };
    row("a row outside a transaction", Log().insert({"a", {}}), "");
    row("a commit outside a transaction", Log().commit(), "");
    row("a transaction within another", Log().begin("1").begin("2"), "1");
    row("an empty LSN", Log().begin(""), "");
    row("an endless LSN", Log().begin(std::string(65, '1')), "");
    row("an unknown relation", Log().begin("1").insert({"a", {}}, 4), "1");
    row("too few values", Log().begin("1").insert({"a"}), "1");
    row("too many values", Log().begin("1").insert({"a", {}, {}}), "1");
    row("no values", Log().begin("1").insert({}), "1");
    row("NULL in the key", Log().begin("1").insert({{}, "x"}), "1");
    row("an update from a NULL key", Log().begin("1").update({"a", {}}, {{}, {}}), "1");
    row("a delete of a NULL key", Log().begin("1").remove({{}, {}}), "1");
    row("a NUL byte", Log().begin("1").insert({"a", std::string_view("\0", 1)}), "1");
    const auto with = [&row](const char *name, auto change) {
        Log log;
        log.begin("1");
        change(log.operation());
        row(name, log, "1");
    };
    with("an operation of no kind", [](auto &) {});
    with("gone", [](auto &operation) { operation.mutable_gone()->set_relation_id(3); });
    with("a migration", [](auto &operation) { operation.mutable_migrate(); });
    with("additional data", [](auto &operation) { operation.mutable_additional_begin(); });
    with("the end of additional data", [](auto &operation) { operation.mutable_additional_commit(); });
    with("an insert without a row", [](auto &operation) { operation.mutable_insert()->set_relation_id(3); });
    with("an update without a row", [](auto &operation) { operation.mutable_update()->set_relation_id(3); });
    with("a delete without a row", [](auto &operation) { operation.mutable_delete_()->set_relation_id(3); });
    with("a compensation without a key", [](auto &operation) { operation.mutable_compensation()->set_relation_id(3); });
    with("a value for NULL", [](auto &operation) {
        auto *insert = operation.mutable_insert();
        insert->set_relation_id(3);
        insert->mutable_row_data()->set_nulls_bitmask("\x40");
        insert->mutable_row_data()->add_values("a");
        insert->mutable_row_data()->add_values("x");
    });
    with("no null mask", [](auto &operation) {
        auto *insert = operation.mutable_insert();
        insert->set_relation_id(3);
        insert->mutable_row_data()->add_values("a");
        insert->mutable_row_data()->add_values("x");
    });
}

void ClientWritesTest::refuses()
{
    QFETCH(Log, log);
    QFETCH(QString, lsn);
    Fixture fixture;
    const auto decoded = fixture.take(log);
    QVERIFY(decoded.failure);
    QCOMPARE(decoded.failure->kind, Failure::Kind::Malformed);
    QCOMPARE(decoded.failedLsn, lsn.toStdString());
    QVERIFY(decoded.transactions.empty());
}

void ClientWritesTest::keepsWhatWasCompleteBeforeABadOperation()
{
    Fixture fixture;
    const auto decoded = fixture.take(
        Log().begin("1").insert({"a", {}}).commit().begin("2").insert({{}, {}}).commit().begin("3").insert({"c", {}}).commit());
    QVERIFY(decoded.failure);
    QCOMPARE(decoded.failedLsn, "2");
    QCOMPARE(decoded.transactions.size(), 1U);
    QCOMPARE(decoded.transactions[0].lsn, "1");
}

void ClientWritesTest::tellsTheClientWhatItMayNotChange()
{
    Fixture fixture;
    const auto decoded = fixture.take(
        Log().begin("1").insert({"z", {}}).commit().begin(fromHex("0000000a")).update({"key-b", {}}, {"key-a", {}}).commit());
    QCOMPARE(decoded.transactions.size(), 1U);
    QVERIFY(decoded.failure);
    QCOMPARE(decoded.failure->kind, Failure::Kind::Conflict);
    QCOMPARE(decoded.failedLsn, fromHex("0000000a"));
    const std::string &text = decoded.failure->detail;
    QVERIFY(text.starts_with("Applying transaction [LSN 0000000a] failed write validation tests for the following reason:"));
    for (const char *part : {"public.items", "(id)", "(ImmutablePrimaryKey)"})
        QVERIFY2(text.find(part) != std::string::npos, part);
    QCOMPARE(text.find("key-"), std::string::npos); // no data
}

void ClientWritesTest::leavesColumnsAloneThatTheClientLacks()
{
    Fixture fixture;
    QVERIFY(fixture.decoder.relation(relation({"id"}).SerializeAsString(), fixture.catalogue));
    const auto decoded = fixture.take(Log().begin("1").insert({"a"}, 0).commit());
    QVERIFY(!decoded.failure);
    QCOMPARE(show(decoded.transactions[0].operations[0].row), "a|?");
}

void ClientWritesTest::laysValuesOutInTheTablesOrder()
{
    Fixture fixture;
    QVERIFY(fixture.decoder.relation(relation({"content", "id"}).SerializeAsString(), fixture.catalogue));
    const auto decoded = fixture.take(Log().begin("1").insert({"text", "key"}, 0).commit());
    QCOMPARE(show(decoded.transactions.at(0).operations[0].row), "key|text");
}

void ClientWritesTest::takesUpdatesWithoutOldRowsForCompensations()
{
    Fixture fixture;
    const auto decoded = fixture.take(Log().begin("1").update({"a", "x"}, {}).commit());
    QVERIFY(!decoded.failure);
    const auto &operation = decoded.transactions.at(0).operations[0];
    QCOMPARE(operation.kind, Kind::Compensation);
    QCOMPARE(show(operation.row), "a|NULL");
    QVERIFY(operation.oldRow.isEmpty());
}

void ClientWritesTest::refusesRelationsThatDoNotFit_data()
{
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const std::string &body) { QTest::newRow(name) << QByteArray::fromStdString(body); };
    row("an unknown table", relation({"id"}, "others").SerializeAsString());
    row("an unknown column", relation({"id", "colour"}).SerializeAsString());
    row("a column twice", relation({"id", "content", "id"}).SerializeAsString());
    row("no key", relation({"content"}).SerializeAsString());
    row("nothing", {});
    row("no protobuf", "\x0a\x05x");
    row("an endless name", relation({"id"}, std::string(1'000'000, 'x').c_str()).SerializeAsString());
}

void ClientWritesTest::refusesRelationsThatDoNotFit()
{
    QFETCH(QByteArray, body);
    Fixture fixture;
    const auto resolved = fixture.decoder.relation(body.toStdString(), fixture.catalogue);
    QVERIFY(!resolved);
    QCOMPARE(resolved.error().kind, Failure::Kind::Malformed);
    QVERIFY(resolved.error().detail.size() < 300);
}

void ClientWritesTest::boundsATransaction()
{
    Fixture fixture({.operations = 2, .bytes = 1000});
    QVERIFY(!fixture.take(Log().begin("1").insert({"a", {}}).insert({"b", {}}).commit()).failure);
    const auto decoded = fixture.take(Log().begin("2").insert({"a", {}}).insert({"b", {}}).insert({"c", {}}).commit());
    QVERIFY(decoded.failure);
    QCOMPARE(decoded.failure->kind, Failure::Kind::Limit);
    QVERIFY(decoded.transactions.empty());
}

void ClientWritesTest::boundsATransactionsBytesOverFrames()
{
    Fixture fixture({.operations = 100, .bytes = 1000});
    const std::string text(400, 'x');
    QVERIFY(!fixture.take(Log().begin("1").insert({"a", text})).failure);
    QVERIFY(!fixture.take(Log().insert({"b", text})).failure);
    QCOMPARE(fixture.take(Log().insert({"c", text})).failure.value().kind, Failure::Kind::Limit);
}

void ClientWritesTest::startsAfreshAfterAFailure()
{
    Fixture fixture;
    QVERIFY(fixture.take(Log().begin("1").insert({{}, {}})).failure);
    QVERIFY(!fixture.take(Log().begin("2").insert({"a", {}}).commit()).failure);
    QVERIFY(!fixture.take(Log().begin("3").insert({"a", {}})).failure);
    fixture.decoder.forgetOpen();
    QCOMPARE(fixture.take(Log().begin("3").insert({"a", {}}).commit()).transactions.size(), 1U);
}

QTEST_APPLESS_MAIN(ClientWritesTest)
#include "tst_clientwrites.moc"
