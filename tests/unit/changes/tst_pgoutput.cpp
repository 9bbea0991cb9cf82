#include <QTest>

#include "service/changes/pgoutput.h"
#include "tests/unit/changes/messages.h"

using namespace electric;
using namespace electric::changes;
using namespace electric::changes::test;

namespace {

std::string show(const Tuple &row)
{
    std::string text;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Value value = row.at(column);
        text += column == 0 ? "" : "|";
        text += value.kind == Value::Kind::Null ? "NULL" : value.kind == Value::Kind::Unchanged ? "?" : std::string(value.text);
    }
    return row.isEmpty() ? "-" : text;
}

std::string show(const pgoutput::Begin &one)
{
    return "begin " + std::to_string(one.xid) + ' ' + one.finalLsn.toHex() + ' ' + std::to_string(one.commitMicroseconds);
}
std::string show(const pgoutput::Commit &one)
{
    return "commit " + one.lsn.toHex() + ' ' + one.endLsn.toHex();
}
std::string show(const pgoutput::Relation &one)
{
    std::string text = "relation " + std::to_string(one.oid) + ' ' + one.schema + '.' + one.name;
    for (const std::string &column : one.columns)
        text += ' ' + column;
    return text;
}
std::string show(const pgoutput::Insert &one)
{
    return "insert " + std::to_string(one.relation) + ' ' + show(one.newRow);
}
std::string show(const pgoutput::Update &one)
{
    return "update " + std::to_string(one.relation) + ' ' + show(one.oldRow) + (one.isKeyOnly ? " (key) " : " ") + show(one.newRow);
}
std::string show(const pgoutput::Delete &one)
{
    return "delete " + std::to_string(one.relation) + ' ' + show(one.oldRow) + (one.isKeyOnly ? " (key)" : "");
}
std::string show(const pgoutput::Truncate &one)
{
    std::string text = "truncate";
    for (const auto oid : one.relations)
        text += ' ' + std::to_string(oid);
    return text + (one.cascade ? " cascade" : "") + (one.restartIdentity ? " restart" : "");
}
std::string show(const pgoutput::LogicalMessage &one)
{
    return std::string(one.isTransactional ? "message " : "loose message ") + std::string(one.prefix) + '=' + std::string(one.content);
}
std::string show(const pgoutput::Ignored &)
{
    return "ignored";
}

QString decoded(const std::string &bytes)
{
    const auto message = pgoutput::decode(bytes);
    if (!message)
        return QString::fromLatin1(message.error().kind == Failure::Kind::Malformed ? "malformed" : "unsupported");
    return QString::fromStdString(std::visit([](const auto &one) { return show(one); }, *message));
}

} // namespace

class TestPgoutput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const std::string &bytes, const char *expected) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(expected);
        };
        row("begin", begin(7, 12), "begin 7 0/100 12");
        row("commit", commit(0x1'0000'0010), "commit 1/8 1/10");
        row("relation", relation(9, "public", "items", {"id", "a b"}), "relation 9 public.items id a b");
        row("relation without columns", relation(9, "public", "items", {}), "relation 9 public.items");
        row("insert", insert(9, {"1", std::nullopt, ""}), "insert 9 1|NULL|");
        row("insert of no columns", insert(9, {}), "insert 9 -");
        row("bytes of a value stay as they are", insert(9, {std::string("\xc3\xa9'\\\n")}), "insert 9 \xc3\xa9'\\\n");
        row("update without the old row", update(9, {}, {"1", "x"}), "update 9 - 1|x");
        row("update with the old row", update(9, {"1", "w"}, {"1", "x"}), "update 9 1|w 1|x");
        row("update with the old key", 'U' + big(9U) + 'K' + tuple({"1", std::nullopt}) + 'N' + tuple({"2", "x"}),
            "update 9 1|NULL (key) 2|x");
        row("update that leaves a TOASTed value", update(9, {"1", "long"}, {"1", unchanged}), "update 9 1|long 1|?");
        row("delete", deletion(9, {"1", "x"}), "delete 9 1|x");
        row("delete with the key", 'D' + big(9U) + 'K' + tuple({"1", std::nullopt}), "delete 9 1|NULL (key)");
        row("truncate", truncate({9}), "truncate 9");
        row("truncate of many, both options", truncate({9, 10}, 3), "truncate 9 10 cascade restart");
        row("logical message", logicalMessage("p", "content"), "message p=content");
        row("logical message outside of transactions", logicalMessage("", "", false), "loose message =");
        row("origin", 'O' + big(std::uint64_t {1}) + zeroEnded("elsewhere"), "ignored");
        row("type", 'Y' + big(1U) + zeroEnded("public") + zeroEnded("colour"), "ignored");
        row("stream start", 'S' + big(7U) + '\1', "unsupported");
        row("stream stop", "E", "unsupported");
        row("stream commit", 'c' + big(7U) + commit(16).substr(1), "unsupported");
        row("stream abort", 'A' + big(7U) + big(7U), "unsupported");
        row("begin prepare", 'b' + std::string(40, '\0'), "unsupported");
        row("a kind from the future", "z", "unsupported");
        row("nothing", "", "malformed");
        row("insert with an old row", 'I' + big(9U) + 'O' + tuple({"1"}), "malformed");
        row("update without a new row", 'U' + big(9U) + 'O' + tuple({"1"}), "malformed");
        row("delete of a new row", 'D' + big(9U) + 'N' + tuple({"1"}), "malformed");
        row("binary value", 'I' + big(9U) + 'N' + big(std::uint16_t {1}) + 'b' + big(1U) + 'x', "malformed");
        row("value longer than the message", 'I' + big(9U) + 'N' + big(std::uint16_t {1}) + 't' + big(0xffffffffU) + 'x', "malformed");
        row("more columns than Postgres has", 'I' + big(9U) + 'N' + big(std::uint16_t {1601}) + std::string(1601, 'n'), "malformed");
        row("as many columns as it may have", insert(9, std::vector<Cell>(1600)).substr(0, 8) + std::string(1600, 'n'),
            ("insert 9 NULL" + QString(QStringLiteral("|NULL")).repeated(1599).toStdString()).c_str());
        row("truncate of more than it lists", 'T' + big(0xffffffffU) + '\0' + big(9U), "malformed");
        row("name without an end", 'R' + big(9U) + "public", "malformed");
    }
    void decodes()
    {
        QFETCH(QByteArray, bytes);
        QTEST(decoded(bytes.toStdString()), "expected");
    }

    void everyCutMessageIsMalformed()
    {
        const std::vector<std::string> whole {begin(7), commit(16), relation(9, "public", "items", {"id"}), insert(9, {"12"}),
            update(9, {"12"}, {"13"}), deletion(9, {"12"}), truncate({9, 10}), logicalMessage("p", "content")};
        for (const std::string &message : whole) {
            for (std::size_t length = 0; length < message.size(); ++length)
                QCOMPARE(decoded(message.substr(0, length)), QStringLiteral("malformed"));
        }
    }
};

QTEST_APPLESS_MAIN(TestPgoutput)
#include "tst_pgoutput.moc"
