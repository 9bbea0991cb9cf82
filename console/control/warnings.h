#pragma once

#include "shared/admin/values.h"

#include <QHash>

#include <optional>

namespace electric::console {

// Something that needs attention before it becomes an outage, in words.
struct Warning {
    enum class Level { Notice, Warning, Grave };

    QString subject; // what it is about: one of each stands at a time
    Level level = Level::Warning;
    QString title; // short, for a notification
    QString text; // what, where, and what to do
    QString page; // where to look, by its object name

    friend bool operator==(const Warning &, const Warning &) = default;
};

// Decides what to warn of, and when to say so again: a limit is told once for each level that it reaches, and not again before it has
// fallen below that level. A value that swings around a level is not below before it is clearly so. Asks nobody and knows no clock.
class Warnings
{
public:
    struct Disk {
        QString path;
        qint64 freeBytes = 0;
        qint64 totalBytes = 0;
    };
    enum class Service { Unknown, Well, Degraded, Away };
    // As known now; what is not known is not judged, and stands as it was.
    struct Facts {
        std::optional<admin::Replication> replication {};
        std::optional<Disk> disk {}; // of the data directory
        std::optional<qint64> rejectedWrites {}; // since the start of the service
        Service service = Service::Unknown;
        QString reason {}; // why the service is not well
        bool isStopExpected = false; // somebody stops it from here
    };

    // What is to be told now. `nowMs` grows.
    QList<Warning> review(const Facts &facts, qint64 nowMs);
    // All that stand, the gravest first; without those that are told once and over.
    [[nodiscard]] QList<Warning> standing() const;

private:
    using Level = Warning::Level;
    struct Limit {
        QString subject;
        double value = 0; // as a share of what there is
        double warnAt = 0;
        double graveAt = 0;
        Warning words; // of the level that it has
    };

    void judge(const Limit &limit, QList<Warning> &told);
    void judgeReplication(const admin::Replication &found, QList<Warning> &told);
    void judgeDisk(const Disk &disk, QList<Warning> &told);
    void judgeRejected(qint64 count, qint64 nowMs, QList<Warning> &told);
    void judgeService(const Facts &facts, QList<Warning> &told);

    QHash<QString, Warning> m_standing;
    Service m_service = Service::Unknown; // as last known
    std::optional<qint64> m_rejectedTold; // count
    std::optional<qint64> m_rejectedToldAt;
};

} // namespace electric::console
