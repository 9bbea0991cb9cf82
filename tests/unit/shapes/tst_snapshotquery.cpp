#include <QTest> // first: moc 6.4 does not read <concepts>

#include "service/shapes/snapshotquery.h"

using namespace electric;

namespace {

schema::Table table(bool isOwned)
{
    schema::Table made;
    made.name.name = "notes";
    made.columns = {{"id", {.name = "uuid", .array = {}, .size = {}}, false}, {"body", {.name = "text", .array = {}, .size = {}}, true}};
    if (isOwned)
        made.columns.push_back({"electric_user_id", {.name = "text", .array = {}, .size = {}}, true});
    made.primaryKey = {"id"};
    return made;
}

} // namespace

class TestSnapshotQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTableWithoutOwnersIsReadWhole()
    {
        QCOMPARE(shapes::copyRows(table(false), "electric.\"shadow__public__notes\"", "u"),
            std::string(
                "COPY (SELECT s._tags, t.\"id\", t.\"body\" FROM \"public\".\"notes\" t LEFT JOIN electric.\"shadow__public__notes\" s ON "
                "s.\"id\" = t.\"id\") TO STDOUT"));
        QCOMPARE(
            shapes::copyKeys(table(false), "u", {}), std::string("COPY (SELECT t.\"id\", NULL FROM \"public\".\"notes\" t) TO STDOUT"));
    }

    void rowsAreSelectedOnceWhateverLeadsToThem()
    {
        auto notes = std::make_shared<schema::Table>(table(false));
        shapes::Shape shape {{shapes::Layer {.table = notes}}};
        QCOMPARE(shapes::selectRows("count(*)", *notes, nullptr, "u"), std::string("SELECT count(*) FROM \"public\".\"notes\" t"));
        QCOMPARE(shapes::selectRows("count(*)", *notes, std::make_shared<shapes::Shape>(shape), "u"),
            std::string("SELECT count(*) FROM \"public\".\"notes\" t"));
        shape.layers.push_back({.way = shapes::Layer::Way::ToMany, .table = notes, .foreignKey = {1}});
        QCOMPARE(shapes::selectRows("count(*)", *notes, std::make_shared<shapes::Shape>(shape), "u"),
            std::string("SELECT count(*) FROM \"public\".\"notes\" t WHERE t.\"id\" IN (SELECT e.\"id\" FROM \"public\".\"notes\" e)"
                        " OR t.\"id\" IN (SELECT e.\"id\" FROM \"public\".\"notes\" e WHERE e.\"body\" IN"
                        " (SELECT ea.\"id\" FROM \"public\".\"notes\" ea))"));
        QCOMPARE(shapes::selectRows("t", table(true), std::make_shared<shapes::Shape>(shapes::Shape {}), "u"),
            std::string("SELECT t FROM \"public\".\"notes\" t WHERE false"));
    }

    void rowsOfOthersAreLeftOutWhateverTheUserIsCalled()
    {
        const std::string rule = " WHERE (t.electric_user_id IS NULL OR t.electric_user_id::text IN ('', 'o''hara')) ";
        for (const std::string &sql : {shapes::copyRows(table(true), "s", "o'hara"), shapes::copyKeys(table(true), "o'hara", {})})
            QVERIFY2(QByteArray::fromStdString(sql).replace(") TO", " ) TO").contains(rule.c_str()), sql.c_str());
    }
};

QTEST_APPLESS_MAIN(TestSnapshotQuery)
#include "tst_snapshotquery.moc"
