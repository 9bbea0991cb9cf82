#include "service/wire/rowencoder.h"
#include "tests/unit/wire/tables.h"

#include <QTest>
#include <satellite.pb.h>

using namespace Qt::StringLiterals;
using namespace electric;
using namespace electric::wire;
using namespace electric::wire::test;
namespace protocol = Electric::Satellite;

namespace {

using Tags = std::vector<std::string>;

QByteArray hexOf(const std::string &bytes)
{
    return QByteArray::fromStdString(bytes).toHex();
}

// What a client reads when it gets `ops` fields.
protocol::SatOpLog read(const std::string &operations)
{
    protocol::SatOpLog log;
    if (!log.ParseFromString(operations))
        qFatal("the operations do not parse");
    return log;
}

schema::Table oneColumn(const schema::ColumnType &type)
{
    schema::Table table;
    table.name.name = "t";
    table.oid = 7;
    table.columns = {{"c", type, true}};
    return table;
}

} // namespace

class RowEncoderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodesOperationsAsTheOriginal();
    void encodesARowOfTenColumnsAsTheOriginal();
    void writesValuesInTheClientsForm_data();
    void writesValuesInTheClientsForm();
    void marksNullsFromTheMostSignificantBit();
    void sendsTheKeyAloneOfRowsThatAreGone();
    void takesRowsOfAnotherWidth();
    void leavesOutAnOldRowThatIsNotThere();
    void agreesWithProtobufOnLongValues_data();
    void agreesWithProtobufOnLongValues();
};

// The operations of S11, S12, S15 and S16 (spec/satellite.md §10.2).
void RowEncoderTest::encodesOperationsAsTheOriginal()
{
    const Tags tag {"postgres_1@1700000000123"};
    std::string s11;
    RowEncoder(items(16400, "uuid")).appendInsert(s11, tuple({"00000000-0000-0000-0000-000000000001", {}}), tag);
    QCOMPARE(hexOf(s11),
        "0a4d224b08908001122b0a0140122430303030303030302d303030302d303030302d303030302d30303030303030303030303112001a18706f7374677265735f"
        "314031373030303030303030313233"_ba);
    RowEncoder encoder(items(7));
    std::string s12;
    encoder.appendUpdate(s12, tuple({"a", "2"}), tuple({"a", {}}), tag);
    encoder.appendDelete(s12, tuple({"b", "1"}));
    QCOMPARE(hexOf(s12),
        "0a331a31080712090a01001201611201321a080a014012016112002218706f7374677265735f3140313730303030303030303132330a0f2a0d080712090a0100120162120131"_ba);
    std::string s15;
    RowEncoder(oneColumn({"text", {}, {}})).appendInsert(s15, tuple({"k"}), Tags {"postgres_1@0"});
    QCOMPARE(hexOf(s15), "0a1a2218080712060a010012016b1a0c706f7374677265735f314030"_ba);
}

// spec/satellite.md §10.3
void RowEncoderTest::encodesARowOfTenColumnsAsTheOriginal()
{
    schema::Table table;
    table.oid = 1;
    for (const char *type : {"bool", "int4", "int8", "float8", "text", "text", "bytea", "jsonb", "timestamptz", "text"})
        table.columns.push_back({type, {type, {}, {}}, true});
    std::string bytes;
    RowEncoder(table).appendInsert(
        bytes, tuple({"t", "-5", "9007199254740993", "1.5", "", {}, "\\x00ff", R"({"a":1})", "2023-08-14 14:01:28.848+00", {}}), {});
    QCOMPARE(hexOf(read(bytes).ops(0).insert().row_data().SerializeAsString()),
        "0a02044012017412022d351210393030373139393235343734303939331203312e3512001200120200ff12077b2261223a317d1218323032332d30382d31342031343a30313a32382e3834385a1200"_ba);
}

void RowEncoderTest::writesValuesInTheClientsForm_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("isArray");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const char *type, const char *text, const QByteArray &bytes, bool isArray = false) {
        QTest::newRow(name) << QString::fromLatin1(type) << isArray << QString::fromLatin1(text) << bytes;
    };
    row("bytea", "bytea", "\\x0001ff", QByteArray::fromHex("0001ff"));
    row("empty bytea", "bytea", "\\x", "");
    row("bytea in another form", "bytea", "abc", "abc");
    row("text that looks like bytea", "text", "\\x0001ff", "\\x0001ff");
    row("array of bytea", "bytea", "{\"\\\\x00\"}", "{\"\\\\x00\"}", true);
    row("timestamptz", "timestamptz", "2023-08-14 10:01:28+00", "2023-08-14 10:01:28Z");
    row("timestamptz with a fraction", "timestamptz", "2023-08-14 14:01:28.848242+00", "2023-08-14 14:01:28.848242Z");
    row("timestamptz for ever", "timestamptz", "infinity", "infinity");
    row("timestamptz before Christ", "timestamptz", "0044-03-15 00:00:00+00 BC", "0044-03-15 00:00:00+00 BC");
    row("empty timestamptz", "timestamptz", "", "");
    row("text that ends like a zone", "text", "x+00", "x+00");
}

void RowEncoderTest::writesValuesInTheClientsForm()
{
    QFETCH(QString, type);
    QFETCH(bool, isArray);
    QFETCH(QString, text);
    QFETCH(QByteArray, bytes);
    schema::ColumnType column {type.toStdString(), {}, {}};
    if (isArray)
        column.array = {-1};
    std::string out;
    const std::string value = text.toStdString();
    RowEncoder(oneColumn(column)).appendInsert(out, tuple({value}), {});
    QCOMPARE(QByteArray::fromStdString(read(out).ops(0).insert().row_data().values(0)), bytes);
}

void RowEncoderTest::marksNullsFromTheMostSignificantBit()
{
    schema::Table table;
    table.oid = 1;
    changes::Tuple row;
    for (int column = 0; column < 11; ++column) {
        table.columns.push_back({std::to_string(column), {"text", {}, {}}, true});
        row.append({column < 2 ? changes::Value::Kind::Null : changes::Value::Kind::Text, {}});
    }
    std::string out;
    RowEncoder(table).appendInsert(out, row, {});
    QCOMPARE(hexOf(read(out).ops(0).insert().row_data().nulls_bitmask()), "c000"_ba);
    QCOMPARE(read(out).ops(0).insert().row_data().values_size(), 11);
}

void RowEncoderTest::sendsTheKeyAloneOfRowsThatAreGone()
{
    std::string out;
    const std::vector<changes::Value> row {{changes::Value::Kind::Text, "1"}, {changes::Value::Kind::Text, "secret"}};
    RowEncoder(items(16400)).appendGone(out, row);
    QCOMPARE(hexOf(out), "0a10420e0890800112080a01401201311200"_ba); // S16
}

void RowEncoderTest::takesRowsOfAnotherWidth()
{
    RowEncoder encoder(items(7));
    std::string out;
    encoder.appendInsert(out, tuple({"a"}), {});
    encoder.appendInsert(out, tuple({"a", "b", "c"}), {});
    encoder.appendInsert(out, changes::Tuple(), {});
    const auto log = read(out);
    QCOMPARE(hexOf(log.ops(0).insert().row_data().nulls_bitmask()), "40"_ba);
    QCOMPARE(log.ops(1).insert().row_data().values_size(), 2);
    QCOMPARE(hexOf(log.ops(2).insert().row_data().nulls_bitmask()), "c0"_ba);
}

void RowEncoderTest::leavesOutAnOldRowThatIsNotThere()
{
    std::string out;
    RowEncoder(items(7)).appendUpdate(out, tuple({"a", "b"}), changes::Tuple(), {});
    QVERIFY(!read(out).ops(0).update().has_old_row_data());
    QVERIFY(read(out).ops(0).update().has_row_data());
}

void RowEncoderTest::agreesWithProtobufOnLongValues_data()
{
    QTest::addColumn<int>("length");
    for (const int length : {0, 1, 100, 117, 127, 128, 129, 16'383, 16'384, 3'000'000})
        QTest::addRow("%d bytes", length) << length;
}

void RowEncoderTest::agreesWithProtobufOnLongValues()
{
    QFETCH(int, length);
    const std::string value(std::size_t(length), 'x');
    const std::string bytea = "\\x" + std::string(std::size_t(length) * 2, 'a');
    schema::Table table = items(0xffffffff);
    table.columns[1].type.name = "bytea";
    std::string out;
    RowEncoder(table).appendUpdate(out, tuple({value, bytea}), tuple({value, {}}), Tags {value, "t"});
    const auto log = read(out);
    QCOMPARE(log.SerializeAsString(), out);
    QCOMPARE(log.ops(0).update().row_data().values(0), value);
    QCOMPARE(log.ops(0).update().row_data().values(1), std::string(std::size_t(length), '\xaa'));
    QCOMPARE(log.ops(0).update().tags(0), value);
    QCOMPARE(log.ops(0).update().relation_id(), 0xffffffffU);
}

QTEST_APPLESS_MAIN(RowEncoderTest)
#include "tst_rowencoder.moc"
