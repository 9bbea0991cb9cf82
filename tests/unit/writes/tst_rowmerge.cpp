#include <QTest>

#include "service/writes/rowmerge.h"

namespace electric::writes {

namespace {

const std::vector<bool> isKey {true, false, false}; // id, a, b
const std::vector<std::size_t> columns {0, 1, 2};

changes::Tuple tuple(std::initializer_list<const char *> texts)
{
    using Kind = changes::Value::Kind;
    changes::Tuple made;
    for (const char *const text : texts)
        made.append(!text ? changes::Value {} : *text == '?' ? changes::Value {Kind::Unchanged} : changes::Value {Kind::Text, text});
    return made;
}

Operation operation(Operation::Kind kind, changes::Tuple row, changes::Tuple oldRow, std::vector<std::string> tags)
{
    return {kind, nullptr, std::move(row), std::move(oldRow), std::move(tags)};
}

RowState row(std::vector<changes::Tag> tags, std::vector<std::optional<changes::Tag>> columnTags)
{
    RowState state;
    state.row = {{"1", "x", "y"}};
    state.hasShadow = true;
    state.tags = std::move(tags);
    state.columnTags = std::move(columnTags);
    return state;
}

const changes::Tag pg10 {10, "postgres_1"};
const changes::Tag mine20 {20, "c1"};

} // namespace

class RowMergeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ordersTags_data()
    {
        QTest::addColumn<QString>("lesser");
        QTest::addColumn<QString>("greater");
        QTest::newRow("by time") << "c2@9"
                                 << "c1@10";
        QTest::newRow("by source") << "c1@10"
                                   << "c2@10";
        QTest::newRow("Postgres is the greatest source") << "zz@10"
                                                         << "postgres_1@10";
    }

    void ordersTags()
    {
        QFETCH(QString, lesser);
        QFETCH(QString, greater);
        const auto one = *changes::parseClientTag(lesser.toStdString());
        const auto other = *changes::parseClientTag(greater.toStdString());
        QVERIFY(isBefore(one, other));
        QVERIFY(!isBefore(other, one));
        QVERIFY(!isBefore(one, one));
    }

    void changesOnlyWhatTheClientChanged()
    {
        RowMerge merge(row({pg10}, {{}, pg10, pg10}), isKey);
        merge.apply(
            operation(Operation::Kind::Update, tuple({"1", "z", "old"}), tuple({"1", "x", "old"}), {"postgres_1@10"}), columns, mine20);
        QCOMPARE(merge.values(), (RowState::Values {"1", "z", "y"}));
        QCOMPARE(merge.changed(), (std::vector<bool> {false, true, false}));
        QCOMPARE(merge.tagged(), (std::vector<bool> {false, true, false}));
        QVERIFY(merge.tags() == std::vector {mine20});
    }

    // It travels back to its author (R9), so it is still to be written.
    void keepsANewerColumn()
    {
        RowMerge merge(row({pg10}, {{}, changes::Tag {30, "c2"}, pg10}), isKey);
        merge.apply(operation(Operation::Kind::Update, tuple({"1", "z", "y"}), tuple({"1", "x", "y"}), {}), columns, mine20);
        QCOMPARE(merge.values(), (RowState::Values {"1", "x", "y"}));
        QCOMPARE(merge.changed(), (std::vector<bool> {false, false, false}));
        QVERIFY(merge.isThere());
        QVERIFY(merge.tags() == (std::vector {pg10, mine20}));
    }

    void doesNotTouchColumnsThatTheClientDoesNotHave()
    {
        RowMerge merge({}, isKey);
        merge.apply(operation(Operation::Kind::Insert, tuple({"1", "z", "?"}), {}, {}), columns, mine20);
        QCOMPARE(merge.given(), (std::vector<bool> {true, true, false}));
        QCOMPARE(merge.tagged(), (std::vector<bool> {false, true, false}));
    }

    void buriesWhatItDeletes()
    {
        RowMerge merge(row({pg10}, {{}, pg10, pg10}), isKey);
        merge.apply(operation(Operation::Kind::Delete, {}, tuple({"1", "x", "seen"}), {"postgres_1@10"}), columns, mine20);
        QVERIFY(merge.wasThere() && !merge.isThere() && merge.isDelete());
        QVERIFY(merge.buried() == RowState::Values({"1", "x", "y"}));
    }

    void doesNotDeleteWhatItsAuthorHasNotSeen()
    {
        RowMerge merge(row({pg10, {11, "c2"}}, {}), isKey);
        merge.apply(operation(Operation::Kind::Delete, {}, tuple({"1", "x", "y"}), {"postgres_1@10"}), columns, mine20);
        QVERIFY(merge.isThere());
        QVERIFY(!merge.buried());
    }

    // Clients know a row that is older than electrification by the epoch's tag.
    void takesAnUntaggedRowForTheEpochs()
    {
        RowState state;
        state.row = {{"1", "x", "y"}};
        RowMerge unseen(state, isKey);
        unseen.apply(operation(Operation::Kind::Delete, {}, tuple({"1", "x", "y"}), {}), columns, mine20);
        QVERIFY(unseen.isThere());
        RowMerge seen(state, isKey);
        seen.apply(operation(Operation::Kind::Delete, {}, tuple({"1", "x", "y"}), {"postgres_1@0"}), columns, mine20);
        QVERIFY(!seen.isThere());
    }

    void bringsBackFromTheTombstone()
    {
        RowState state;
        state.tombstone = {{"1", "kept", std::nullopt}};
        RowMerge merge(state, isKey);
        merge.apply(operation(Operation::Kind::Compensation, tuple({"1", nullptr, nullptr}), {}, {}), columns, mine20);
        QVERIFY(merge.isThere() && !merge.wasThere());
        QCOMPARE(merge.values(), (RowState::Values {"1", "kept", std::nullopt}));
    }

    // Tags that were left behind with no row count for nothing.
    void forgetsTagsOfARowThatIsNotThere()
    {
        RowState state;
        state.hasShadow = true;
        state.tags = {pg10};
        RowMerge merge(state, isKey);
        merge.apply(operation(Operation::Kind::Insert, tuple({"1", "a", "b"}), {}, {}), columns, mine20);
        QVERIFY(merge.tags() == std::vector {mine20});
    }

    void writesWhatWasDeletedAndInsertedAgainOnce()
    {
        RowMerge merge(row({mine20}, {{}, mine20, mine20}), isKey);
        merge.apply(operation(Operation::Kind::Delete, {}, tuple({"1", "x", "y"}), {"c1@20"}), columns, mine20);
        merge.apply(operation(Operation::Kind::Insert, tuple({"1", "x", "n"}), {}, {}), columns, mine20);
        QVERIFY(merge.wasThere() && merge.isThere() && !merge.isDelete());
        QCOMPARE(merge.changed(), (std::vector<bool> {false, false, true}));
        QVERIFY(merge.buried() == RowState::Values({"1", "x", "y"}));
    }
};

} // namespace electric::writes

QTEST_GUILESS_MAIN(electric::writes::RowMergeTest)
#include "tst_rowmerge.moc"
