#include <QTest>

#include "service/admin/tapframes.h"
#include "service/wire/frame.h"

#include <QJsonDocument>

using namespace electric;
using namespace electric::admin;

class TestTapFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenIsNeverShown()
    {
        wire::protocol::SatAuthReq request;
        request.set_id("client-1");
        request.set_token("very.secret.token");
        auto *const header = request.add_headers();
        header->set_value("also-secret");
        const std::string frame = wire::encodeFrame(wire::rpcRequest("authenticate", 1, request));
        const TapFrame shown = tapFrame(5, true, frame, qint64(frame.size()));
        const QByteArray json = QJsonDocument(shown.content).toJson();
        QCOMPARE(shown.type, QStringLiteral("SatRpcRequest"));
        QVERIFY2(json.contains("client-1") && json.contains("authenticate"), json.constData());
        QVERIFY2(!json.contains("secret"), json.constData());
        QVERIFY2(!json.contains(QByteArray("very.secret.token").toBase64().left(12)), json.constData());
    }

    void callsAndAnswersAreTakenApart()
    {
        wire::protocol::SatSubsResp answer;
        answer.set_subscription_id("sub-1");
        const std::string frame = wire::encodeFrame(wire::rpcResult("subscribe", 3, answer));
        const TapFrame shown = tapFrame(5, false, frame, qint64(frame.size()));
        QCOMPARE(shown.direction, QStringLiteral("out"));
        QCOMPARE(shown.content.value(QLatin1String("message")).toObject().value(QLatin1String("subscriptionId")).toString(),
            QStringLiteral("sub-1"));
    }

    void whatWasShortenedHasNoContent()
    {
        const TapFrame shown = tapFrame(5, false, std::string(1, '\x09'), 100'000);
        QVERIFY(shown.isShortened);
        QVERIFY(shown.content.isEmpty());
        QCOMPARE(shown.bytes, 100'000);
    }

    void garbageIsShownAsSuch_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("unknown type") << QByteArray("\xc8zzz", 4);
        QTest::newRow("broken message") << QByteArray("\x15\xff\xff", 3);
    }
    void garbageIsShownAsSuch()
    {
        QFETCH(QByteArray, frame);
        const TapFrame shown = tapFrame(5, true, frame.toStdString(), frame.size());
        QCOMPARE(shown.type, QStringLiteral("unreadable"));
        QVERIFY(shown.content.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTapFrames)
#include "tst_tapframes.moc"
