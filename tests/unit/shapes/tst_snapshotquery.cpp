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

    void rowsOfOthersAreLeftOutWhateverTheUserIsCalled()
    {
        const std::string rule = " WHERE (t.electric_user_id IS NULL OR t.electric_user_id::text IN ('', 'o''hara')) ";
        for (const std::string &sql : {shapes::copyRows(table(true), "s", "o'hara"), shapes::copyKeys(table(true), "o'hara", {})})
            QVERIFY2(QByteArray::fromStdString(sql).replace(") TO", " ) TO").contains(rule.c_str()), sql.c_str());
    }
};

QTEST_APPLESS_MAIN(TestSnapshotQuery)
#include "tst_snapshotquery.moc"
