#include "service/app/doctor.h"

#include "service/app/databaseoptions.h"

namespace electric::app {

admin::CheckSubject checkSubject(const settings::Settings &settings, const QString &dataDirectory, const PortsHeld &held)
{
    const quint16 http = settings.httpPort == held.http ? quint16(0) : settings.httpPort;
    const quint16 proxy = settings.proxyPort == held.proxy ? quint16(0) : settings.proxyPort;
    return {databaseOptions(settings.database), http, proxy, settings.walWindow, dataDirectory};
}

QList<admin::Finding> doctor(const QHash<QString, QString> &values, const PortsHeld &held)
{
    if (const auto settings = settings::readSettings(values))
        return admin::check(checkSubject(*settings, {}, held));
    else {
        QList<admin::Finding> findings;
        for (const settings::Problem &problem : settings.error())
            findings.append({problem.name, QStringLiteral("error"), QStringLiteral("%1 %2.").arg(problem.name, problem.what),
                QStringLiteral("Accepted: %1.").arg(problem.accepted)});
        return findings;
    }
}

} // namespace electric::app
