#include "console/models/doctorreport.h"

#include "console/models/redaction.h"

#include <QDateTime>

#include <algorithm>

namespace electric::console {

namespace {

using Lines = QStringList;

QString cell(QString text)
{
    return redacted(std::move(text)).simplified().replace(QLatin1Char('|'), QStringLiteral("\\|"));
}

QString row(std::initializer_list<QString> cells)
{
    return QStringLiteral("| ") + Lines(cells).join(QStringLiteral(" | ")) + QStringLiteral(" |");
}

QString moment(qint64 at)
{
    return at > 0 ? QDateTime::fromMSecsSinceEpoch(at, Qt::UTC).toString(Qt::ISODate) : QStringLiteral("–");
}

QString number(qint64 value)
{
    return QString::number(value);
}

void addService(Lines &lines, const DoctorFacts &facts)
{
    lines << QString() << QStringLiteral("## Service") << QString();
    if (!facts.status) {
        lines << QStringLiteral("The service did not tell its status.");
        return;
    }
    const admin::Status &status = *facts.status;
    lines << row({QStringLiteral("what"), QStringLiteral("value")}) << QStringLiteral("| --- | --- |")
          << row({QStringLiteral("version"), cell(status.version)})
          << row({QStringLiteral("state"), cell(status.state) + QStringLiteral(" since ") + moment(status.since)});
    if (!status.reason.isEmpty())
        lines << row({QStringLiteral("reason"), cell(status.reason + QLatin1Char(' ') + status.remedy)});
    lines << row({QStringLiteral("started"), moment(status.startedAt)})
          << row({QStringLiteral("Postgres"), status.embedded ? QStringLiteral("its own") : cell(status.database)})
          << row({QStringLiteral("ports"),
                 QStringLiteral("HTTP %1, proxy %2%3")
                     .arg(number(status.httpPort), number(status.proxyPort),
                         status.proxyListens ? QString() : QStringLiteral(" (does not listen)"))})
          << row({QStringLiteral("writes, tokens"), cell(status.writeMode) + QStringLiteral(", ") + cell(status.authMode)})
          << row({QStringLiteral("sessions"), number(status.sessions)});
}

QString severityOf(const admin::Finding &finding)
{
    return finding.severity == QLatin1String("ok") ? QStringLiteral("good") : finding.severity;
}

void addFindings(Lines &lines, QList<admin::Finding> findings)
{
    const auto rank = [](const admin::Finding &one) {
        return one.severity == QLatin1String("error") ? 0 : one.severity == QLatin1String("warning") ? 1 : 2;
    };
    std::stable_sort(findings.begin(), findings.end(), [rank](const auto &one, const auto &other) { return rank(one) < rank(other); });
    lines << QString() << QStringLiteral("## Findings") << QString();
    if (findings.isEmpty())
        lines << QStringLiteral("None.");
    for (const admin::Finding &finding : findings) {
        lines << QStringLiteral("- **%1** (%2): %3").arg(severityOf(finding), cell(finding.check), cell(finding.message));
        if (!finding.remedy.isEmpty())
            lines << QStringLiteral("  What to do: ") + cell(finding.remedy);
    }
}

void addReplication(Lines &lines, const DoctorFacts &facts)
{
    lines << QString() << QStringLiteral("## Replication") << QString();
    if (!facts.replication) {
        lines << QStringLiteral("Not known.");
        return;
    }
    const admin::Replication &found = *facts.replication;
    lines << row({QStringLiteral("what"), QStringLiteral("value")}) << QStringLiteral("| --- | --- |")
          << row({QStringLiteral("Postgres"), cell(found.serverVersion)})
          << row({QStringLiteral("position, read up to"), cell(found.position) + QStringLiteral(", ") + cell(found.readUpTo)})
          << row({QStringLiteral("lag"), number(found.lagBytes) + QStringLiteral(" bytes")})
          << row({QStringLiteral("slots"), QStringLiteral("%1 of %2").arg(found.slotsUsed).arg(found.slotsMax)})
          << row({QStringLiteral("tables"), QStringLiteral("%1 electrified, %2 published").arg(found.electrified).arg(found.published)})
          << row({QStringLiteral("log window"),
                 QStringLiteral("%1 of %2 bytes, %3 transactions")
                     .arg(number(found.windowBytes), number(found.windowBytesMax), number(found.windowTransactions))});
    for (const admin::Slot &slot : found.replicationSlots) {
        if (slot.isOurs)
            lines << row({QStringLiteral("our slot"),
                QStringLiteral("%1, %2, %3 bytes retained")
                    .arg(slot.active ? QStringLiteral("active") : QStringLiteral("not active"), cell(slot.walStatus),
                        number(slot.retainedBytes))});
    }
}

QString valueOf(const admin::SettingInForce &setting)
{
    const bool isSwitch = setting.value == QLatin1String("true") || setting.value == QLatin1String("false");
    if (setting.isSecret || (soundsSecret(setting.name) && !isSwitch))
        return setting.isSet || !setting.value.isEmpty() ? QStringLiteral("(set)") : QStringLiteral("(not set)");
    return cell(setting.value);
}

void addSettings(Lines &lines, const QList<admin::SettingInForce> &settings)
{
    lines << QString() << QStringLiteral("## Settings in force") << QString()
          << row({QStringLiteral("setting"), QStringLiteral("value"), QStringLiteral("from")}) << QStringLiteral("| --- | --- | --- |");
    for (const admin::SettingInForce &setting : settings)
        lines << row({cell(setting.name), valueOf(setting), cell(setting.origin)});
}

} // namespace

QString doctorReport(const DoctorFacts &facts)
{
    Lines lines {QStringLiteral("# Report of Electric's doctor"), QString(),
        QStringLiteral("Made %1 by electric-console %2. Passwords, keys and tokens are left out.")
            .arg(moment(facts.at), cell(facts.consoleVersion))};
    addService(lines, facts);
    addFindings(lines, facts.findings);
    addReplication(lines, facts);
    addSettings(lines, facts.settings);
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace electric::console
