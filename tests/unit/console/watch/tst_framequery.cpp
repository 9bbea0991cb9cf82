#include <QTest>

#include "console/models/framequery.h"

using namespace electric;
using namespace electric::console;

class TestFrameQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAreChosen_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("matches");
        QTest::newRow("nothing asked for") << "" << true;
        QTest::newRow("spaces only") << "   " << true;
        QTest::newRow("text") << "hello" << true;
        QTest::newRow("text in another case") << "HELLO" << true;
        QTest::newRow("another text") << "goodbye" << false;
        QTest::newRow("both words") << "items hello" << true;
        QTest::newRow("one of them not") << "items goodbye" << false;
        QTest::newRow("quoted") << "\"hello world\"" << true;
        QTest::newRow("quoted, in another order") << "\"world hello\"" << false;
        QTest::newRow("quotes that are not closed") << "\"hello wor" << true;
        QTest::newRow("direction") << "dir:out" << true;
        QTest::newRow("other direction") << "dir:in" << false;
        QTest::newRow("not the other direction") << "-dir:in" << true;
        QTest::newRow("key in another case") << "DIR:out" << true;
        QTest::newRow("type") << "type:oplog" << true;
        QTest::newRow("not this type") << "-type:SatOpLog" << false;
        QTest::newRow("larger") << "larger:1k" << true;
        QTest::newRow("not larger than itself") << "larger:2048" << false;
        QTest::newRow("larger, with a fraction") << "larger:1.5k" << true;
        QTest::newRow("larger than a mebibyte") << "larger:1M" << false;
        QTest::newRow("smaller") << "smaller:3k" << true;
        QTest::newRow("all at once") << "dir:out type:SatOpLog larger:1k -goodbye" << true;
        QTest::newRow("a key that is not known is text") << "hello:world" << false;
        QTest::newRow("a colon in a text") << "12:30" << true;
        QTest::newRow("quoted key is text") << "\"dir:in\"" << false;
        QTest::newRow("minus alone") << "-" << true;
        QTest::newRow("minus within a word") << "hello-world" << false;
    }
    void framesAreChosen()
    {
        QFETCH(QString, query);
        admin::TapFrame frame;
        frame.direction = QStringLiteral("out");
        frame.type = QStringLiteral("SatOpLog");
        frame.bytes = 2048;
        const auto parsed = FrameQuery::parse(query);
        QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.error()));
        QTEST(parsed->matches(frame, [] { return QStringLiteral("SatOpLog insert public.items: content = Hello World at 12:30"); }),
            "matches");
    }

    void whatCannotBeUnderstoodIsExplained_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("example");
        QTest::newRow("direction") << "dir:up"
                                   << "dir:in";
        QTest::newRow("no direction") << "dir:"
                                      << "dir:in";
        QTest::newRow("no type") << "type:"
                                 << "type:SatOpLog";
        QTest::newRow("size") << "larger:much"
                              << "larger:1k";
        QTest::newRow("no size") << "smaller:"
                                 << "smaller:1k";
        QTest::newRow("negative size") << "larger:-1"
                                       << "larger:1k";
        QTest::newRow("a size beyond all") << "larger:1e300g"
                                           << "larger:1k";
        QTest::newRow("not a number") << "larger:nan"
                                      << "larger:1k";
    }
    void whatCannotBeUnderstoodIsExplained()
    {
        QFETCH(QString, query);
        QFETCH(QString, example);
        const auto parsed = FrameQuery::parse(query);
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().contains(example), qPrintable(parsed.error()));
    }

    void textIsNotAskedForInVain()
    {
        const auto parsed = FrameQuery::parse(QStringLiteral("dir:in larger:1k"));
        QVERIFY(parsed);
        int asked = 0;
        (void)parsed->matches({}, [&asked] { return ++asked, QString(); });
        QCOMPARE(asked, 0);
    }
};

QTEST_GUILESS_MAIN(TestFrameQuery)
#include "tst_framequery.moc"
