#include <QTest>

#include "console/models/framesmodel.h"
#include "console/models/rowvalues.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>

using namespace electric;
using namespace electric::console;

namespace {

admin::TapFrame frame(const char *type, const char *direction, const QByteArray &json)
{
    admin::TapFrame one;
    one.direction = QLatin1String(direction);
    one.type = QLatin1String(type);
    one.content = QJsonDocument::fromJson(json).object();
    one.bytes = json.size();
    return one;
}

admin::TapFrame items(const char *direction, int relation = 7)
{
    return frame("SatRelation", direction,
        "{\"schemaName\":\"public\",\"tableName\":\"items\",\"relationId\":" + QByteArray::number(relation)
            + ",\"columns\":[{\"name\":\"id\",\"type\":\"int4\",\"primaryKey\":true},{\"name\":\"content\",\"type\":\"text\"},"
              "{\"name\":\"raw\",\"type\":\"bytea\"}]}");
}

QByteArray row(const QByteArray &bitmask, const QList<QByteArray> &values)
{
    QByteArray json = "{\"nullsBitmask\":\"" + bitmask.toBase64() + "\",\"values\":[";
    for (qsizetype at = 0; at < values.size(); ++at)
        json += (at > 0 ? ",\"" : "\"") + values[at].toBase64() + '"';
    return json + "]}";
}

admin::TapFrame insert(const char *direction, const QByteArray &rowData)
{
    return frame("SatOpLog", direction, "{\"ops\":[{\"insert\":{\"relationId\":7,\"rowData\":" + rowData + ",\"tags\":[\"a@1\"]}}]}");
}

} // namespace

class TestRowValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anInsertHasTheTablesNamesAndValues()
    {
        RelationBook book;
        book.note(items("out"));
        const auto operations = book.operationsOf(insert("out", row(QByteArray(1, '\x20'), {"1", "h\xc3\xa9llo", ""})));
        QCOMPARE(operations.size(), 1);
        QCOMPARE(operations[0].what, QStringLiteral("insert"));
        QCOMPARE(operations[0].table, QStringLiteral("public.items"));
        QCOMPARE(operations[0].tags, QStringList {QStringLiteral("a@1")});
        const auto &values = operations[0].values;
        QCOMPARE(values.size(), 3);
        QVERIFY(values[0].isKey && !values[1].isKey);
        QCOMPARE(values[0].value.value_or(QString()), QStringLiteral("1"));
        QCOMPARE(values[1].column, QStringLiteral("content"));
        QCOMPARE(values[1].value.value_or(QString()), QString::fromUtf8("h\xc3\xa9llo"));
        QVERIFY(!values[2].value); // NULL by the bitmask, which counts from the left
        QCOMPARE(inWords(operations[0]), QString::fromUtf8("insert public.items: id = 1, content = h\xc3\xa9llo, raw = NULL"));
    }

    void anEmptyTextIsNotNull()
    {
        RelationBook book;
        book.note(items("out"));
        const auto operations = book.operationsOf(insert("out", row(QByteArray(1, '\0'), {"1", "", "x"})));
        QCOMPARE(operations[0].values[1].value, std::optional(QString::fromLatin1("")));
    }

    void theNinthColumnIsInTheSecondByte()
    {
        RelationBook book;
        const QByteArray nine = row(QByteArray("\x00\x80", 2), QList<QByteArray>(9, "v"));
        const auto operations = book.operationsOf(insert("out", nine));
        QCOMPARE(operations[0].values.size(), 9);
        QVERIFY(operations[0].values[7].value);
        QVERIFY(!operations[0].values[8].value);
    }

    void withoutARelationColumnsAreNumbered()
    {
        RelationBook book;
        book.note(items("in")); // numbers are of one direction
        const auto operations = book.operationsOf(insert("out", row({}, {"1"})));
        QCOMPARE(operations[0].table, QStringLiteral("relation 7"));
        QCOMPARE(operations[0].values[0].column, QStringLiteral("1"));
    }

    void anUpdateShowsWhatChanged()
    {
        RelationBook book;
        book.note(items("in"));
        const auto operations = book.operationsOf(frame("SatOpLog", "in",
            "{\"ops\":[{\"update\":{\"relationId\":7,\"rowData\":" + row({}, {"1", "new", "z"})
                + ",\"oldRowData\":" + row({}, {"1", "old", "z"}) + "}}]}"));
        QCOMPARE(operations[0].values[1].value.value_or(QString()), QStringLiteral("new"));
        QCOMPARE(operations[0].values[1].old.value_or(QString()), QStringLiteral("old"));
        QVERIFY(!operations[0].values[0].old);
    }

    void othersHaveTheirRowElsewhere_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("delete") << QByteArray("delete") << QByteArray("oldRowData");
        QTest::newRow("gone") << QByteArray("gone") << QByteArray("pkData");
        QTest::newRow("compensation") << QByteArray("compensation") << QByteArray("pkData");
    }
    void othersHaveTheirRowElsewhere()
    {
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, field);
        RelationBook book;
        book.note(items("out"));
        const auto operations = book.operationsOf(frame("SatOpLog", "out",
            "{\"ops\":[{\"" + what + "\":{\"relationId\":7,\"" + field + "\":" + row(QByteArray(1, '\x60'), {"4", "", ""}) + "}}]}"));
        QCOMPARE(operations[0].values[0].value.value_or(QString()), QStringLiteral("4"));
        QVERIFY(inWords(operations[0]).startsWith(QString::fromLatin1(what) + QStringLiteral(" public.items: id = 4")));
    }

    void whatIsNotTextIsHexadecimal()
    {
        RelationBook book;
        book.note(items("out"));
        const auto operations = book.operationsOf(insert("out", row({}, {"1", "x", QByteArray("\xff\x00", 2)})));
        QCOMPARE(operations[0].values[2].value.value_or(QString()), QStringLiteral("\\xff00"));
        QVERIFY(operations[0].values[2].isBinary);
    }

    void transactionsAndMigrationsAreTold()
    {
        RelationBook book;
        const auto operations = book.operationsOf(frame("SatOpLog", "out",
            "{\"ops\":[{\"begin\":{\"commitTimestamp\":\"1795640000000\",\"lsn\":\"\"}},"
            "{\"migrate\":{\"stmts\":[{\"sql\":\"CREATE TABLE a (b)\"}]}},{\"commit\":{}}]}"));
        QCOMPARE(operations.size(), 3);
        QVERIFY(operations[0].table.isEmpty() && operations[0].summary.contains(QStringLiteral("2026")));
        QCOMPARE(operations[1].summary, QStringLiteral("CREATE TABLE a (b)"));
        QCOMPARE(inWords(operations[2]), QStringLiteral("commit"));
    }

    void brokenFramesDoNoHarm()
    {
        RelationBook book;
        book.note(frame("SatRelation", "out", "{}"));
        QVERIFY(book.operationsOf(frame("SatOpLog", "out", "{}")).isEmpty());
        QVERIFY(book.operationsOf(frame("SatRpcRequest", "in", "{\"ops\":[{}]}")).isEmpty());
        QCOMPARE(book.operationsOf(frame("SatOpLog", "out", "{\"ops\":[{},{\"insert\":{}},5]}")).size(), 3);
    }

    void jsonHasNoBase64()
    {
        RelationBook book;
        book.note(items("out"));
        const QJsonArray json = asJson(book.operationsOf(insert("out", row(QByteArray(1, '\x20'), {"1", "hello", ""}))));
        const QJsonObject operation = json[0].toObject();
        QCOMPARE(operation.value(QLatin1String("table")).toString(), QStringLiteral("public.items"));
        const QJsonObject values = operation.value(QLatin1String("row")).toObject();
        QCOMPARE(values.value(QLatin1String("content")).toString(), QStringLiteral("hello"));
        QVERIFY(values.value(QLatin1String("raw")).isNull());
    }

    void framesAreReadByTheRelationsOfTheirTime()
    {
        FramesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        admin::TapFrame earlier = items("out");
        earlier.isEarlier = true;
        model.append({earlier}); // told, not shown
        QCOMPARE(model.rowCount(), 0);
        admin::TapFrame renamed = items("out");
        renamed.content[QStringLiteral("tableName")] = QStringLiteral("things");
        const admin::TapFrame one = insert("out", row({}, {"1", "hello", "x"}));
        model.append({one, renamed, one});
        QCOMPARE(model.operations(0)[0].table, QStringLiteral("public.items"));
        QCOMPARE(model.operations(2)[0].table, QStringLiteral("public.things"));
        QVERIFY(model.searchText(0).contains(QStringLiteral("content = hello")));
        QVERIFY(model.index(0, FramesModel::Content).data().toString().contains(QStringLiteral("insert public.items")));
        model.clear(); // those that come later still speak of it
        model.append({one});
        QCOMPARE(model.operations(0)[0].table, QStringLiteral("public.things"));
        model.beginAnew();
        model.append({one});
        QCOMPARE(model.operations(0)[0].table, QStringLiteral("relation 7"));
    }
};

QTEST_GUILESS_MAIN(TestRowValues)
#include "tst_rowvalues.moc"
