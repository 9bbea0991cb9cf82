#include <QTest>

#include "console/control/warnings.h"

using namespace electric;
using namespace electric::console;

using Level = Warning::Level;

namespace {

constexpr qint64 GiB = qint64(1) << 30;

admin::Replication kept(double share)
{
    admin::Replication found;
    found.windowDistanceMax = 1'000;
    admin::Slot ours;
    ours.isOurs = true;
    ours.retainedBytes = qint64(share * 1'000);
    found.replicationSlots = {ours};
    return found;
}

Warnings::Facts facts(const admin::Replication &found)
{
    Warnings::Facts known;
    known.replication = found;
    known.service = Warnings::Service::Well;
    return known;
}

Warnings::Facts service(Warnings::Service how)
{
    Warnings::Facts known;
    known.service = how;
    return known;
}

QStringList subjects(const QList<Warning> &warnings)
{
    QStringList all;
    for (const Warning &one : warnings)
        all << one.subject;
    return all;
}

} // namespace

class TestWarnings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allIsWell()
    {
        Warnings warnings;
        QVERIFY(warnings.review(facts(kept(0.49)), 0).isEmpty());
        QVERIFY(warnings.standing().isEmpty());
        QVERIFY(warnings.review({}, 0).isEmpty()); // nothing is known
    }

    void aLevelIsToldOnce()
    {
        Warnings warnings;
        const auto first = warnings.review(facts(kept(0.5)), 0);
        QCOMPARE(subjects(first), QStringList {QStringLiteral("wal")});
        QCOMPARE(first[0].level, Level::Warning);
        QCOMPARE(first[0].page, QStringLiteral("replication"));
        QVERIFY(first[0].text.contains(QStringLiteral("50%")));
        QVERIFY(warnings.review(facts(kept(0.6)), 1).isEmpty());
        const auto second = warnings.review(facts(kept(0.8)), 2);
        QCOMPARE(second.size(), 1);
        QCOMPARE(second[0].level, Level::Grave);
        QVERIFY(warnings.review(facts(kept(0.99)), 3).isEmpty());
        QCOMPARE(warnings.standing().size(), 1);
    }

    void itIsToldAgainAfterItHasFallenBelow()
    {
        Warnings warnings;
        (void)warnings.review(facts(kept(0.85)), 0);
        QVERIFY(warnings.review(facts(kept(0.79)), 1).isEmpty()); // hardly below: it swings
        QCOMPARE(warnings.standing()[0].level, Level::Grave);
        QVERIFY(warnings.review(facts(kept(0.7)), 2).isEmpty());
        QCOMPARE(warnings.standing()[0].level, Level::Warning);
        QCOMPARE(warnings.review(facts(kept(0.81)), 3).size(), 1);
        QVERIFY(warnings.review(facts(kept(0.2)), 4).isEmpty());
        QVERIFY(warnings.standing().isEmpty());
        QCOMPARE(warnings.review(facts(kept(0.55)), 5).size(), 1);
    }

    void whatStandsIsToldWithTheNewestFigures()
    {
        Warnings warnings;
        (void)warnings.review(facts(kept(0.5)), 0);
        (void)warnings.review(facts(kept(0.6)), 1);
        QVERIFY(warnings.standing()[0].text.contains(QStringLiteral("60%")));
    }

    void eachLimitIsSeenByItself_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<int>("used");
        QTest::addColumn<int>("most");
        QTest::addColumn<bool>("isGrave");
        QTest::newRow("slots") << "slots" << 8 << 10 << false;
        QTest::newRow("no slot is left") << "slots" << 10 << 10 << true;
        QTest::newRow("connections") << "connections" << 80 << 100 << false;
        QTest::newRow("hardly a connection is left") << "connections" << 97 << 100 << true;
        QTest::newRow("limit not known") << "" << 5 << 0 << false;
    }
    void eachLimitIsSeenByItself()
    {
        QFETCH(QString, subject);
        QFETCH(int, used);
        QFETCH(int, most);
        QFETCH(bool, isGrave);
        admin::Replication found = kept(0.1);
        if (subject == QLatin1String("slots"))
            found.slotsUsed = used, found.slotsMax = most;
        else
            found.connectionsUsed = used, found.connectionsMax = most;
        Warnings warnings;
        const auto told = warnings.review(facts(found), 0);
        QCOMPARE(subjects(told), subject.isEmpty() ? QStringList() : QStringList {subject});
        if (!told.isEmpty())
            QCOMPARE(told[0].level == Level::Grave, isGrave);
    }

    void aSlotThatPostgresWillGiveUpIsSeen()
    {
        admin::Replication found = kept(0.1);
        found.replicationSlots[0].safeBytes = 20; // 100 are kept
        Warnings warnings;
        const auto told = warnings.review(facts(found), 0);
        QCOMPARE(subjects(told), QStringList {QStringLiteral("slot")});
        QCOMPARE(told[0].level, Level::Grave);
    }

    void aDiskIsJudgedByWhatIsFree_data()
    {
        QTest::addColumn<qint64>("free");
        QTest::addColumn<qint64>("total");
        QTest::addColumn<int>("level"); // -1: none
        QTest::newRow("half of a small one") << 10 * GiB << 20 * GiB << -1;
        QTest::newRow("a tenth of a small one") << 2 * GiB << 20 * GiB << int(Level::Warning);
        QTest::newRow("hardly any of a small one") << GiB / 2 << 20 * GiB << int(Level::Grave);
        QTest::newRow("a twentieth of a large one is much") << 100 * GiB << 2'000 * GiB << -1;
        QTest::newRow("little of a large one") << 15 * GiB << 2'000 * GiB << int(Level::Warning);
        QTest::newRow("full") << qint64(0) << 2'000 * GiB << int(Level::Grave);
        QTest::newRow("not known") << qint64(0) << qint64(0) << -1;
    }
    void aDiskIsJudgedByWhatIsFree()
    {
        QFETCH(qint64, free);
        QFETCH(qint64, total);
        Warnings warnings;
        Warnings::Facts known = service(Warnings::Service::Well);
        known.disk = Warnings::Disk {QStringLiteral("/data"), free, total};
        const auto told = warnings.review(known, 0);
        QTEST(told.isEmpty() ? -1 : int(told[0].level), "level");
        if (!told.isEmpty())
            QVERIFY(told[0].text.contains(QStringLiteral("/data")));
    }

    void refusedWritesAreToldWithTheirNumberAndNotAllTheTime()
    {
        Warnings warnings;
        const auto refused = [&warnings](qint64 count, qint64 atMs) {
            Warnings::Facts known = service(Warnings::Service::Well);
            known.rejectedWrites = count;
            return warnings.review(known, atMs);
        };
        QVERIFY(refused(5, 0).isEmpty()); // from before somebody looked
        const auto first = refused(6, 1'000);
        QCOMPARE(subjects(first), QStringList {QStringLiteral("rejected")});
        QCOMPARE(first[0].page, QStringLiteral("writes"));
        QVERIFY(refused(7, 2'000).isEmpty());
        QVERIFY(refused(9, 3'000).isEmpty());
        const auto second = refused(9, 62'000);
        QCOMPARE(second.size(), 1);
        QVERIFY2(second[0].text.contains(QStringLiteral("3")), qPrintable(second[0].text));
        QVERIFY(refused(9, 200'000).isEmpty());
        QVERIFY(refused(0, 300'000).isEmpty()); // started anew
        QCOMPARE(refused(1, 400'000).size(), 1);
        QVERIFY(warnings.standing().isEmpty());
    }

    void aServiceThatGoesAwayIsTold()
    {
        Warnings warnings;
        QVERIFY(warnings.review(service(Warnings::Service::Away), 0).isEmpty()); // it was never there
        (void)warnings.review(facts(kept(0.9)), 1);
        const auto told = warnings.review(service(Warnings::Service::Away), 2);
        QCOMPARE(subjects(told), QStringList {QStringLiteral("service")});
        QVERIFY(warnings.standing().isEmpty()); // the window says so by itself, and the rest is not known
        QVERIFY(warnings.review(service(Warnings::Service::Away), 3).isEmpty());
        (void)warnings.review(service(Warnings::Service::Unknown), 4);
        QVERIFY(warnings.review(service(Warnings::Service::Well), 5).isEmpty());
        Warnings::Facts stopped = service(Warnings::Service::Away);
        stopped.isStopExpected = true;
        QVERIFY(warnings.review(stopped, 6).isEmpty());
    }

    void aServiceThatIsDegradedStaysAWarning()
    {
        Warnings warnings;
        Warnings::Facts known = service(Warnings::Service::Degraded);
        known.reason = QStringLiteral("Postgres is away.");
        QCOMPARE(warnings.review(known, 0).size(), 1);
        QVERIFY(warnings.review(known, 1).isEmpty());
        QCOMPARE(warnings.standing()[0].text, known.reason);
        (void)warnings.review(service(Warnings::Service::Well), 2);
        QVERIFY(warnings.standing().isEmpty());
    }

    void theGravestComesFirst()
    {
        admin::Replication found = kept(0.9);
        found.connectionsUsed = 85, found.connectionsMax = 100;
        Warnings warnings;
        (void)warnings.review(facts(found), 0);
        QCOMPARE(subjects(warnings.standing()), (QStringList {QStringLiteral("wal"), QStringLiteral("connections")}));
    }
};

QTEST_GUILESS_MAIN(TestWarnings)
#include "tst_warnings.moc"
