#include "console/assistant/firstrun.h"

#include "console/control/generatedsecret.h"
#include "shared/settings/databaseurl.h"

#include <QCoreApplication>
#include <QDir>
#include <QHostAddress>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::FirstRun)
};

quint16 freePort(quint16 usual, const std::vector<quint16> &others, const PortLook &look)
{
    if (!look(usual).isTaken)
        return usual;
    const quint16 next = freePortAfter(usual, others, look);
    return next == 0 ? usual : next;
}

} // namespace

bool isFirstRun(const QStringList &profilesWithFile, int runningServices)
{
    return profilesWithFile.isEmpty() && runningServices == 0;
}

QStringList profilesWithFile()
{
    QStringList names = profileNames();
    names.removeIf([](const QString &name) { return !QFileInfo::exists(profilePath(name)); });
    return names;
}

FirstRunChoice proposedChoice(const QStringList &profilesWithFile, const PortLook &look)
{
    FirstRunChoice choice;
    choice.profile = firstProfile;
    for (int number = 2; profilesWithFile.contains(choice.profile); ++number)
        choice.profile = firstProfile + QLatin1Char('-') + QString::number(number);
    choice.httpPort = freePort(choice.httpPort, {choice.proxyPort}, look);
    choice.proxyPort = freePort(choice.proxyPort, {choice.httpPort}, look);
    choice.proxyPassword = generatedPassword();
    return choice;
}

SettingValues settingsOf(const FirstRunChoice &choice)
{
    SettingValues all {{QStringLiteral("HTTP_PORT"), QString::number(choice.httpPort)},
        {QStringLiteral("PG_PROXY_PORT"), QString::number(choice.proxyPort)}, {QStringLiteral("PG_PROXY_PASSWORD"), choice.proxyPassword},
        {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")},
        {QStringLiteral("ELECTRIC_LISTEN_ADDRESS"), QStringLiteral("127.0.0.1")}};
    if (choice.isEmbedded)
        return all;
    all.insert(QStringLiteral("DATABASE_URL"), choice.databaseUrl);
    all.insert(QStringLiteral("DATABASE_REQUIRE_SSL"), choice.requiresTls ? QStringLiteral("true") : QStringLiteral("false"));
    all.insert(QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes"));
    return all;
}

bool isOnThisComputer(const QString &databaseUrl)
{
    const auto url = settings::DatabaseUrl::parse(databaseUrl);
    return url
        && (url->host == QLatin1String("localhost") || url->host.startsWith(QLatin1Char('/')) || QHostAddress(url->host).isLoopback());
}

QString troubleWithUrl(const QString &databaseUrl)
{
    if (databaseUrl.trimmed().isEmpty())
        return Words::tr("Type or paste the address of your database.");
    const auto url = settings::DatabaseUrl::parse(databaseUrl.trimmed());
    return url ? QString() : Words::tr("The address %1.").arg(url.error());
}

QString clientSnippet(const FirstRunChoice &choice, const QString &table, const QString &database)
{
    const QString service = QStringLiteral("http://localhost:%1").arg(choice.httpPort);
    const QString proxy = QStringLiteral("postgresql://prisma:PASSWORD@localhost:%1/%2").arg(choice.proxyPort).arg(database);
    return Words::tr("# In the folder of your app; PASSWORD is PG_PROXY_PASSWORD, see the page Settings:") + QLatin1Char('\n')
        + QStringLiteral("npm install electric-sql@0.12 wa-sqlite\n"
                         "npx electric-sql generate --service %1 --proxy %2\n\n"
                         "// %3\n"
                         "import { electrify, ElectricDatabase } from 'electric-sql/wa-sqlite'\n"
                         "import { insecureAuthToken } from 'electric-sql/auth'\n"
                         "import { schema } from './generated/client'\n\n"
                         "const connection = await ElectricDatabase.init('app.db')\n"
                         "const electric = await electrify(connection, schema, { url: '%1' })\n"
                         "await electric.connect(insecureAuthToken({ sub: 'user-1' }))\n\n"
                         "const shape = await electric.db.%4.sync()\n"
                         "await shape.synced\n"
                         "console.log(await electric.db.%4.findMany())\n")
              .arg(service, proxy, Words::tr("In your app:"), table);
}

} // namespace electric::console
