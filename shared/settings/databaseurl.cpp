#include "shared/settings/databaseurl.h"

#include <QStringList>
#include <QUrl>
#include <QUrlQuery>

namespace electric::settings {

namespace {

QString decoded(const QString &text)
{
    return QUrl::fromPercentEncoding(text.toUtf8());
}

using Parsed = tl::expected<DatabaseUrl, QString>;

tl::unexpected<QString> wrong(const QString &what)
{
    return tl::unexpected<QString>(what);
}

// host, host:port or [address]:port.
Parsed readHost(DatabaseUrl url, const QString &text)
{
    if (text.contains(QLatin1Char(',')))
        return wrong(QStringLiteral("names several hosts; only one is supported"));
    QString port;
    if (text.startsWith(QLatin1Char('['))) {
        const auto end = text.indexOf(QLatin1Char(']'));
        if (end < 0)
            return wrong(QStringLiteral("has a \"[\" without a \"]\" in its host"));
        url.host = text.mid(1, end - 1);
        port = text.mid(end + 1);
        if (!port.isEmpty() && !port.startsWith(QLatin1Char(':')))
            return wrong(QStringLiteral("has something between the host and its port"));
        port.remove(0, 1);
    } else {
        const QStringList parts = text.split(QLatin1Char(':'));
        if (parts.size() > 2)
            return wrong(QStringLiteral("has an IPv6 address without [brackets], or several ports"));
        url.host = decoded(parts.constFirst());
        port = parts.value(1);
    }
    if (url.host.trimmed().isEmpty())
        return wrong(QStringLiteral("names no host"));
    bool isNumber = true;
    const uint number = port.isEmpty() ? 5432 : port.toUInt(&isNumber);
    if (!isNumber || number == 0 || number > 65535)
        return wrong(QStringLiteral("has an invalid port; a port is a number from 1 to 65535"));
    url.port = quint16(number);
    return url;
}

Parsed readQuery(DatabaseUrl url, const QString &text)
{
    static const QStringList modes {QStringLiteral("disable"), QStringLiteral("allow"), QStringLiteral("prefer"), QStringLiteral("require"),
        QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    const auto items = QUrlQuery(text).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (name == QLatin1String("sslmode")) {
            if (!modes.contains(value))
                return wrong(QStringLiteral("has an invalid sslmode; it is one of ") + modes.join(QStringLiteral(", ")));
            url.sslMode = value;
        } else if (name == QLatin1String("sslrootcert")) {
            url.sslRootCert = value;
        } else if (name == QLatin1String("replication")) {
            return wrong(QStringLiteral("sets \"replication\"; connections of both kinds are opened as needed, leave it out"));
        } else {
            return wrong(QStringLiteral("has the option \"%1\", which is not supported").arg(name));
        }
    }
    return url;
}

} // namespace

Parsed DatabaseUrl::parse(const QString &text)
{
    const auto schemeEnd = text.indexOf(QStringLiteral("://"));
    const QString scheme = schemeEnd < 0 ? QString() : text.left(schemeEnd).toLower();
    if (scheme != QLatin1String("postgres") && scheme != QLatin1String("postgresql"))
        return wrong(QStringLiteral("does not begin with postgresql://"));
    QString rest = text.mid(schemeEnd + 3);
    const auto queryStart = rest.indexOf(QLatin1Char('?'));
    const QString query = queryStart < 0 ? QString() : rest.mid(queryStart + 1);
    rest.truncate(queryStart < 0 ? rest.size() : queryStart);
    const auto at = rest.lastIndexOf(QLatin1Char('@'));
    const QString credentials = at < 0 ? QString() : rest.left(at);
    const QString place = rest.mid(at + 1);
    if (credentials.count(QLatin1Char(':')) > 1 || credentials.contains(QLatin1Char('/')) || credentials.contains(QLatin1Char('#')))
        return wrong(QStringLiteral(
            "has a user name or password with a special character; percent-encode it (: as %3A, / as %2F, # as %23, ? as %3F)"));
    DatabaseUrl url;
    const QStringList parts = credentials.split(QLatin1Char(':'));
    url.user = decoded(parts.constFirst());
    url.password = decoded(parts.value(1));
    const auto slash = place.indexOf(QLatin1Char('/'));
    auto withHost = readHost(url, slash < 0 ? place : place.left(slash));
    if (!withHost)
        return withHost;
    if (url.user.trimmed().isEmpty())
        return wrong(QStringLiteral("names no user"));
    withHost->database = slash < 0 || slash + 1 == place.size() ? url.user : decoded(place.mid(slash + 1));
    return readQuery(*withHost, query);
}

} // namespace electric::settings
