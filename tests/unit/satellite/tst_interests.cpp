#include <QTest> // first: moc 6.4 does not read <concepts>

#include "service/satellite/interests.h"
#include "service/wire/transactionencoder.h"

using namespace electric;
using namespace electric::satellite;
using Kind = changes::RowChange::Kind;

namespace {

schema::CataloguePtr catalogue()
{
    auto made = std::make_shared<schema::Catalogue>();
    std::uint32_t oid = 1;
    for (const char *const name : {"items", "notes"}) {
        schema::Table table;
        table.name.name = name;
        table.oid = oid++;
        table.columns = {{"id", {"text", {}, {}}, false}, {"user_id", {"text", {}, {}}, true}};
        table.primaryKey = {"id"};
        made->put(table);
    }
    return made;
}

changes::Tuple row(std::string_view user)
{
    changes::Tuple made;
    made.append({changes::Value::Kind::Text, "1"});
    made.append(user.empty() ? changes::Value {} : changes::Value {changes::Value::Kind::Text, user});
    return made;
}

wire::LoggedTransactionPtr change(std::uint32_t table, Kind kind, std::string_view newer, std::string_view older, const char *origin = "pg")
{
    changes::Transaction transaction;
    transaction.origin = origin;
    changes::RowChange one;
    one.kind = kind;
    one.tableOid = table;
    if (kind != Kind::Delete)
        one.newRow = row(newer);
    if (kind != Kind::Insert)
        one.oldRow = row(older);
    transaction.changes.push_back(one);
    return wire::encodeTransaction(transaction, catalogue(), nullptr);
}

} // namespace

class TestInterests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyThoseAreFoundThatAreConcerned_data()
    {
        QTest::addColumn<int>("table");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("newer");
        QTest::addColumn<QByteArray>("older");
        QTest::addColumn<QByteArray>("origin");
        QTest::addColumn<QByteArray>("found");
        const auto row = [](const char *name, int table, Kind kind, const char *newer, const char *older, const char *origin,
                             const char *found) {
            QTest::newRow(name) << table << int(kind) << QByteArray(newer) << QByteArray(older) << QByteArray(origin) << QByteArray(found);
        };
        row("insert", 1, Kind::Insert, "u1", "", "pg", "all u1");
        row("insert of nobody's", 1, Kind::Insert, "u9", "", "pg", "all");
        row("insert without a value", 1, Kind::Insert, "", "", "pg", "all none");
        row("update from one to another", 1, Kind::Update, "u2", "u1", "pg", "all u1 u2");
        row("delete", 1, Kind::Delete, "", "u2", "pg", "all u2");
        row("another table", 2, Kind::Insert, "u1", "", "pg", "");
        row("its own", 2, Kind::Insert, "u1", "", "me", "own");
    }
    void onlyThoseAreFoundThatAreConcerned()
    {
        QFETCH(const int, table);
        QFETCH(const int, kind);
        QFETCH(const QByteArray, newer);
        QFETCH(const QByteArray, older);
        QFETCH(const QByteArray, origin);
        Interests interests;
        std::map<const char *, Interests::Reader> readers;
        const schema::TableName items {"public", "items"};
        interests.set(readers["all"], {{items}, {}, "a"});
        interests.set(readers["u1"], {{}, {{items, 1, {"u1"}}}, "b"});
        interests.set(readers["u2"], {{}, {{items, 1, {"u2", "u3"}}}, "c"});
        interests.set(readers["none"], {{}, {{items, 1, {""}}}, "d"});
        interests.set(readers["own"], {{}, {}, "me"});
        const auto transaction = change(std::uint32_t(table), Kind(kind), newer.toStdString(), older.toStdString(), origin.constData());
        const auto found = interests.match(*transaction);
        std::set<QByteArray> names;
        for (auto &[name, reader] : readers)
            if (std::find(found.begin(), found.end(), &reader) != found.end())
                names.insert(name);
        QCOMPARE(names.size(), found.size());
        QTEST(QByteArrayList(names.begin(), names.end()).join(' '), "found");
        for (auto &[name, reader] : readers)
            interests.remove(reader);
        QVERIFY(interests.match(*transaction).empty());
    }

    void anotherInterestTakesThePlaceOfTheFirst()
    {
        Interests interests;
        Interests::Reader reader;
        const schema::TableName items {"public", "items"};
        interests.set(reader, {{items}, {{items, 1, {"u1"}}}, "a"});
        interests.set(reader, {{}, {{items, 1, {"u2"}}}, "a"});
        QVERIFY(interests.match(*change(1, Kind::Insert, "u1", "")).empty());
        QCOMPARE(interests.match(*change(1, Kind::Insert, "u2", "")).size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestInterests)
#include "tst_interests.moc"
