#include <QTest>

#include "service/changes/tags.h"
#include "service/changes/timestamp.h"

#include <limits>

using namespace electric::changes;

namespace {

constexpr qint64 none = -42; // nothing could be read

QString joined(const std::vector<std::string> &tags)
{
    QStringList list;
    for (const std::string &tag : tags)
        list << QString::fromStdString(tag);
    return list.join(QLatin1Char(' '));
}

} // namespace

class TestTags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Expected values: date -u -d "…" +%s, and Postgres' extract(epoch from …).
    void timestamps_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("expected");
        const auto row = [](const char *text, qint64 expected) { QTest::newRow(text) << QByteArray(text) << expected; };
        row("2023-06-15 11:18:05.372+00", 1686827885372);
        row("2023-06-15 11:18:05+00", 1686827885000);
        row("2023-06-15 11:18:05.3+00", 1686827885300);
        row("2023-06-15 11:18:05.372999+00", 1686827885372);
        row("2023-06-15 13:18:05.372+02", 1686827885372);
        row("2023-06-15 16:48:05.372+05:30", 1686827885372);
        row("2023-06-15 16:48:20.372+05:30:15", 1686827885372);
        row("2023-06-15 07:48:05.372-03:30", 1686827885372);
        row("1970-01-01 00:00:00+00", 0);
        row("1969-12-31 23:59:59.999+00", -1);
        row("2000-02-29 00:00:00+00", 951782400000);
        row("0001-01-01 00:00:00+00", -62135596800000);
        row("0001-12-31 23:59:59+00 BC", -62135596801000);
        row("0044-03-15 12:00:00+00:00:30 BC", -63517780830000);
        row("4714-11-24 00:00:00+00 BC", -210866803200000);
        row("294276-12-31 23:59:59.999+00", 9224318015999999);
        row("06/15/2023 11:18:05.372 UTC", 1686827885372);
        row("15.06.2023 11:18:05.372 UTC", 1686827885372);
        row("Thu Jun 15 11:18:05.372 2023 UTC", 1686827885372);
        row("Thu 15 Jun 11:18:05.372 2023 UTC", 1686827885372);
        row("Thu Jun 15 13:18:05.372 2023 +02", 1686827885372);
        row("Thu Jun 15 11:18:05 2023 GMT", 1686827885000);
        row("Sun Mar 15 12:00:00 0044 UTC BC", -63517780800000);
        row("infinity", std::numeric_limits<qint64>::max());
        row("-infinity", std::numeric_limits<qint64>::min());
        for (const char *bad : {"", "yesterday", "2023-06-15", "2023-06-15 11:18+00", "2023-06-15 11:18:05", "2023-06-15 11:18:05 PST",
                 "2023-13-15 11:18:05+00", "2023-00-15 11:18:05+00", "2023-06-00 11:18:05+00", "2023-06-15 25:18:05+00",
                 "2023-06-15 11:18:05+00 AD", "2023-06-15 11:18:05+00x", "99999999999-06-15 11:18:05+00", "-2023-06-15 11:18:05+00",
                 "2023-06--15 11:18:05+00", "4800-06-15 11:18:05+00 BC", "Thu Foo 15 11:18:05 2023 UTC", "2023-06-15 11:18:05+00:00:00:00"})
            row(bad, none);
    }
    void timestamps()
    {
        QFETCH(QByteArray, text);
        QTEST(qint64(parseTimestamp(text.toStdString()).value_or(none)), "expected");
    }

    void timesSurviveTheWayThereAndBack()
    {
        for (const std::int64_t ms : {std::int64_t {0}, std::int64_t {-1}, std::int64_t {1686827885372}, std::int64_t {951782400000}})
            QCOMPARE(parseTimestamp(formatUtc(ms)), std::optional(ms));
    }

    void tags_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(expected);
        };
        row("of a client", "(\"2023-06-15 11:18:05.372+00\",c1)", "c1@1686827885372");
        row("of Postgres", "(\"2023-06-15 11:18:05.372+00\",)", "postgres_1@1686827885372");
        row("empty", "(,)", "postgres_1@0");
        row("quoted origin", "(\"2023-06-15 11:18:05+00\",\"a, \"\"b\"\" \\\\c)\")", "a, \"b\" \\c)@1686827885000");
        row("bad time", "(tomorrow,c1)", "none");
        row("no composite", "c1", "none");
        row("cut", "(\"2023-06-15 11:18:05+00\"", "none");
        row("nothing", "", "none");
    }
    void tags()
    {
        QFETCH(QByteArray, text);
        const auto tag = parseTag(text.toStdString());
        QTEST(tag ? QString::fromStdString(tag->text()) : QStringLiteral("none"), "expected");
    }

    void clientTags_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isTag");
        QTest::newRow("plain") << QByteArray("c1@12") << true;
        QTest::newRow("before 1970") << QByteArray("c1@-12") << true;
        QTest::newRow("no origin") << QByteArray("@12") << true;
        QTest::newRow("no time") << QByteArray("c1@") << false;
        QTest::newRow("no @") << QByteArray("c1") << false;
        QTest::newRow("two @") << QByteArray("a@b@12") << false;
        QTest::newRow("too large") << QByteArray("c1@99999999999999999999") << false;
        QTest::newRow("more behind it") << QByteArray("c1@12 ") << false;
    }
    void clientTags()
    {
        QFETCH(QByteArray, text);
        const auto tag = parseClientTag(text.toStdString());
        QTEST(tag.has_value(), "isTag");
        if (tag)
            QCOMPARE(tag->text(), text.toStdString());
    }

    void tagArrays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(expected);
        };
        row("none", "{}", "");
        row("one", "{\"(\\\"2023-06-15 11:18:05.372+00\\\",c1)\"}", "c1@1686827885372");
        row("two", "{\"(\\\"2023-06-15 11:18:05+00\\\",c1)\",\"(\\\"2023-06-15 11:18:05.372+00\\\",)\"}",
            "c1@1686827885000 postgres_1@1686827885372");
        row("origin with quotes", "{\"(\\\"2023-06-15 11:18:05+00\\\",\\\"a\\\"\\\"b\\\")\"}", "a\"b@1686827885000");
        row("a NULL among them", "{NULL,\"(\\\"2023-06-15 11:18:05+00\\\",c1)\"}", "c1@1686827885000");
        row("other zone", "{\"(\\\"2023-06-15 16:48:20.372+05:30:15\\\",c1)\"}", "c1@1686827885372");
        row("cut", "{\"(\\\"2023-06-15 11:18:05+00\\\",c1)\",", "c1@1686827885000");
        row("no array", "tags", "");
        row("nothing", "", "");
    }
    void tagArrays()
    {
        QFETCH(QByteArray, text);
        TagArrayReader reader;
        QTEST(joined(reader.read(text.toStdString())), "expected");
        QTEST(joined(reader.read(text.toStdString())), "expected"); // the remembered one
    }

    void aRememberedArrayIsNotTakenForTheNext()
    {
        TagArrayReader reader;
        (void)reader.read("{\"(\\\"2023-06-15 11:18:05+00\\\",c1)\"}");
        QCOMPARE(joined(reader.read("{}")), QString());
    }
};

QTEST_APPLESS_MAIN(TestTags)
#include "tst_tags.moc"
