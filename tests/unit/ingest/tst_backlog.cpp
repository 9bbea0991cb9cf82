#include <QTest>

#include "service/ingest/backlog.h"

#include <future>

using electric::ingest::Backlog;

class TestBacklog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasRoomUpToItsBytes()
    {
        Backlog backlog(100);
        backlog.add(60);
        backlog.add(40);
        QVERIFY(backlog.waitForRoom(std::chrono::milliseconds(0)));
        backlog.add(1);
        QVERIFY(!backlog.waitForRoom(std::chrono::milliseconds(0)));
        backlog.removeOldest();
        QVERIFY(backlog.waitForRoom(std::chrono::milliseconds(0)));
    }

    void letsOneThingThroughHoweverLarge()
    {
        Backlog backlog(100);
        backlog.add(1000);
        QVERIFY(backlog.waitForRoom(std::chrono::milliseconds(0)));
        backlog.add(1);
        QVERIFY(!backlog.waitForRoom(std::chrono::milliseconds(0)));
    }

    void forgetsWhatIsDealtWithAfterClear()
    {
        Backlog backlog(100);
        backlog.add(80);
        backlog.clear();
        backlog.removeOldest(); // of the run before
        backlog.add(60);
        backlog.add(60);
        QVERIFY(!backlog.waitForRoom(std::chrono::milliseconds(0)));
    }

    void waitsUntilThereIsRoom()
    {
        Backlog backlog(100);
        backlog.add(80);
        backlog.add(80);
        auto waiting = std::async(std::launch::async, [&backlog] { return backlog.waitForRoom(std::chrono::seconds(30)); });
        backlog.removeOldest();
        QVERIFY(waiting.get());
    }
};

QTEST_APPLESS_MAIN(TestBacklog)
#include "tst_backlog.moc"
