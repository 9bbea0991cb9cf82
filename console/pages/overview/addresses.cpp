#include "console/pages/overview/addresses.h"

#include <QUrl>
#include <QUrlQuery>

namespace electric::console {

namespace {

QString hostOf(const QString &listenAddress)
{
    if (listenAddress.isEmpty() || listenAddress == QLatin1String("0.0.0.0") || listenAddress == QLatin1String("::"))
        return QStringLiteral("localhost");
    return listenAddress.contains(QLatin1Char(':')) ? QLatin1Char('[') + listenAddress + QLatin1Char(']') : listenAddress;
}

} // namespace

namespace {

// Of a shell: a URI has no apostrophe that is not encoded.
QString quoted(const QString &uri)
{
    return QLatin1Char('\'') + QString(uri).replace(QLatin1Char('\''), QStringLiteral("%27")) + QLatin1Char('\'');
}

QString jdbcOf(const QString &uri)
{
    QUrl place(uri);
    QUrlQuery query(place);
    if (!place.userName().isEmpty())
        query.addQueryItem(QStringLiteral("user"), place.userName());
    place.setUserInfo(QString());
    place.setQuery(query);
    return QStringLiteral("jdbc:") + place.toString(QUrl::FullyEncoded);
}

} // namespace

QString written(const QString &uri, Notation notation, const QString &variable)
{
    if (uri.isEmpty())
        return {};
    switch (notation) {
    case Notation::Uri: break;
    case Notation::Psql: return QStringLiteral("psql ") + quoted(uri);
    case Notation::Jdbc: return jdbcOf(uri);
    case Notation::Env: return variable + QLatin1Char('=') + uri;
    }
    return uri;
}

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
