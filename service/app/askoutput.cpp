#include "service/app/askoutput.h"

#include "service/app/texttable.h"
#include "shared/admin/json.h"

#include <QDateTime>
#include <QJsonDocument>

namespace electric::app {

namespace {

QString line(const char *name, const QString &value)
{
    return QString::fromLatin1(name).leftJustified(14) + value + QLatin1Char('\n');
}

QString timeText(qint64 at, const QString &format = QStringLiteral("yyyy-MM-dd HH:mm:ss"))
{
    return at == 0 ? QString() : QDateTime::fromMSecsSinceEpoch(at).toString(format);
}

QString age(qint64 at)
{
    return at == 0 ? QString() : timeInWords(QDateTime::currentMSecsSinceEpoch() - at);
}

QString share(qint64 part, qint64 whole)
{
    return QStringLiteral("%1 of %2 (%3 %)").arg(bytesInWords(part), bytesInWords(whole)).arg(whole > 0 ? part * 100 / whole : 0);
}

} // namespace

QString statusText(const QJsonObject &result)
{
    const auto status = admin::fromJson<admin::Status>(result);
    QString text = line("state", status.state + QStringLiteral(" for ") + age(status.since));
    if (!status.reason.isEmpty())
        text += line("reason", status.reason);
    if (!status.remedy.isEmpty())
        text += line("remedy", status.remedy);
    text += line("version", status.version + QStringLiteral(", process %1, running for %2").arg(status.pid).arg(age(status.startedAt)));
    text += line("apps", QStringLiteral("port %1, %2 connected").arg(status.httpPort).arg(status.sessions));
    text += line("migrations",
        QStringLiteral("port %1, %2")
            .arg(status.proxyPort)
            .arg(status.proxyListens ? QStringLiteral("%1 connected").arg(status.proxyConnections) : QStringLiteral("not open")));
    text += line("database", status.database + (status.embedded ? QStringLiteral(" in ") + status.dataDirectory : QString()));
    return text + line("modes", status.writeMode + QStringLiteral(", authentication ") + status.authMode);
}

QString sessionsText(const QJsonObject &result)
{
    TextTable table({QStringLiteral("ID"), QStringLiteral("CLIENT"), QStringLiteral("USER"), QStringLiteral("VERSION"),
        QStringLiteral("STATE"), QStringLiteral("SINCE"), QStringLiteral("SHAPES"), QStringLiteral("LAG"), QStringLiteral("UNACKED"),
        QStringLiteral("IN"), QStringLiteral("OUT")});
    for (const auto &one : admin::listFrom<admin::Session>(result.value(QLatin1String("sessions"))))
        table.add({QString::number(one.id), one.client, one.user, one.version, one.state, age(one.since),
            QString::number(one.subscriptions), one.lagBytes ? bytesInWords(*one.lagBytes) : QString(), QString::number(one.unacknowledged),
            bytesInWords(one.bytesIn), bytesInWords(one.bytesOut)});
    const QString text = table.text();
    return text.isEmpty() ? QStringLiteral("Nobody is connected.\n") : text;
}

QString replicationText(const QJsonObject &result)
{
    const auto found = admin::fromJson<admin::Replication>(result);
    QString text = line("Postgres", found.serverVersion + QStringLiteral(", at ") + found.position);
    text += line("read up to",
        found.readUpTo + QStringLiteral(", ") + bytesInWords(found.lagBytes) + QStringLiteral(" behind")
            + (found.lagMs ? QStringLiteral(", %1 ms").arg(*found.lagMs) : QString()));
    text += line("read", QStringLiteral("%1 transactions, %2 rows since the start").arg(found.transactionsRead).arg(found.rowsRead));
    text += line("log window",
        QStringLiteral("%1 transactions, memory %2, log %3")
            .arg(found.windowTransactions)
            .arg(share(found.windowBytes, found.windowBytesMax), share(found.windowDistance, found.windowDistanceMax)));
    text += line("publication", QStringLiteral("%1 of %2 electrified tables").arg(found.published).arg(found.electrified));
    TextTable table({QStringLiteral("SLOT"), QStringLiteral("ACTIVE"), QStringLiteral("STATUS"), QStringLiteral("RETAINED"),
        QStringLiteral("CONFIRMED")});
    for (const admin::Slot &one : found.replicationSlots)
        table.add({one.name + (one.isOurs ? QStringLiteral(" *") : QString()), one.active ? QStringLiteral("yes") : QStringLiteral("no"),
            one.walStatus, bytesInWords(one.retainedBytes), one.confirmed});
    return text + line("slots", QStringLiteral("%1 of %2 in use").arg(found.slotsUsed).arg(found.slotsMax)) + QLatin1Char('\n')
        + table.text();
}

QString rejectedText(const QJsonObject &result)
{
    TextTable table({QStringLiteral("ID"), QStringLiteral("WHEN"), QStringLiteral("CLIENT"), QStringLiteral("USER"), QStringLiteral("CODE"),
        QStringLiteral("MESSAGE")});
    const auto writes = admin::listFrom<admin::RejectedWrite>(result.value(QLatin1String("writes")));
    for (const admin::RejectedWrite &one : writes)
        table.add({QString::number(one.id), timeText(one.at), one.client, one.user, one.sqlState, one.message});
    if (writes.isEmpty())
        return QStringLiteral("No write was refused.\n");
    const qint64 more = result.value(QLatin1String("total")).toInteger() - writes.size();
    return table.text() + (more > 0 ? QStringLiteral("… and %1 older ones\n").arg(more) : QString());
}

QString logText(const QJsonObject &result)
{
    QString text;
    for (const auto &one : admin::listFrom<admin::LogEntry>(result.value(QLatin1String("entries")))) {
        QString words = one.text;
        words.replace(QLatin1Char('\n'), QStringLiteral("\\n")).remove(QChar(0x1b));
        text += timeText(one.at, QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")) + QLatin1Char(' ') + one.level.leftJustified(8) + one.category
            + QStringLiteral(": ") + words + QLatin1Char('\n');
    }
    return text;
}

QString framesText(const QJsonObject &event)
{
    QString text;
    for (const auto &one : admin::listFrom<admin::TapFrame>(event.value(QLatin1String("frames"))))
        text += timeText(one.at, QStringLiteral("HH:mm:ss.zzz "))
            + (one.direction == QLatin1String("in") ? QStringLiteral("<- ") : QStringLiteral("-> ")) + one.type
            + QStringLiteral(" (%1) ").arg(bytesInWords(one.bytes))
            + QString::fromUtf8(QJsonDocument(one.content).toJson(QJsonDocument::Compact)) + QLatin1Char('\n');
    return text;
}

QString findingsText(const QList<admin::Finding> &findings)
{
    QString text;
    for (const admin::Finding &one : findings) {
        text += one.severity.leftJustified(9) + one.message + QLatin1Char('\n');
        if (!one.remedy.isEmpty())
            text += QString(9, QLatin1Char(' ')) + one.remedy + QLatin1Char('\n');
    }
    return text;
}

} // namespace electric::app
