#include <QTest>

#include "service/changes/transactionassembler.h"
#include "tests/unit/changes/messages.h"

#include <array>

using namespace electric;
using namespace electric::changes;
using namespace electric::changes::test;

namespace {

constexpr std::uint32_t items = 10;
constexpr std::uint32_t shadow = 11;
constexpr std::uint32_t tombstone = 12;
constexpr std::uint32_t ddl = 13;

const std::string c1Time = "(\"2023-06-15 11:18:05.372+00\",c1)";
const std::string c1Tags = "{\"(\\\"2023-06-15 11:18:05.372+00\\\",c1)\"}";
const std::string postgresTags = "{\"(\\\"2023-06-15 11:18:05+00\\\",)\"}";

std::vector<std::string> described()
{
    return {relation(items, "public", "items", {"id", "content"}),
        relation(shadow, "electric", "shadow__public__items",
            {"id", "_tags", "_last_modified", "_is_a_delete_operation", "_tag", "_observed_tags", "_modified_columns_bit_mask", "_resolved",
                "_currently_reordering", "_tag_content", "__reordered_content"}),
        relation(tombstone, "electric", "tombstone__public__items", {"id", "content"}),
        relation(ddl, "electric", "ddl_commands", {"id", "txid", "txts", "query"})};
}

std::vector<Cell> shadowRow(const std::string &id, const Cell &tags, const Cell &tag)
{
    return {id, tags, "1", "f", tag, "{}", "{}", std::nullopt, std::nullopt, std::nullopt, std::nullopt};
}

std::string show(const Tuple &row)
{
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Value value = row.at(column);
        text += (column == 0 ? "" : "|")
            + (value.kind == Value::Kind::Null             ? "NULL"
                    : value.kind == Value::Kind::Unchanged ? "?"
                                                           : std::string(value.text));
    }
    return text;
}

std::string show(const Transaction &transaction)
{
    static const std::array<std::string, 4> kinds {"insert", "update", "delete", "truncate"};
    std::string text = transaction.origin + '@' + std::to_string(transaction.timestampMs) + " lsn=" + transaction.lsn.toHex();
    for (const RowChange &change : transaction.changes) {
        text += "; " + std::string(change.isReferenced ? "referenced " : "") + kinds[std::size_t(change.kind)];
        if (!change.oldRow.isEmpty())
            text += " old " + show(change.oldRow);
        if (!change.newRow.isEmpty())
            text += " new " + show(change.newRow);
        for (const std::string &tag : change.tags)
            text += ' ' + tag;
    }
    for (const DdlCommand &command : transaction.ddl)
        text += "; ddl " + command.txid + ' ' + command.txts + ' ' + command.query;
    return text;
}

// All that comes out, one transaction a line; the failure's kind as the last one.
std::string assembled(const std::vector<std::string> &messages)
{
    TransactionAssembler assembler(5, "right");
    std::string text;
    for (const std::string &bytes : messages) {
        auto message = pgoutput::decode(bytes);
        if (!message)
            return text + "undecodable";
        auto done = assembler.on(*std::move(message));
        if (!done)
            return text + (done.error().kind == Failure::Kind::Malformed ? "malformed" : "failed");
        if (*done)
            text += show(**done) + '\n';
    }
    return text;
}

} // namespace

class TestTransactionAssembler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void assembles_data()
    {
        QTest::addColumn<QByteArrayList>("inside");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const std::vector<std::string> &messages, const std::string &expected) {
            QByteArrayList inside;
            for (const std::string &message : messages)
                inside << QByteArray::fromStdString(message);
            QTest::newRow(name) << inside << QString::fromStdString(expected);
        };
        const std::string plain = "postgres_1@946684800001 lsn=0/50";
        const std::string ofC1 = "c1@1686827885372 lsn=0/50";
        row("empty", {}, plain);
        row("insert without a shadow row", {insert(items, {"1", "x"})}, plain + "; insert new 1|x");
        row("a shadow row before the row of a client", {insert(shadow, shadowRow("1", c1Tags, c1Time)), insert(items, {"1", "x"})},
            ofC1 + "; insert new 1|x c1@1686827885372");
        row("a shadow row after it counts too", {insert(items, {"1", "x"}), insert(shadow, shadowRow("1", c1Tags, c1Time))},
            ofC1 + "; insert new 1|x c1@1686827885372");
        row("the last shadow row of a key wins",
            {insert(shadow, shadowRow("1", c1Tags, c1Time)), insert(items, {"1", "x"}),
                update(shadow, shadowRow("1", c1Tags, c1Time), shadowRow("1", postgresTags, "(\"2023-06-15 11:18:05+00\",)"))},
            "postgres_1@1686827885000 lsn=0/50; insert new 1|x postgres_1@1686827885000");
        row("shadow rows count for their own key", {insert(shadow, shadowRow("12", c1Tags, c1Time)), insert(items, {"1", "2"})},
            ofC1 + "; insert new 1|2");
        row("a delete has no tags", {update(shadow, {}, shadowRow("1", c1Tags, c1Time)), deletion(items, {"1", "x"})},
            ofC1 + "; delete old 1|x");
        row("update fills TOASTed values in", {update(items, {"1", "long"}, {"2", unchanged})}, plain + "; update old 1|long new 2|long");
        row("also a NULL", {update(items, {"1", std::nullopt}, {"2", unchanged})}, plain + "; update old 1|NULL new 2|NULL");
        row("also those of a shadow row",
            {update(shadow, shadowRow("1", c1Tags, c1Time), shadowRow("1", unchanged, c1Time)), update(items, {"1", "x"}, {"1", "y"})},
            ofC1 + "; update old 1|x new 1|y c1@1686827885372");
        row("update without an old row", {update(items, {}, {"1", "y"})}, plain + "; update old 1|y new 1|y");
        row("the order is kept", {insert(items, {"2", "x"}), deletion(items, {"2", "x"}), insert(items, {"1", "z"})},
            plain + "; insert new 2|x; delete old 2|x; insert new 1|z");
        row("our own tables disappear", {insert(tombstone, {"1", "x"}), deletion(tombstone, {"1", "x"}), update(tombstone, {}, {"1", "x"})},
            plain);
        row("a migration",
            {insert(ddl, {"1", "700", "2023-06-15 11:18:05+00", "CREATE TABLE t"}),
                insert(ddl, {"2", "700", "2023-06-15 11:18:05+00", "ALTER"})},
            plain + "; ddl 700 2023-06-15 11:18:05+00 CREATE TABLE t; ddl 700 2023-06-15 11:18:05+00 ALTER");
        row("the relation changes",
            {insert(items, {"1", "x"}), relation(items, "public", "items", {"id", "content", "more"}), insert(items, {"2", "y", "z"})},
            plain + "; insert new 1|x; insert new 2|y|z");
        row("a truncate: the triggers' deletes say it", {deletion(items, {"1", "x"}), truncate({items})}, plain + "; delete old 1|x");
        const std::string referenced = "{\"secret\":\"right\",\"schema\":\"public\",\"table\":\"items\",\"oid\":10,\"tags\":\"{\\\"("
                                       "\\\\\\\"2023-06-15 11:18:05+00\\\\\\\",)\\\"}\","
                                       "\"pk\":[\"1\"],\"columns\":[\"id\",\"content\"],\"row\":[\"1\",null]}";
        row("a referenced row", {logicalMessage("electric.fk_chain_touch", referenced)},
            plain + "; referenced update old 1|NULL new 1|NULL postgres_1@1686827885000");
        row("a referenced row that was changed as well",
            {insert(shadow, shadowRow("1", c1Tags, c1Time)), insert(items, {"1", "x"}),
                logicalMessage("electric.fk_chain_touch", referenced)},
            ofC1 + "; insert new 1|x c1@1686827885372; referenced update old 1|NULL new 1|NULL postgres_1@1686827885000");
        row("other logical messages",
            {logicalMessage("other", referenced), logicalMessage("electric.fk_chain_touch", referenced, false),
                logicalMessage("electric.fk_chain_touch", "{}"), logicalMessage("electric.fk_chain_touch", "no json")},
            plain);
    }
    void assembles()
    {
        QFETCH(QByteArrayList, inside);
        std::vector<std::string> messages {begin(7, 1500)};
        for (const std::string &message : described())
            messages.push_back(message);
        for (const QByteArray &message : inside)
            messages.push_back(message.toStdString());
        messages.push_back(commit(0x50));
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(assembled(messages)), expected + QLatin1Char('\n'));
    }

    void referencedRowOfATableThatTheStreamDidNotDescribe()
    {
        const std::string row = "{\"secret\":\"right\",\"oid\":99,\"tags\":\"{}\",\"row\":[\"1\"]}";
        QCOMPARE(assembled({begin(7), logicalMessage("electric.fk_chain_touch", row), commit(0x50)}),
            std::string("postgres_1@946684800000 lsn=0/50; referenced update old 1 new 1\n"));
    }

    void nothingLeaksIntoTheNextTransaction()
    {
        std::vector<std::string> messages {begin(7)};
        for (const std::string &message : described())
            messages.push_back(message);
        for (const std::string &message : {insert(shadow, shadowRow("1", c1Tags, c1Time)), insert(items, {"1", "x"}), commit(0x50),
                 begin(8), update(items, {"1", "x"}, {"1", "y"}), commit(0x60)})
            messages.push_back(message);
        QCOMPARE(assembled(messages),
            std::string(
                "c1@1686827885372 lsn=0/50; insert new 1|x c1@1686827885372\npostgres_1@946684800000 lsn=0/60; update old 1|x new 1|y\n"));
    }

    void refusesWhatIsOutOfTurn_data()
    {
        QTest::addColumn<QByteArrayList>("messages");
        const auto row = [](const char *name, const std::vector<std::string> &messages) {
            QByteArrayList list;
            for (const std::string &message : messages)
                list << QByteArray::fromStdString(message);
            QTest::newRow(name) << list;
        };
        const std::string described = relation(items, "public", "items", {"id"});
        row("a commit without a begin", {commit(0x50)});
        row("a begin inside a transaction", {begin(7), begin(8)});
        row("a change outside", {described, insert(items, {"1"})});
        row("an insert into an undescribed table", {begin(7), insert(items, {"1"})});
        row("an update of one", {begin(7), update(items, {}, {"1"})});
        row("a delete from one", {begin(7), deletion(items, {"1"})});
    }
    void refusesWhatIsOutOfTurn()
    {
        QFETCH(QByteArrayList, messages);
        std::vector<std::string> all;
        for (const QByteArray &message : messages)
            all.push_back(message.toStdString());
        QCOMPARE(assembled(all), std::string("malformed"));
    }

    void transactionIdsGetTheirEpoch_data()
    {
        QTest::addColumn<quint64>("recent");
        QTest::addColumn<quint32>("xid");
        QTest::addColumn<quint64>("expected");
        constexpr quint64 epoch = 1ULL << 32;
        QTest::newRow("first epoch") << quint64 {1000} << 900U << quint64 {900};
        QTest::newRow("later epoch") << 3 * epoch + 1000 << 1001U << 3 * epoch + 1001;
        QTest::newRow("just wrapped") << 3 * epoch - 10 << 5U << 3 * epoch + 5;
        QTest::newRow("from before the wrap") << 3 * epoch + 10 << 0xfffffff0U << 3 * epoch - 16;
        QTest::newRow("no epoch before the first") << quint64 {10} << 0xfffffff0U << quint64 {0xfffffff0U};
    }
    void transactionIdsGetTheirEpoch()
    {
        QFETCH(quint64, recent);
        QFETCH(quint32, xid);
        TransactionAssembler assembler(recent);
        QVERIFY(assembler.on(*pgoutput::decode(begin(xid))));
        const auto done = assembler.on(*pgoutput::decode(commit(0x50)));
        QTEST(quint64((*done)->xid), "expected");
    }

    // What holds Postgres back counts bytes: none of what a peer can make large may be forgotten.
    void bytesOfALargeTransactionAreCounted()
    {
        TransactionAssembler assembler(5, "right");
        const auto feed = [&](const std::string &bytes) { QVERIFY(assembler.on(*pgoutput::decode(bytes))); };
        feed(begin(7));
        for (const std::string &message : described())
            feed(message);
        const std::string large(10000, 'x');
        const auto grows = [&](const std::string &bytes) {
            const auto before = assembler.openBytes();
            feed(bytes);
            return assembler.openBytes() - before;
        };
        QVERIFY(grows(insert(items, {"1", large})) >= large.size());
        QVERIFY(grows(update(items, {"1", large}, {"1", large})) >= 2 * large.size());
        QVERIFY(grows(deletion(items, {"1", large})) >= large.size());
        QVERIFY(grows(insert(ddl, {"1", "7", "8", large})) >= large.size());
        QVERIFY(grows(insert(shadow, shadowRow(large, c1Tags, c1Time))) >= large.size());
        QVERIFY(grows(logicalMessage(
                    "electric.fk_chain_touch", "{\"secret\":\"right\",\"oid\":10,\"tags\":\"{}\",\"row\":[\"" + large + "\"]}"))
            >= large.size());
        QCOMPARE(grows(insert(tombstone, {"1", large})), std::size_t {0});
        QVERIFY(assembler.isInTransaction());
        feed(commit(0x50));
        QVERIFY(!assembler.isInTransaction());
        feed(begin(8));
        QCOMPARE(assembler.openBytes(), std::size_t {0});
    }
};

QTEST_APPLESS_MAIN(TestTransactionAssembler)
#include "tst_transactionassembler.moc"
