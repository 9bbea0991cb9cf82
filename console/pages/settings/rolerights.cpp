#include "console/pages/settings/rolerights.h"

#include "console/control/profilerules.h"
#include "shared/settings/databaseurl.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace electric::console {

namespace {

const QString databaseUrl = QStringLiteral("DATABASE_URL");
const QString writeMode = QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::RoleRights)
};

QString identifier(QString name)
{
    static const QRegularExpression plain(QStringLiteral("^[a-z_][a-z0-9_]*$"));
    if (plain.match(name).hasMatch())
        return name;
    return QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

} // namespace

QString writeModeInWords(const QString &mode)
{
    if (mode == QLatin1String("logical_replication"))
        return Words::tr(
            "Postgres subscribes to Electric and fetches the writes of apps from there: the database has to reach this computer, "
            "and its role needs to be a superuser. This version does not do that yet; use direct_writes.");
    return Words::tr("Electric reads changes from a replication slot, and makes the writes of apps with ordinary statements over a "
                     "connection of its own. The role needs no superuser.");
}

QString rightsSql(const SettingValues &settings)
{
    const auto url = settings::DatabaseUrl::parse(settings.value(databaseUrl));
    const QString role = url ? identifier(url->user) : QStringLiteral("electric");
    const QString database = url ? identifier(url->database) : QStringLiteral("app");
    QString sql = QStringLiteral("-- As a superuser of the server, once; then restart Postgres:\n"
                                 "ALTER SYSTEM SET wal_level = 'logical';\n\n"
                                 "-- If the role does not exist yet, and \\password %1 in psql for its password:\n"
                                 "CREATE ROLE %1 LOGIN;\n\n")
                      .arg(role);
    if (effectiveValue(settings, writeMode) == QLatin1String("logical_replication"))
        return sql
            + QStringLiteral("-- CREATE SUBSCRIPTION is for superusers; from Postgres 16 on pg_create_subscription does:\n"
                             "ALTER ROLE %1 SUPERUSER;\n")
                  .arg(role);
    return sql
        + QStringLiteral("-- To read changes:\n"
                         "ALTER ROLE %1 REPLICATION;\n\n"
                         "-- To make the schema electric and the publication:\n"
                         "GRANT CREATE ON DATABASE %2 TO %1;\n\n"
                         "-- To electrify and write tables that another role owns, for each such role:\n"
                         "GRANT owner_of_the_tables TO %1;\n")
              .arg(role, database);
}

SettingValues settingsToCheckRights(const SettingValues &settings)
{
    SettingValues all;
    for (const char *const name : {"DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_REQUIRE_SSL"}) {
        const QString key = QString::fromLatin1(name);
        if (settings.contains(key))
            all.insert(key, settings.value(key));
    }
    all.insert(writeMode, QStringLiteral("direct_writes"));
    all.insert(QStringLiteral("AUTH_MODE"), QStringLiteral("insecure"));
    all.insert(QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("-"));
    return all;
}

QList<admin::Finding> findingsAboutRights(const QList<admin::Finding> &all)
{
    static const QStringList about {QStringLiteral("reachable"), QStringLiteral("server-version"), QStringLiteral("server"),
        QStringLiteral("wal-level"), QStringLiteral("role"), QStringLiteral("replication-right"), QStringLiteral("create-right"),
        QStringLiteral("ownership"), databaseUrl};
    QList<admin::Finding> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), [](const admin::Finding &one) { return about.contains(one.check); });
    return found;
}

} // namespace electric::console
