#include "service/http/compression.h"
#include "service/http/response.h"

#include <QTest>

#include <zlib.h>

using namespace electric::http;

namespace {

std::string inflated(const std::string &body)
{
    std::string out(100'000, '\0');
    std::string in(body);
    z_stream stream {};
    inflateInit2(&stream, 15 + 32); // either header
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    out.resize(inflate(&stream, Z_FINISH) == Z_STREAM_END ? stream.total_out : 0);
    inflateEnd(&stream);
    return out;
}

RequestHead request(const std::string &method, const std::string &headers)
{
    return parseHead(method + " / HTTP/1.1\r\n" + headers + "\r\n").head;
}

std::string header(const Response &response, const std::string &name)
{
    std::string all;
    for (const auto &[key, value] : response.headers)
        if (key == name)
            all += (all.empty() ? "" : ", ") + value;
    return all;
}

} // namespace

class TestResponse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void encodingsAreChosen_data()
    {
        QTest::addColumn<QByteArray>("accepted");
        QTest::addColumn<QByteArray>("chosen");
        QTest::newRow("none") << QByteArray("") << QByteArray("");
        QTest::newRow("others") << QByteArray("br, zstd") << QByteArray("");
        QTest::newRow("gzip") << QByteArray("br, gzip, deflate") << QByteArray("gzip");
        QTest::newRow("the client's order") << QByteArray("deflate, gzip") << QByteArray("deflate");
        QTest::newRow("old name") << QByteArray("X-GZip") << QByteArray("gzip");
        QTest::newRow("refused") << QByteArray("gzip;q=0, deflate;q=0.0") << QByteArray("");
        QTest::newRow("weighted") << QByteArray("gzip;q=0, deflate; q=0.5") << QByteArray("deflate");
    }
    void encodingsAreChosen()
    {
        QFETCH(QByteArray, accepted);
        const auto encoding = acceptedEncoding(accepted.toStdString());
        const std::string_view name = encoding ? nameOf(*encoding) : std::string_view();
        QTEST(QByteArray(name.data(), qsizetype(name.size())), "chosen");
    }

    void longTextsAreCompressed()
    {
        const std::string text(5000, 'a');
        for (const char *const encoding : {"gzip", "deflate"}) {
            const RequestHead head = request("GET", std::string("Accept-Encoding: ") + encoding + "\r\n");
            const Response response = responseTo(head, {200, text, "text/plain"}, {}, "now");
            QCOMPARE(header(response, "content-encoding"), std::string(encoding));
            QCOMPARE(header(response, "content-length"), std::to_string(response.body.size()));
            QVERIFY(response.body.size() < 200);
            QVERIFY(inflated(response.body) == text);
        }
    }

    void shortTextsAndArchivesAreNot()
    {
        const RequestHead head = request("GET", "Accept-Encoding: gzip\r\n");
        QCOMPARE(responseTo(head, {200, "short"}, {}, {}).body, std::string("short"));
        const std::string archive(5000, 'z');
        QVERIFY(responseTo(head, {200, archive, "application/zip"}, {}, {}).body == archive);
    }

    void headHasNoBodyButItsLength()
    {
        const Response response = responseTo(request("HEAD", ""), {200, "12345"}, {}, "now");
        QCOMPARE(response.body, std::string());
        QCOMPARE(header(response, "content-length"), std::string("5"));
        QCOMPARE(header(response, "date"), std::string("now"));
    }

    void noContentHasNoLength() { QCOMPARE(header(responseTo(request("GET", ""), {204, {}}, {}, {}), "content-length"), std::string()); }

    void onlyAllowedOriginsAreTold_data()
    {
        QTest::addColumn<QByteArray>("allowed");
        QTest::addColumn<QByteArray>("origin");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("nobody is") << QByteArray() << QByteArray("https://a.example") << QByteArray();
        QTest::newRow("the one") << QByteArray("https://a.example") << QByteArray("https://a.example") << QByteArray("https://a.example");
        QTest::newRow("another") << QByteArray("https://a.example") << QByteArray("https://b.example") << QByteArray();
        QTest::newRow("all") << QByteArray("*") << QByteArray("https://b.example") << QByteArray("https://b.example");
    }
    void onlyAllowedOriginsAreTold()
    {
        QFETCH(QByteArray, allowed);
        QFETCH(QByteArray, origin);
        std::vector<std::string> origins;
        if (!allowed.isEmpty())
            origins.push_back(allowed.toStdString());
        const RequestHead head = request("OPTIONS", "Origin: " + origin.toStdString() + "\r\nAccess-Control-Request-Method: GET\r\n");
        const Response response = responseTo(head, {204, {}}, origins, {});
        QTEST(QByteArray::fromStdString(header(response, "access-control-allow-origin")), "told");
        QCOMPARE(header(response, "access-control-allow-methods").empty(), header(response, "access-control-allow-origin").empty());
        QCOMPARE(header(response, "vary"), std::string(allowed.isEmpty() ? "accept-encoding" : "accept-encoding, origin"));
    }
};

QTEST_APPLESS_MAIN(TestResponse)
#include "tst_response.moc"
