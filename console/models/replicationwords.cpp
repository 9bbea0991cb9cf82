#include "console/models/replicationwords.h"

#include "console/models/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace electric::console {

using admin::Replication;
using admin::Slot;
using Severity = Remark::Severity;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::ReplicationWords)
};

double share(qint64 part, qint64 whole)
{
    return whole > 0 ? double(part) / double(whole) : 0;
}

Severity severityOf(double share)
{
    return share >= alarmFrom ? Severity::Error : share >= warnFrom ? Severity::Warning : Severity::Good;
}

Remark onReading(const Replication &found)
{
    const QString lag = found.lagMs && found.lagBytes > 0
        ? Words::tr("%1 and %2 behind").arg(format::bytes(found.lagBytes), format::duration(*found.lagMs))
        : Words::tr("%1 behind").arg(format::bytes(found.lagBytes));
    return {Severity::Good, Words::tr("Electric has read Postgres' log up to %1 of %2, %3.").arg(found.readUpTo, found.position, lag)};
}

Remark onOurSlot(const Slot &slot, const Replication &found)
{
    if (slot.walStatus == QLatin1String("lost"))
        return {Severity::Error,
            Words::tr("Postgres has removed log that the slot %1 needed. Clients sync afresh; raise max_slot_wal_keep_size.")
                .arg(slot.name)};
    if (slot.walStatus == QLatin1String("unreserved"))
        return {Severity::Error,
            Words::tr("Postgres is about to remove log that the slot %1 needs. Raise max_slot_wal_keep_size now.").arg(slot.name)};
    if (!slot.active)
        return {Severity::Error,
            Words::tr("The slot %1 is not read, so log piles up in Postgres. Look at the log for the reason.").arg(slot.name)};
    const double part = share(slot.retainedBytes, found.windowDistanceMax);
    const QString kept
        = Words::tr("Postgres keeps %1 of log for the slot %2, %3 of the window of %4.")
              .arg(format::bytes(slot.retainedBytes), slot.name, format::percent(part), format::bytes(found.windowDistanceMax));
    switch (severityOf(part)) {
    case Severity::Good: return {Severity::Good, kept};
    case Severity::Warning:
        return {Severity::Warning,
            kept + QLatin1Char(' ') + Words::tr("A client is slow or was away for long; look at the sessions with the greatest lag.")};
    case Severity::Error: break;
    }
    return {Severity::Error,
        kept + QLatin1Char(' ')
            + Words::tr("Clients that are away soon have to sync afresh. Forget those that do not come back, or raise "
                        "ELECTRIC_RESUMABLE_WAL_WINDOW.")};
}

Remark onDisk(const Slot &slot)
{
    const double part = share(slot.retainedBytes, slot.retainedBytes + *slot.safeBytes);
    return {severityOf(part),
        Words::tr("The slot %1 is lost when %2 more of log are written (max_slot_wal_keep_size; %3 used).")
            .arg(slot.name, format::bytes(slot.safeBytes), format::percent(part))};
}

Remark onMemory(const Replication &found)
{
    const double part = share(found.windowBytes, found.windowBytesMax);
    const QString text = Words::tr("The log window takes %1 of memory, %2 of %3; transactions in it: %4.")
                             .arg(format::bytes(found.windowBytes), format::percent(part), format::bytes(found.windowBytesMax),
                                 format::count(found.windowTransactions));
    const Severity severity = severityOf(part);
    return {severity,
        severity == Severity::Good ? text
                                   : text + QLatin1Char(' ')
                + Words::tr("When it is full, apps can resume from less far back; ELECTRIC_TXN_CACHE_SIZE is the limit.")};
}

Remark onSlotCount(const Replication &found)
{
    const double part = share(found.slotsUsed, found.slotsMax);
    const QString text
        = Words::tr("%n of %1 replication slots of the server are used.", nullptr, found.slotsUsed).arg(format::count(found.slotsMax));
    const Severity severity = severityOf(part);
    return {severity,
        severity == Severity::Good ? text
                                   : text + QLatin1Char(' ') + Words::tr("Drop slots that nobody reads, or raise max_replication_slots.")};
}

Remark onConnections(const Replication &found)
{
    constexpr double nearly = 0.8; // by themselves connections come and go
    const double part = share(found.connectionsUsed, found.connectionsMax);
    const QString text = Words::tr("%1 of %2 connections of Postgres are open.")
                             .arg(format::count(found.connectionsUsed), format::count(found.connectionsMax));
    if (part < nearly)
        return {Severity::Good, text};
    return {part < 1 ? Severity::Warning : Severity::Error,
        text + QLatin1Char(' ') + Words::tr("Close those that are idle, or raise max_connections.")};
}

Remark onPublication(const Replication &found)
{
    if (found.publication.isEmpty())
        return {
            Severity::Error, Words::tr("There is no publication, so nothing of the tables is read. Restart the service: it makes one.")};
    if (found.published < found.electrified)
        return {Severity::Error,
            Words::tr("Of %1 electrified tables only %n are in the publication %2. Changes of the others do not reach clients; "
                      "add them with ALTER PUBLICATION … ADD TABLE.",
                nullptr, found.published)
                .arg(format::count(found.electrified), found.publication)};
    if (found.electrified == 0)
        return {Severity::Good,
            Words::tr("The publication %1 is there. No table is electrified yet: do so on the page of tables.").arg(found.publication)};
    return {Severity::Good,
        Words::tr("The publication %1 has all electrified tables: %2.").arg(found.publication, format::count(found.electrified))};
}

} // namespace

QList<Remark> remarksOn(const Replication &replication)
{
    QList<Remark> remarks {onReading(replication)};
    const auto &all = replication.replicationSlots;
    const auto ours = std::find_if(all.begin(), all.end(), [](const Slot &slot) { return slot.isOurs; });
    if (ours == all.end()) {
        remarks << Remark {
            Severity::Error, Words::tr("The service has no replication slot, so it reads nothing. Look at the status for the reason.")};
    } else {
        remarks << onOurSlot(*ours, replication);
        if (ours->safeBytes)
            remarks << onDisk(*ours);
    }
    remarks << onMemory(replication) << onSlotCount(replication) << onPublication(replication);
    if (replication.connectionsMax > 0) // an older service does not tell
        remarks << onConnections(replication);
    for (const Slot &slot : all) {
        if (!slot.isOurs && !slot.active && share(slot.retainedBytes, replication.windowDistanceMax) >= warnFrom)
            remarks << Remark {Severity::Warning,
                Words::tr("The slot %1 of another program is not read and keeps %2 of log. If it is not needed: SELECT "
                          "pg_drop_replication_slot('%1')")
                    .arg(slot.name, format::bytes(slot.retainedBytes))};
    }
    std::stable_sort(remarks.begin(), remarks.end(), [](const Remark &a, const Remark &b) { return a.severity > b.severity; });
    return remarks;
}

} // namespace electric::console
