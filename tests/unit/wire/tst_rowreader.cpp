#include <QTest> // first: moc 6.4 stumbles over <concepts> otherwise

#include "service/wire/rowencoder.h"
#include "service/wire/rowreader.h"
#include "tests/unit/wire/tables.h"

using namespace electric;
using namespace electric::wire;
using namespace electric::wire::test;

namespace {

schema::Table wide()
{
    schema::Table table = items(7);
    for (const char *type : {"timestamptz", "bytea", "int4", "text", "text", "text", "bool"})
        table.columns.push_back({std::string("c") + std::to_string(table.columns.size()), {type, {}, {}}, true});
    return table;
}

std::string show(const std::vector<changes::Value> &row)
{
    changes::Tuple packed;
    for (const changes::Value &value : row)
        packed.append(value);
    return test::show(packed);
}

} // namespace

class RowReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasEncoded_data();
    void readsWhatWasEncoded();
    void makesAnInsertOfAnUpdate();
    void findsASingleValue();
    void takesAnythingForAnOperation();
};

void RowReaderTest::readsWhatWasEncoded_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("newRow");
    QTest::addColumn<QByteArray>("oldRow");
    const char *const newer = "1|new|2024-01-01 00:00:00+00|?|5||NULL|z|t";
    const char *const older = "1|NULL|infinity|?|NULL|a|b|NULL|NULL";
    QTest::newRow("insert") << QByteArray("insert") << QByteArray(newer) << QByteArray();
    QTest::newRow("update") << QByteArray("update") << QByteArray(newer) << QByteArray(older);
    QTest::newRow("update without its old row") << QByteArray("blind update") << QByteArray(newer) << QByteArray();
    QTest::newRow("delete") << QByteArray("delete") << QByteArray() << QByteArray(older);
}

void RowReaderTest::readsWhatWasEncoded()
{
    QFETCH(const QByteArray, kind);
    const auto newer = tuple({"1", "new", "2024-01-01 00:00:00+00", "\\x3f", "5", "", std::nullopt, "z", "t"});
    const auto older = tuple({"1", std::nullopt, "infinity", "\\x3f", std::nullopt, "a", "b", std::nullopt, std::nullopt});
    const schema::Table table = wide();
    RowEncoder encoder(table);
    std::string operation;
    const std::vector<std::string> tags {"a@1", "b@2"};
    if (kind == "insert")
        encoder.appendInsert(operation, newer, tags);
    else if (kind == "delete")
        encoder.appendDelete(operation, older);
    else
        encoder.appendUpdate(operation, newer, kind == "update" ? older : changes::Tuple(), tags);
    const OperationRows rows = readOperation(table, operation);
    QTEST(QByteArray::fromStdString(show(rows.newRow)), "newRow");
    QTEST(QByteArray::fromStdString(show(rows.oldRow)), "oldRow");
}

void RowReaderTest::makesAnInsertOfAnUpdate()
{
    const schema::Table table = wide();
    RowEncoder encoder(table);
    const auto newer = tuple({"1", "new"});
    const std::vector<std::string> tags {"a@1", "b@2"};
    std::string update;
    std::string insert;
    encoder.appendUpdate(update, newer, tuple({"1", "old"}), tags);
    encoder.appendInsert(insert, newer, tags);
    for (const std::string &operation : {update, insert}) {
        std::string made;
        appendAsInsert(made, operation);
        QCOMPARE(made, insert);
    }
}

void RowReaderTest::findsASingleValue()
{
    const schema::Table table = wide();
    RowEncoder encoder(table);
    std::string operation;
    encoder.appendUpdate(operation, tuple({"1", "new"}), tuple({"1", "old"}), {});
    QCOMPARE(valueOf(operation, 1), std::string_view("new"));
    QCOMPARE(valueOf(operation, 2), std::string_view());
    QCOMPARE(valueOf(operation, 99), std::string_view());
}

void RowReaderTest::takesAnythingForAnOperation()
{
    const schema::Table table = wide();
    for (const char *const text : {"", "\x0a", "\x0a\xff", "nonsense", "\x0a\x02\x22\x00"})
        QVERIFY(readOperation(table, text).newRow.empty());
}

QTEST_APPLESS_MAIN(RowReaderTest)
#include "tst_rowreader.moc"
