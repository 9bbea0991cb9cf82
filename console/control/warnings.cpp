#include "console/control/warnings.h"

#include "console/models/format.h"
#include "console/models/replicationwords.h"

#include <QCoreApplication>

#include <algorithm>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Warnings)
};

constexpr double slack = 0.95; // below this share of a level it is left
constexpr qint64 rejectedPauseMs = 60'000; // a broken app may have hundreds refused

constexpr double GiB = 1024.0 * 1024 * 1024;

double share(qint64 part, qint64 whole)
{
    return whole > 0 ? double(part) / double(whole) : 0;
}

// Of what is left of a large disk a small share is still much.
double leastFree(const Warnings::Disk &disk, double part, double enough)
{
    return std::min(double(disk.totalBytes) * part, enough);
}

} // namespace

QList<Warning> Warnings::review(const Facts &facts, qint64 nowMs)
{
    QList<Warning> told;
    judgeService(facts, told);
    if (facts.service == Service::Away)
        return told; // the rest is what was known last
    if (facts.replication)
        judgeReplication(*facts.replication, told);
    if (facts.disk)
        judgeDisk(*facts.disk, told);
    if (facts.rejectedWrites)
        judgeRejected(*facts.rejectedWrites, nowMs, told);
    return told;
}

QList<Warning> Warnings::standing() const
{
    QList<Warning> all = m_standing.values();
    std::sort(all.begin(), all.end(),
        [](const Warning &a, const Warning &b) { return a.level != b.level ? a.level > b.level : a.subject < b.subject; });
    return all;
}

void Warnings::judge(const Limit &limit, QList<Warning> &told)
{
    const auto stood = m_standing.constFind(limit.subject);
    const bool isKnown = stood != m_standing.constEnd();
    const auto reaches = [&](double threshold, Level level) {
        const bool hadIt = isKnown && stood->level >= level;
        return limit.value >= (hadIt ? threshold * slack : threshold);
    };
    if (!reaches(limit.warnAt, Level::Warning)) {
        m_standing.remove(limit.subject);
        return;
    }
    Warning warning = limit.words;
    warning.subject = limit.subject;
    warning.level = reaches(limit.graveAt, Level::Grave) ? Level::Grave : Level::Warning;
    if (!isKnown || stood->level < warning.level)
        told << warning;
    m_standing.insert(limit.subject, warning);
}

void Warnings::judgeReplication(const admin::Replication &found, QList<Warning> &told)
{
    const auto page = QStringLiteral("replication");
    const auto &all = found.replicationSlots;
    const auto ours = std::find_if(all.begin(), all.end(), [](const admin::Slot &slot) { return slot.isOurs; });
    if (ours != all.end()) {
        const double kept = share(ours->retainedBytes, found.windowDistanceMax);
        judge({QStringLiteral("wal"), kept, warnFrom, alarmFrom,
                  {{}, {}, Words::tr("Postgres keeps much log for Electric"),
                      Words::tr("%1 of the window of %2 are used, %3. A client is slow or was away for long: look at the sessions with the "
                                "greatest lag, and forget clients that do not come back.")
                          .arg(format::percent(kept), format::bytes(found.windowDistanceMax), format::bytes(ours->retainedBytes)),
                      page}},
            told);
        const double towardsLoss = ours->safeBytes ? share(ours->retainedBytes, ours->retainedBytes + *ours->safeBytes) : 0;
        judge({QStringLiteral("slot"), towardsLoss, warnFrom, alarmFrom,
                  {{}, {}, Words::tr("The replication slot may be lost"),
                      Words::tr("After %1 more of log Postgres gives up the slot %2, and all clients have to sync afresh. Raise "
                                "max_slot_wal_keep_size.")
                          .arg(format::bytes(ours->safeBytes), ours->name),
                      page}},
            told);
    }
    constexpr double nearly = 0.8;
    judge({QStringLiteral("slots"), share(found.slotsUsed, found.slotsMax), nearly, 1,
              {{}, {}, Words::tr("Replication slots are nearly used up"),
                  Words::tr("%1 of %2 replication slots of Postgres are used. Drop those that nobody reads, or raise "
                            "max_replication_slots.")
                      .arg(format::count(found.slotsUsed), format::count(found.slotsMax)),
                  page}},
        told);
    constexpr double hardlyAny = 0.95;
    judge({QStringLiteral("connections"), share(found.connectionsUsed, found.connectionsMax), nearly, hardlyAny,
              {{}, {}, Words::tr("Connections of Postgres are nearly used up"),
                  Words::tr("%1 of %2 connections are open. When none is left, Electric cannot connect again after a failure. Close those "
                            "that are idle, or raise max_connections.")
                      .arg(format::count(found.connectionsUsed), format::count(found.connectionsMax)),
                  page}},
        told);
}

void Warnings::judgeDisk(const Disk &disk, QList<Warning> &told)
{
    if (disk.totalBytes <= 0)
        return;
    constexpr double warnPart = 0.1;
    constexpr double gravePart = 0.03;
    const double warnFree = leastFree(disk, warnPart, 20 * GiB);
    const double graveFree = leastFree(disk, gravePart, 2 * GiB);
    const double free = std::max(1.0, double(disk.freeBytes));
    judge({QStringLiteral("disk"), warnFree / free, 1, warnFree / graveFree,
              {{}, {}, Words::tr("The disk of the data directory is nearly full"),
                  Words::tr("%1 of %2 are free at %3. When nothing is left, Postgres stops. Make room, or move the data.")
                      .arg(format::bytes(disk.freeBytes), format::bytes(disk.totalBytes), disk.path),
                  QStringLiteral("overview")}},
        told);
}

void Warnings::judgeRejected(qint64 count, qint64 nowMs, QList<Warning> &told)
{
    if (!m_rejectedTold || count < *m_rejectedTold) {
        m_rejectedTold = count; // from before we looked, or of another run
        return;
    }
    const bool isSoon = m_rejectedToldAt && nowMs - *m_rejectedToldAt < rejectedPauseMs;
    if (count == *m_rejectedTold || isSoon)
        return;
    told << Warning {QStringLiteral("rejected"), Level::Notice, Words::tr("Writes were refused"),
        Words::tr("Writes of apps that Postgres refused just now: %1. Look at the reason, and retry or discard them.")
            .arg(format::count(count - *m_rejectedTold)),
        QStringLiteral("writes")};
    m_rejectedTold = count;
    m_rejectedToldAt = nowMs;
}

void Warnings::judgeService(const Facts &facts, QList<Warning> &told)
{
    if (facts.service == Service::Unknown)
        return; // on the way from one to the next
    const Service before = std::exchange(m_service, facts.service);
    if (before == facts.service)
        return;
    const auto subject = QStringLiteral("service");
    m_standing.remove(subject);
    if (facts.service == Service::Degraded) {
        const Warning warning {subject, Level::Grave, Words::tr("Electric does not sync any more"),
            facts.reason.isEmpty() ? Words::tr("The log says why.") : facts.reason, QStringLiteral("overview")};
        m_standing.insert(subject, warning);
        told << warning;
    } else if (facts.service == Service::Away) {
        m_standing.clear(); // nobody knows how it is now
        m_rejectedTold.reset();
        if (before != Service::Unknown && !facts.isStopExpected)
            told << Warning {subject, Level::Grave, Words::tr("The service went away"),
                Words::tr("Apps do not sync until it runs again. Start it on the overview page; its log file says why it ended."),
                QStringLiteral("overview")};
    }
}

} // namespace electric::console
