#include "console/pages/overview/addresses.h"

#include <QUrl>

namespace electric::console {

namespace {

QString hostOf(const QString &listenAddress)
{
    if (listenAddress.isEmpty() || listenAddress == QLatin1String("0.0.0.0") || listenAddress == QLatin1String("::"))
        return QStringLiteral("localhost");
    return listenAddress.contains(QLatin1Char(':')) ? QLatin1Char('[') + listenAddress + QLatin1Char(']') : listenAddress;
}

} // namespace

Addresses addressesOf(const admin::Status &status)
{
    const QString host = hostOf(status.listenAddress);
    Addresses all;
    if (status.httpPort > 0)
        all.apps = QStringLiteral("http://%1:%2").arg(host).arg(status.httpPort);
    if (status.proxyListens)
        all.migrations = QStringLiteral("postgresql://postgres@%1:%2%3")
                             .arg(host, QString::number(status.proxyPort), QUrl(status.database).path(QUrl::FullyEncoded));
    all.database = status.database;
    return all;
}

} // namespace electric::console
