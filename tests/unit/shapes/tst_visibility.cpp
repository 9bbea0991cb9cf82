#include "service/shapes/visibility.h"

#include <QTest>

using electric::shapes::Visibility;

class TestVisibility : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsPostgresText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("none in progress") << QByteArray("10:10:") << true;
        QTest::newRow("some in progress") << QByteArray("10:20:10,14,15") << true;
        QTest::newRow("64 bits") << QByteArray("8589934592:8589934600:8589934592") << true;
        QTest::newRow("empty") << QByteArray("") << false;
        QTest::newRow("one number") << QByteArray("10") << false;
        QTest::newRow("letters") << QByteArray("10:20:x") << false;
        QTest::newRow("upside down") << QByteArray("20:10:") << false;
    }
    void readsPostgresText()
    {
        QFETCH(QByteArray, text);
        QTEST(Visibility::parse({text.constData(), std::size_t(text.size())}).has_value(), "valid");
    }

    void showsWhatHadCommitted_data()
    {
        QTest::addColumn<quint64>("xid");
        QTest::addColumn<bool>("shown");
        QTest::newRow("below xmin") << quint64(9) << true;
        QTest::newRow("in progress at xmin") << quint64(10) << false;
        QTest::newRow("finished between") << quint64(11) << true;
        QTest::newRow("in progress between") << quint64(14) << false;
        QTest::newRow("at xmax") << quint64(20) << false;
        QTest::newRow("beyond xmax") << quint64(21) << false;
    }
    void showsWhatHadCommitted()
    {
        QFETCH(quint64, xid);
        QTEST(Visibility::parse("10:20:14,10")->shows(xid), "shown");
    }
};

QTEST_APPLESS_MAIN(TestVisibility)
#include "tst_visibility.moc"
