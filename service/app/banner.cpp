#include "service/app/banner.h"

namespace electric::app {

namespace {

QString hostOf(const settings::Settings &settings)
{
    const QString &address = settings.listenAddress;
    if (address.isEmpty() || address == QLatin1String("0.0.0.0") || address == QLatin1String("::"))
        return QStringLiteral("localhost");
    return address.contains(QLatin1Char(':')) ? QLatin1Char('[') + address + QLatin1Char(']') : address;
}

} // namespace

QString banner(const settings::Settings &settings, const embedded::Cluster *cluster)
{
    const QString host = hostOf(settings);
    const QString service = QStringLiteral("http://%1:%2").arg(host).arg(settings.httpPort);
    // Passwords are shown only when we made them up ourselves, for a database of ours on this computer.
    const QString proxy = QStringLiteral("postgresql://postgres:%1@%2:%3/%4")
                              .arg(cluster ? settings.proxyPassword : QStringLiteral("…"), host, QString::number(settings.proxyPort),
                                  settings.database.database);
    const QString database = cluster
        ? cluster->url(true)
        : QStringLiteral("postgresql://%1@%2:%3/%4")
              .arg(settings.database.user, settings.database.host, QString::number(settings.database.port), settings.database.database);
    QString text = QStringLiteral("\nElectric is ready.\n\n"
                                  "  Apps connect to    %1\n"
                                  "  Migrations go to   %2\n"
                                  "  The database is    %3\n")
                       .arg(service, proxy, database);
    if (cluster)
        text += QStringLiteral(
            "\nTry:\n\n"
            "  psql '%1' -c 'CREATE TABLE items (id uuid PRIMARY KEY, content text)' -c 'ALTER TABLE items ENABLE ELECTRIC'\n"
            "  psql '%1' -c \"INSERT INTO items VALUES (gen_random_uuid(), 'hello')\"\n"
            "  curl %2/api/status\n")
                    .arg(proxy, service);
    return text + QLatin1Char('\n');
}

} // namespace electric::app
