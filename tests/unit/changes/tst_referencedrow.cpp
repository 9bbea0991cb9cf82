#include "service/changes/transactionassembler.h"

#include <QTest>

using namespace electric;
using namespace electric::changes;

// No raw literals: moc does not see classes after them.
static const QByteArray content("{\"secret\": \"right\", \"schema\": \"public\", \"table\": \"parent\", \"oid\": 4000000001,"
                                " \"tags\": \"{\\\"(\\\\\\\"2023-06-15 11:18:05.372+00\\\\\\\",c1)\\\"}\", \"pk\": [\"1\"],"
                                " \"columns\": [\"id\", \"name\"], \"row\": [\"1\", null]}");

class TestReferencedRow : public QObject
{
    Q_OBJECT

private:
    static TransactionPtr transaction(const std::string &secret, const std::string &prefix, const std::string &text, bool isTransactional)
    {
        TransactionAssembler assembler(1000, secret);
        (void)assembler.on(pgoutput::Begin {Lsn {1}, 0, 1001});
        (void)assembler.on(pgoutput::LogicalMessage {isTransactional, Lsn {1}, prefix, text});
        auto done = assembler.on(pgoutput::Commit {Lsn {1}, Lsn {2}});
        return done ? *done : nullptr;
    }

private Q_SLOTS:
    void rowComesWithItsTags()
    {
        const auto got = transaction("right", "electric.fk_chain_touch", content.toStdString(), true);
        QVERIFY(got);
        QCOMPARE(got->changes.size(), std::size_t(1));
        const RowChange &change = got->changes.front();
        QVERIFY(change.isReferenced);
        QCOMPARE(change.tableOid, 4000000001U);
        QCOMPARE(change.newRow.size(), std::size_t(2));
        QCOMPARE(std::string(change.newRow.at(0).text), std::string("1"));
        QVERIFY(change.newRow.at(1).kind == Value::Kind::Null);
        QVERIFY(change.oldRow == change.newRow);
        QCOMPARE(change.tags, std::vector<std::string> {"c1@1686827885372"});
        QCOMPARE(got->origin, std::string(postgresOrigin)); // whoever wrote the parent did not write this
    }

    void otherMessagesAreLeftOut_data()
    {
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QByteArray>("prefix");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isTransactional");
        const QByteArray ours("electric.fk_chain_touch");
        QTest::newRow("no secret is known") << QByteArray() << ours << content << true;
        QTest::newRow("another secret") << QByteArray("wrong") << ours << content << true;
        QTest::newRow("a longer secret") << QByteArray("right2") << ours << content << true;
        QTest::newRow("empty secrets do not match")
            << QByteArray() << ours << QByteArray("{\"secret\": \"\", \"oid\": 1, \"row\": [\"1\"]}") << true;
        QTest::newRow("another prefix") << QByteArray("right") << QByteArray("other") << content << true;
        QTest::newRow("not part of the transaction") << QByteArray("right") << ours << content << false;
        QTest::newRow("of the original") << QByteArray("right") << ours
                                         << QByteArray("{\"schema\": \"public\", \"table\": \"t\", \"data\": {}}") << true;
        QTest::newRow("not JSON") << QByteArray("right") << ours << QByteArray("{") << true;
    }

    void otherMessagesAreLeftOut()
    {
        QFETCH(QByteArray, secret);
        QFETCH(QByteArray, prefix);
        QFETCH(QByteArray, text);
        QFETCH(bool, isTransactional);
        const auto got = transaction(secret.toStdString(), prefix.toStdString(), text.toStdString(), isTransactional);
        QVERIFY(got);
        QVERIFY(got->changes.empty());
    }
};

QTEST_APPLESS_MAIN(TestReferencedRow)
#include "tst_referencedrow.moc"
