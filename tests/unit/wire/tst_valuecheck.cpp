#include "service/wire/jsontext.h"
#include "service/wire/valuecheck.h"

#include <QTest>

#include <clocale>

using namespace electric;
using namespace electric::wire;

namespace {

Result<std::string> check(const QString &type, const QByteArray &bytes)
{
    schema::Catalogue catalogue;
    catalogue.put(schema::Enum {{"public", "colour"}, {"red", "Black_with_milk"}});
    const std::string name = type.toStdString();
    return checkedValue(
        {name, {}, {}, name == "colour" || name == "unheard_of"}, std::string_view(bytes.data(), std::size_t(bytes.size())), catalogue);
}

} // namespace

class ValueCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhatTheOriginalTook_data();
    void takesWhatTheOriginalTook();
    void refusesWhatTheOriginalRefused_data();
    void refusesWhatTheOriginalRefused();
    void givesPostgresItsOwnForm_data();
    void givesPostgresItsOwnForm();
    void refusesNulBytesWithAReason_data();
    void refusesNulBytesWithAReason();
    void readsFloatsInEveryLocale();
    void neverTellsTheValue();
    void boundsTheNestingOfJson();
};

// spec/satellite.md §6.3
void ValueCheckTest::takesWhatTheOriginalTook_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("value");
    const auto rows = [](const char *type, std::initializer_list<const char *> values) {
        for (const char *value : values)
            QTest::addRow("%s '%s'", type, value) << QString::fromLatin1(type) << QByteArray(value);
    };
    rows("bool", {"t", "f"});
    rows("int2", {"+0", "-0", "-32768", "32767"});
    rows("int4", {"0", "-2147483648", "+2147483647", "007"});
    rows("int8", {"+9223372036854775807", "-9223372036854775808"});
    rows("float4", {"+0.0", "1", "7.3e-4", "1e1", "1e-40", "3.4e38"});
    rows("float8", {"-iNfInItY", "inf", "NAN", "infinity", "-inf", "1.23456789E+248", "0e999", "-0"});
    rows("text", {"", "now", "\xff", "\\x0001ff"});
    rows("varchar", {"", "x"});
    rows("date", {"0001-01-01", "6000-02-29", "9999-12-31", "2000-02-29"});
    rows("time", {"00:00:00.332211", "23:59:59", "01:02:03.4"});
    rows("timestamp", {"2023-08-07 21:28:35.111", "2023-08-07T21:28:35", "0001-01-01 00:00:00"});
    rows("timestamptz", {"2023-08-07 00:00:00Z", "2023-08-15 17:20:31+00", "2023-08-15 17:20:31.123456+00:00", "2023-08-15T17:20:31Z"});
    for (const char *type : {"json", "jsonb"})
        rows(type,
            {"null", "-123", "\"hello\"", "true", " {} ", "[]", "[1, 2]", R"({"a": [{}, "b", null], "c": 1.5e-7})", R"("\u00e9\n\"")",
                "1e999", "-0"});
    rows("colour", {"Black_with_milk", "red"});
    rows("unheard_of", {"anything"});
}

void ValueCheckTest::takesWhatTheOriginalTook()
{
    QFETCH(QString, type);
    QFETCH(QByteArray, value);
    const auto checked = check(type, value);
    QVERIFY(checked);
    QCOMPARE(QByteArray::fromStdString(*checked), value);
}

void ValueCheckTest::refusesWhatTheOriginalRefused_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("value");
    const auto rows = [](const char *type, std::initializer_list<const char *> values) {
        for (const char *value : values)
            QTest::addRow("%s '%s'", type, value) << QString::fromLatin1(type) << QByteArray(value);
    };
    rows("bool", {"", "1", "0", "True", "false", "+", "-", "yes", "no"});
    for (const char *type : {"int2", "int4", "int8"})
        rows(type,
            {"", "five", ".", "-", "+", "0.0", "1_000", "-1+5", "+-5", "0x33", "0b101011", "0o373", " 1", "1 ", "9223372036854775808"});
    rows("int2", {"32768", "-32769"});
    rows("int4", {"2147483648"});
    for (const char *type : {"float4", "float8"})
        rows(type, {"", ".", "0.", ".5", " 1", "20_30", "0x33", "1.8e+308", "+inf", "--1", "+-1", "1e", "nan(1)", "infinit"});
    rows("float4", {"-1.23456789e40", "0.6e-45"});
    rows("uuid",
        {"", "1", "c0ffee0000004000800000000000001a", "c0ffee00-0000-4000-8000-00000000000g", "{0ffee00-0000-4000-8000-000000000001}"});
    rows("date",
        {"now", "20230822", "22-08-2023", "-1999-01-01", "001-01-01", "5697-02-29", "1900-02-29", "0000-01-01", "2023-13-01", "2023-04-31",
            "2023-01-01 "});
    rows("time", {"", "20:12", "1:20:23", "02:02:03-08:00", "01:00:00+0", "99:99:99", "24:00:00", "00:00:00.", "00:00:00.1234567"});
    rows("timestamp", {"now", "2023-08-07 21:28:35Z", "2023-08-07 21:28:35+00", "2023-08-07", "0000-01-01 00:00:00"});
    rows("timestamptz", {"2023-08-07 00:00:00+03:00", "2023-08-07 00:00:00", "2023-08-07 24:00:00Z", "2023-08-07 00:00:00+0", "infinity"});
    for (const char *type : {"json", "jsonb"})
        rows(type,
            {"", " ", "now", ".123", "1.", "01", "+1", "-", "1e", "{]", "\"hello", "1, 2", "\"a\", \"b\"", "1],[2", "[1,]", "[,1]", "[1 2]",
                "{\"a\":1,}", "{\"a\"}", "{a:1}", "{\"a\":}", "\"a\nb\"", "\"\\x\"", "\"\\u12g4\"", "True", "nulls", "NaN", "[", "}",
                "{} {}"});
    rows("colour", {"ESPRESSO", "'latte'", "Red", ""});
}

void ValueCheckTest::refusesWhatTheOriginalRefused()
{
    QFETCH(QString, type);
    QFETCH(QByteArray, value);
    const auto checked = check(type, value);
    QVERIFY(!checked);
    QCOMPARE(checked.error().kind, Failure::Kind::Malformed);
}

void ValueCheckTest::givesPostgresItsOwnForm_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("stored");
    QTest::newRow("bytea") << QStringLiteral("bytea") << QByteArray("\x00\xff", 2) << QByteArray("\\x00ff");
    QTest::newRow("empty bytea") << QStringLiteral("bytea") << QByteArray() << QByteArray("\\x");
    QTest::newRow("bytea taken literally") << QStringLiteral("bytea") << QByteArray("\\x0001ff") << QByteArray("\\x5c78303030316666");
    QTest::newRow("uuid") << QStringLiteral("uuid") << QByteArray("C0FFEE00-0000-4000-8000-00000000000A")
                          << QByteArray("c0ffee00-0000-4000-8000-00000000000a");
}

void ValueCheckTest::givesPostgresItsOwnForm()
{
    QFETCH(QString, type);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, stored);
    QCOMPARE(QByteArray::fromStdString(check(type, value).value()), stored);
}

void ValueCheckTest::refusesNulBytesWithAReason_data()
{
    QTest::addColumn<QString>("type");
    for (const char *type : {"text", "varchar", "jsonb", "colour", "unheard_of", "uuid"})
        QTest::newRow(type) << QString::fromLatin1(type);
}

void ValueCheckTest::refusesNulBytesWithAReason()
{
    QFETCH(QString, type);
    const auto checked = check(type, QByteArray("a\0b", 3));
    QVERIFY(!checked);
    QVERIFY(checked.error().detail.find("NUL") != std::string::npos);
}

void ValueCheckTest::readsFloatsInEveryLocale()
{
    const std::string before = std::setlocale(LC_NUMERIC, nullptr);
    for (const char *locale : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
        std::setlocale(LC_NUMERIC, locale);
        QVERIFY(check(QStringLiteral("float8"), "0.5"));
        QVERIFY(!check(QStringLiteral("float8"), "0,5"));
    }
    std::setlocale(LC_NUMERIC, before.c_str());
}

void ValueCheckTest::neverTellsTheValue()
{
    QCOMPARE(check(QStringLiteral("int4"), "secret").error().detail.find("secret"), std::string::npos);
}

void ValueCheckTest::boundsTheNestingOfJson()
{
    const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
    QVERIFY(isJsonText(nested(1000)));
    QVERIFY(!isJsonText(nested(100'000)));
    QVERIFY(!isJsonText(std::string(1'000'000, '[')));
}

QTEST_APPLESS_MAIN(ValueCheckTest)
#include "tst_valuecheck.moc"
