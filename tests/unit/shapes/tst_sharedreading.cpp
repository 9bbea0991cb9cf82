#include "service/shapes/sharedreading.h"

#include <QTest>

using namespace electric;
using namespace electric::shapes;

namespace {

std::shared_ptr<const schema::Table> makeTable(const char *name, bool isOwned = false)
{
    auto table = std::make_shared<schema::Table>();
    table->name.name = name;
    table->columns = {{"id", {"int4", {}, {}}, false}};
    if (isOwned)
        table->columns.push_back({"electric_user_id", {"text", {}, {}}, true});
    table->primaryKey = {"id"};
    return table;
}

const auto items = makeTable("items");
const auto notes = makeTable("notes");
const auto owned = makeTable("owned", true);

ShapePtr shapeOf(const std::string &condition)
{
    Layer layer;
    layer.table = items;
    layer.conditionText = condition;
    return std::make_shared<const Shape>(Shape {{layer}});
}

SnapshotRequest requestOf(std::vector<std::shared_ptr<const schema::Table>> tables, const char *user = "u1")
{
    return {std::move(tables), user};
}

SnapshotRequest selectionOf(const std::string &condition, std::vector<std::string> keys = {})
{
    SnapshotRequest request;
    request.selections.push_back({shapeOf(condition), 0, std::move(keys)});
    return request;
}

SnapshotRows piece(std::size_t bytes)
{
    SnapshotRows rows;
    rows.operations.assign(bytes, 'x');
    rows.rows = 1;
    return rows;
}

// What a taker was given: b(egan), r(ows), e(nded), f(ailure).
struct Given {
    std::string events;
    std::size_t bytes = 0;
    SnapshotTakerPtr taker;
};

std::shared_ptr<Given> take(SnapshotRequest request)
{
    auto given = std::make_shared<Given>();
    given->taker = std::make_shared<SnapshotTaker>(SnapshotTaker {std::move(request), [known = given.get()](const SnapshotEvent &event) {
                                                                      known->events += "bref"[event.index()];
                                                                      if (const auto *rows = std::get_if<SnapshotRows>(&event))
                                                                          known->bytes += rows->operations.size();
                                                                  }});
    return given;
}

SnapshotBegan began()
{
    return {*Visibility::parse("10:20:14"), Lsn(1000)};
}

} // namespace

class TestSharedReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersTheSameQuestionOnly_data()
    {
        QTest::addColumn<int>("row");
        const char *const names[]
            = {"same table", "another table", "one more table", "another user, no table is owned", "another user, a table is owned",
                "keys instead of rows", "same condition", "another condition", "some rows only", "without others' rows"};
        for (int row = 0; row < int(std::size(names)); ++row)
            QTest::newRow(names[row]) << row;
    }
    void answersTheSameQuestionOnly()
    {
        QFETCH(int, row);
        SnapshotRequest keys = requestOf({items});
        keys.keysOnly = true;
        SnapshotRequest excluding = requestOf({items});
        excluding.excluded = {shapeOf("this.id = 1")};
        struct Case {
            SnapshotRequest read;
            SnapshotRequest asked;
            bool answered;
        };
        const std::vector<Case> cases {{requestOf({items}), requestOf({items}), true}, {requestOf({items}), requestOf({notes}), false},
            {requestOf({items}), requestOf({items, notes}), false}, {requestOf({items}), requestOf({items}, "u2"), true},
            {requestOf({items, owned}), requestOf({items, owned}, "u2"), false}, {requestOf({items}), keys, false},
            {selectionOf("this.id = 1"), selectionOf("this.id = 1"), true}, {selectionOf("this.id = 1"), selectionOf("this.id = 2"), false},
            {selectionOf("this.id = 1", {"k"}), selectionOf("this.id = 1", {"k"}), false}, {requestOf({items}), excluding, false}};
        const Case &one = cases.at(std::size_t(row));
        const auto first = take(one.read);
        QCOMPARE(SharedReading(first->taker).answers(one.asked), one.answered);
    }

    void theFirstOneIsGivenPiecesAsTheyComeTheOthersAllAtTheEnd()
    {
        const auto first = take(requestOf({items}));
        const auto second = take(requestOf({items}));
        SharedReading reading(first->taker);
        reading.join(second->taker);
        QVERIFY(reading.add(began()).empty());
        QVERIFY(reading.add(piece(100)).empty());
        QCOMPARE(first->events, std::string("br"));
        QCOMPARE(second->events, std::string());
        QVERIFY(reading.add(SnapshotEnded {}).empty());
        QCOMPARE(first->events, std::string("bre"));
        QCOMPARE(second->events, std::string("bre"));
        QCOMPARE(second->bytes, first->bytes);
    }

    void nobodyIsGivenMoreThanHeConsumes()
    {
        const auto first = take(requestOf({items}));
        const auto second = take(requestOf({items}));
        SharedReading reading(first->taker);
        reading.join(second->taker);
        (void)reading.add(began());
        constexpr int pieces = SnapshotSource::unconsumedLimit + 2;
        for (int at = 0; at < pieces; ++at)
            (void)reading.add(piece(10));
        QVERIFY(reading.hasRoom()); // a slow one does not hold up the others
        (void)reading.add(SnapshotEnded {});
        const std::string limit = 'b' + std::string(SnapshotSource::unconsumedLimit, 'r');
        QCOMPARE(first->events, limit);
        QCOMPARE(second->events, limit);
        reading.consumed(*second->taker);
        reading.consumed(*second->taker);
        QCOMPARE(second->events, limit + "rre");
        QCOMPARE(first->events, limit);
    }

    void aLargeSnapshotIsReadByEachForHimself()
    {
        const auto first = take(requestOf({items}));
        const auto second = take(requestOf({items}));
        SharedReading reading(first->taker);
        reading.join(second->taker);
        (void)reading.add(began());
        (void)reading.add(piece(SharedReading::keptBytes));
        const auto others = reading.add(piece(10));
        QCOMPARE(others, std::vector {second->taker});
        QCOMPARE(second->events, std::string());
        QVERIFY(!reading.answers(requestOf({items})));
        for (int at = 2; at < SnapshotSource::unconsumedLimit; ++at)
            (void)reading.add(piece(10));
        QVERIFY(reading.hasRoom());
        (void)reading.add(piece(10));
        QVERIFY(!reading.hasRoom()); // now the reading waits for its only reader
        reading.consumed(*first->taker);
        QVERIFY(reading.hasRoom());
    }

    void whoseStreamIsAheadOfTheSnapshotReadsForHimself_data()
    {
        QTest::addColumn<quint64>("xid");
        QTest::addColumn<quint64>("position");
        QTest::addColumn<bool>("given");
        QTest::newRow("nothing streamed") << quint64(0) << quint64(0) << true;
        QTest::newRow("before the snapshot") << quint64(9) << quint64(999) << true;
        QTest::newRow("a transaction that it does not show") << quint64(14) << quint64(999) << false;
        QTest::newRow("up to behind it") << quint64(9) << quint64(1000) << false;
    }
    void whoseStreamIsAheadOfTheSnapshotReadsForHimself()
    {
        QFETCH(quint64, xid);
        QFETCH(quint64, position);
        QFETCH(bool, given);
        const auto first = take(requestOf({items}));
        SnapshotRequest ahead = requestOf({items});
        if (xid > 0)
            ahead.alreadyStreamed = {xid};
        ahead.streamedUpTo = Lsn(position);
        const auto second = take(ahead);
        SharedReading reading(first->taker);
        reading.join(second->taker);
        (void)reading.add(began());
        const auto others = reading.add(SnapshotEnded {});
        QCOMPARE(others.size(), std::size_t(given ? 0 : 1));
        QCOMPARE(second->events, std::string(given ? "be" : ""));
    }

    void goesOnForAFollowerWhenTheFirstOneLeaves()
    {
        const auto first = take(requestOf({items}));
        const auto second = take(requestOf({items}));
        SharedReading reading(first->taker);
        reading.join(second->taker);
        (void)reading.add(began());
        first->taker->isCancelled = true;
        QVERIFY(reading.isWanted());
        (void)reading.add(piece(SharedReading::keptBytes + 1)); // large: the follower takes the place of the first one
        (void)reading.add(SnapshotEnded {});
        QCOMPARE(second->events, std::string("bre"));
        second->taker->isCancelled = true;
        QVERIFY(!reading.isWanted());
    }

    void aFailureReachesEverybody()
    {
        const auto first = take(requestOf({items}));
        const auto second = take(requestOf({items}));
        SharedReading reading(first->taker);
        reading.join(second->taker);
        (void)reading.add(began());
        reading.fail({Failure::Kind::Unavailable, "gone", {}, {}});
        QCOMPARE(first->events, std::string("bf"));
        QCOMPARE(second->events, std::string("f"));
        QVERIFY(!reading.isWanted());
    }
};

QTEST_APPLESS_MAIN(TestSharedReading)
#include "tst_sharedreading.moc"
