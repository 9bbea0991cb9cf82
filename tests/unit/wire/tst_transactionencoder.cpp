#include <QTest> // first: moc 6.4 stumbles over <concepts> otherwise

#include "service/wire/transactionencoder.h"
#include "tests/unit/wire/tables.h"

#include <satellite.pb.h>

using namespace electric;
using namespace electric::wire;
using namespace electric::wire::test;
namespace protocol = Electric::Satellite;
using Kind = changes::RowChange::Kind;

namespace {

changes::RowChange change(
    Kind kind, std::uint32_t table, changes::Tuple newRow, changes::Tuple oldRow = {}, std::vector<std::string> tags = {})
{
    changes::RowChange made;
    made.kind = kind;
    made.tableOid = table;
    made.newRow = std::move(newRow);
    made.oldRow = std::move(oldRow);
    made.tags = std::move(tags);
    return made;
}

schema::CataloguePtr catalogue(std::initializer_list<schema::Table> tables)
{
    auto made = std::make_shared<schema::Catalogue>();
    for (const schema::Table &table : tables)
        made->put(table);
    return made;
}

protocol::SatOpLog read(std::string_view operations)
{
    protocol::SatOpLog log;
    if (!log.ParseFromArray(operations.data(), int(operations.size())))
        qFatal("the operations do not parse");
    return log;
}

std::string_view wireOf(const LoggedTransaction &logged, std::size_t operation)
{
    const LoggedOperation &one = logged.operations.at(operation);
    return std::string_view(logged.operationsWire).substr(one.begin, one.end - one.begin);
}

schema::Table tableT()
{
    schema::Table table;
    table.name.name = "t";
    table.oid = 9;
    table.columns = {{"id", {"text", {}, {}}, false}};
    table.primaryKey = {"id"};
    return table;
}

} // namespace

class TransactionEncoderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splicesEachOperationSeparately();
    void leavesOutTablesThatAreNotElectrified();
    void sendsReferencedRowsAsInserts();
    void sendsAnotherKeyAsAnotherRow();
    void keepsTruncationsWithoutBytes();
    void leavesOutDeletesOfUnknownRows();
    void takesRowsFromBeforeAndAfterAMigration();
    void describesANewTableAsTheOriginal();
    void describesAnEnumAsTheOriginal();
    void announcesTablesWithTheirPresentIdentity();
    void describesTypesAndForeignKeys();
    void hidesCompoundKeysFromClients();
    void encodesAMigrationWithoutRows();
};

void TransactionEncoderTest::splicesEachOperationSeparately()
{
    changes::Transaction transaction;
    transaction.xid = 743;
    transaction.lsn = Lsn {25000300};
    transaction.timestampMs = 1700000000123;
    transaction.origin = "postgres_1";
    transaction.changes.push_back(change(Kind::Update, 7, tuple({"a", "2"}), tuple({"a", {}}), {"postgres_1@1700000000123"}));
    transaction.changes.push_back(change(Kind::Delete, 7, {}, tuple({"b", "1"})));
    const auto logged = encodeTransaction(transaction, catalogue({items(7)}), nullptr);
    QCOMPARE(logged->xid, 743U);
    QCOMPARE(logged->lsn, Lsn {25000300});
    QCOMPARE(logged->origin, "postgres_1");
    QVERIFY(!logged->isMigration);
    QCOMPARE(logged->operations.size(), 2U);
    QCOMPARE(wireOf(*logged, 0),
        fromHex("0a331a31080712090a01001201611201321a080a014012016112002218706f7374677265735f314031373030303030303030313233"));
    QCOMPARE(wireOf(*logged, 1), fromHex("0a0f2a0d080712090a0100120162120131"));
    QCOMPARE(logged->operations[1].kind, Kind::Delete);
    QCOMPARE(logged->operations[1].table->name.name, "items");
}

void TransactionEncoderTest::leavesOutTablesThatAreNotElectrified()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Insert, 8, tuple({"x"})));
    transaction.changes.push_back(change(Kind::Insert, 7, tuple({"a", {}})));
    transaction.changes.push_back(change(Kind::Insert, 0, tuple({"x"})));
    const auto logged = encodeTransaction(transaction, catalogue({items(7)}), nullptr);
    QCOMPARE(logged->operations.size(), 1U);
    QCOMPARE(read(logged->operationsWire).ops_size(), 1);
}

void TransactionEncoderTest::sendsReferencedRowsAsInserts()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Update, 7, tuple({"a", {}}), tuple({"a", {}}), {"t"}));
    transaction.changes[0].isReferenced = true;
    const auto logged = encodeTransaction(transaction, catalogue({items(7)}), nullptr);
    QVERIFY(read(logged->operationsWire).ops(0).has_insert());
    QVERIFY(logged->operations[0].isReferenced);
}

void TransactionEncoderTest::sendsAnotherKeyAsAnotherRow()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Update, 9, tuple({"new"}), tuple({"old"}), {"o@1"}));
    const auto logged = encodeTransaction(transaction, catalogue({tableT()}), nullptr);
    QCOMPARE(logged->operations.size(), std::size_t(2));
    QCOMPARE(read(wireOf(*logged, 0)).ops(0).delete_().old_row_data().values(0), std::string("old"));
    QCOMPARE(read(wireOf(*logged, 1)).ops(0).insert().row_data().values(0), std::string("new"));
    QCOMPARE(logged->operations[0].kind, Kind::Delete);
    QCOMPARE(logged->operations[1].kind, Kind::Insert);
}

void TransactionEncoderTest::keepsTruncationsWithoutBytes()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Truncate, 7, {}));
    const auto logged = encodeTransaction(transaction, catalogue({items(7)}), nullptr);
    QCOMPARE(logged->operations.size(), 1U);
    QCOMPARE(logged->operations[0].kind, Kind::Truncate);
    QVERIFY(wireOf(*logged, 0).empty());
}

void TransactionEncoderTest::leavesOutDeletesOfUnknownRows()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Delete, 7, {}));
    QVERIFY(encodeTransaction(transaction, catalogue({items(7)}), nullptr)->operations.empty());
}

void TransactionEncoderTest::takesRowsFromBeforeAndAfterAMigration()
{
    changes::Transaction transaction;
    transaction.changes.push_back(change(Kind::Update, 7, tuple({"a", "b", "c"}), tuple({"a"})));
    const auto log = read(encodeTransaction(transaction, catalogue({items(7)}), nullptr)->operationsWire);
    QCOMPARE(log.ops(0).update().row_data().values_size(), 2);
    QCOMPARE(log.ops(0).update().old_row_data().values_size(), 2);
    QCOMPARE(log.ops(0).update().old_row_data().nulls_bitmask(), "\x40");
}

// The operation of S17. The original's encoder writes empty lists, which mean the same as none (spec/satellite.md §2.8).
void TransactionEncoderTest::describesANewTableAsTheOriginal()
{
    const std::string golden = fromHex(
        "0a7f327d0a013112571255435245415445205441424c452022742220280a2020226964222054455854204e4f54204e554c4c2c0a2020434f4e53545241494e"
        "542022745f706b657922205052494d415259204b4559202822696422290a293b0a1a1f0a017412160a0269641204544558541a0a0a047465787412001a00220269"
        "640a"
        "0d120b0880d095ffbc311a023234")
                                   .substr(0, 129);
    schema::Migration migration;
    migration.version = "1";
    const std::string sql = "CREATE TABLE \"t\" (\n  \"id\" TEXT NOT NULL,\n  CONSTRAINT \"t_pkey\" PRIMARY KEY (\"id\")\n);\n";
    migration.steps.push_back({{{schema::MigrationStep::CreateTable, sql}}, {}, std::make_shared<schema::Table>(tableT()), {}});
    migration.catalogueAfter = catalogue({tableT()});
    const auto logged = encodeTransaction({}, migration.catalogueAfter, &migration);
    QVERIFY(logged->isMigration);
    QCOMPARE(logged->migrationVersion, "1");
    QCOMPARE(read(logged->migrationWire[std::size_t(Dialect::Sqlite)]).DebugString(), read(golden).DebugString());
}

// S18
void TransactionEncoderTest::describesAnEnumAsTheOriginal()
{
    schema::Migration migration;
    migration.version = "2";
    migration.steps.push_back({{}, {{schema::MigrationStep::CreateEnumType, "CREATE TYPE colour AS ENUM ('red', 'green')"}}, nullptr,
        schema::Enum {{"public", "colour"}, {"red", "green"}}});
    const auto logged = encodeTransaction({}, catalogue({}), &migration);
    QCOMPARE(logged->migrationWire[std::size_t(Dialect::Postgres)],
        fromHex("0a4c324a0a0132122f0802122b435245415445205459504520636f6c6f757220415320454e554d202827726564272c2027677265656e272922140a0663"
                "6f6c6f757212037265641205"
                "677265656e"));
    const auto sqlite = read(logged->migrationWire[std::size_t(Dialect::Sqlite)]);
    QCOMPARE(sqlite.ops(0).migrate().stmts_size(), 0);
    QCOMPARE(sqlite.ops(0).migrate().enum_type().values_size(), 2);
    QVERIFY(logged->migratedTables.empty());
}

void TransactionEncoderTest::announcesTablesWithTheirPresentIdentity()
{
    auto unknown = tableT();
    unknown.oid = 0; // as the DDL text tells it
    schema::Migration migration;
    migration.version = "1";
    migration.steps.push_back({{}, {}, std::make_shared<schema::Table>(unknown), {}});
    migration.steps.push_back({{}, {}, nullptr, {}});
    migration.catalogueAfter = catalogue({tableT()});
    const auto logged = encodeTransaction({}, migration.catalogueAfter, &migration);
    QCOMPARE(logged->migratedTables.size(), 1U);
    QCOMPARE(logged->migratedTables[0]->oid, 9U);
    QCOMPARE(read(logged->migrationWire[0]).ops_size(), 2);
}

void TransactionEncoderTest::describesTypesAndForeignKeys()
{
    auto table = tableT();
    table.columns.push_back({"names", {"varchar", {-1}, {255}}, true});
    table.columns.push_back({"parent", {"int8", {}, {}}, true});
    table.foreignKeys.push_back({"t_parent_fkey", {"parent"}, {"public", "parents"}, {"id"}});
    schema::Migration migration;
    migration.version = "1";
    migration.steps.push_back({{}, {}, std::make_shared<schema::Table>(table), {}});
    const auto described = read(encodeTransaction({}, catalogue({table}), &migration)->migrationWire[0]).ops(0).migrate().table();
    QCOMPARE(described.columns(1).sqlite_type(), "TEXT_JSON");
    QCOMPARE(described.columns(1).pg_type().name(), "varchar");
    QCOMPARE(described.columns(1).pg_type().array(0), -1);
    QCOMPARE(described.columns(1).pg_type().size(0), 255);
    QCOMPARE(described.columns(2).sqlite_type(), "INTEGER");
    QCOMPARE(described.fks(0).fk_cols(0), "parent");
    QCOMPARE(described.fks(0).pk_table(), "parents");
    QCOMPARE(described.fks(0).pk_cols(0), "id");
    QCOMPARE(described.pks(0), "id");
}

void TransactionEncoderTest::hidesCompoundKeysFromClients()
{
    auto table = tableT();
    table.foreignKeys.push_back({"f", {"a", "b"}, {"public", "parents"}, {"a", "b"}});
    schema::Migration migration;
    migration.version = "1";
    migration.steps.push_back({{}, {}, std::make_shared<schema::Table>(table), {}});
    QCOMPARE(read(encodeTransaction({}, catalogue({table}), &migration)->migrationWire[0]).ops(0).migrate().table().fks_size(), 0);
}

void TransactionEncoderTest::encodesAMigrationWithoutRows()
{
    schema::Migration migration;
    migration.version = "20240101";
    migration.txid = 700;
    migration.timestampMs = 5;
    migration.steps.push_back({{}, {}, std::make_shared<schema::Table>(tableT()), {}});
    migration.catalogueAfter = catalogue({tableT()});
    const auto logged = encodeMigration(migration);
    QCOMPARE(logged->xid, 700U);
    QCOMPARE(logged->timestampMs, 5);
    QCOMPARE(logged->origin, "postgres_1");
    QVERIFY(logged->isMigration);
    QVERIFY(logged->operationsWire.empty());
    QCOMPARE(logged->catalogue, migration.catalogueAfter);
}

QTEST_APPLESS_MAIN(TransactionEncoderTest)
#include "tst_transactionencoder.moc"
