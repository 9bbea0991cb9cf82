#include <QTest>

#include "console/models/replicationwords.h"
#include "console/models/slotsmodel.h"

#include <QAbstractItemModelTester>

using namespace electric;
using namespace electric::console;
using Severity = Remark::Severity;

namespace {

// All is well: a tenth of each limit is used.
admin::Replication good()
{
    admin::Slot slot;
    slot.name = QStringLiteral("ours");
    slot.active = true;
    slot.walStatus = QStringLiteral("reserved");
    slot.retainedBytes = 100;
    slot.isOurs = true;
    admin::Replication found;
    found.replicationSlots = {slot};
    found.slotsUsed = 1;
    found.slotsMax = 10;
    found.publication = QStringLiteral("electric_publication");
    found.published = 2;
    found.electrified = 2;
    found.windowBytes = 10;
    found.windowBytesMax = 100;
    found.windowDistanceMax = 1'000;
    return found;
}

using Change = void (*)(admin::Replication &);

} // namespace

class TestReplicationWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatNeedsAttentionComesFirst_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("severity");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, Severity severity, const char *says, Change change) {
            QTest::newRow(name) << change << int(severity) << QString::fromLatin1(says);
        };
        row("all is well", Severity::Good, "behind", [](admin::Replication &) {});
        row("below half", Severity::Good, "behind", [](admin::Replication &r) { r.replicationSlots[0].retainedBytes = 499; });
        row("half", Severity::Warning, "50%", [](admin::Replication &r) { r.replicationSlots[0].retainedBytes = 500; });
        row("four fifths", Severity::Error, "80%", [](admin::Replication &r) { r.replicationSlots[0].retainedBytes = 800; });
        row("memory", Severity::Warning, "TXN_CACHE", [](admin::Replication &r) { r.windowBytes = 50; });
        row("memory is short", Severity::Error, "TXN_CACHE", [](admin::Replication &r) { r.windowBytes = 80; });
        row("slots", Severity::Error, "9 of 10", [](admin::Replication &r) { r.slotsUsed = 9; });
        row("disk", Severity::Warning, "max_slot_wal", [](admin::Replication &r) { r.replicationSlots[0].safeBytes = 100; });
        row("disk is short", Severity::Error, "max_slot_wal", [](admin::Replication &r) { r.replicationSlots[0].safeBytes = 0; });
        row("lost", Severity::Error, "afresh", [](admin::Replication &r) { r.replicationSlots[0].walStatus = QStringLiteral("lost"); });
        row("soon lost", Severity::Error, "about to",
            [](admin::Replication &r) { r.replicationSlots[0].walStatus = QStringLiteral("unreserved"); });
        row("not read", Severity::Error, "not read", [](admin::Replication &r) { r.replicationSlots[0].active = false; });
        row("no slot", Severity::Error, "no replication slot", [](admin::Replication &r) { r.replicationSlots.clear(); });
        row("not published", Severity::Error, "ALTER PUBLICATION", [](admin::Replication &r) { r.published = 1; });
        row("no publication", Severity::Error, "no publication", [](admin::Replication &r) { r.publication.clear(); });
        row("another's slot", Severity::Warning, "pg_drop_replication_slot", [](admin::Replication &r) {
            admin::Slot other;
            other.name = QStringLiteral("forgotten");
            other.retainedBytes = 900;
            r.replicationSlots << other;
        });
        row("nothing is known", Severity::Error, "slot", [](admin::Replication &r) { r = {}; });
    }
    void whatNeedsAttentionComesFirst()
    {
        QFETCH(Change, change);
        QFETCH(int, severity);
        QFETCH(QString, says);
        admin::Replication found = good();
        change(found);
        const QList<Remark> remarks = remarksOn(found);
        QCOMPARE(int(remarks.value(0).severity), severity);
        QVERIFY2(remarks.value(0).text.contains(says), qPrintable(remarks.value(0).text));
    }

    void slotsSayWhoseTheyAre()
    {
        SlotsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.assign(good().replicationSlots);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("this service"));
        QCOMPARE(model.index(0, 4).data().toString(), QStringLiteral("no limit"));
    }
};

QTEST_GUILESS_MAIN(TestReplicationWords)
#include "tst_replicationwords.moc"
