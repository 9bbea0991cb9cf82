#include "console/control/profilerules.h"

#include "shared/settings/setting.h"

#include <QCoreApplication>

#include <algorithm>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::ProfileRules)
};

// As in the service; of DATABASE_URL and the password it matters only that they are there.
const SettingValues &embeddedDefaults()
{
    static const SettingValues all {{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://electric@127.0.0.1/electric")},
        {QStringLiteral("DATABASE_REQUIRE_SSL"), QStringLiteral("false")},
        {QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE"), QStringLiteral("direct_writes")},
        {QStringLiteral("AUTH_MODE"), QStringLiteral("insecure")}, {QStringLiteral("PG_PROXY_PASSWORD"), QStringLiteral("-")},
        {QStringLiteral("ELECTRIC_LISTEN_ADDRESS"), QStringLiteral("127.0.0.1")}};
    return all;
}

QString fallbackOf(const QString &name)
{
    const auto all = settings::catalogue();
    const auto found = std::find_if(all.begin(), all.end(), [&name](const auto &one) { return name == QLatin1String(one.name); });
    return found == all.end() ? QString() : QString::fromLatin1(found->fallback);
}

QString whyNoDatabaseSetting(const SettingValues &values)
{
    return bringsItsOwnPostgres(values) ? Words::tr("Only with DATABASE_URL: the service's own Postgres is reached on this computer.")
                                        : QString();
}

QString whyNoPublisher(const SettingValues &values)
{
    return effectiveValue(values, QStringLiteral("ELECTRIC_WRITE_TO_PG_MODE")) == QLatin1String("logical_replication")
        ? QString()
        : Words::tr("Only with ELECTRIC_WRITE_TO_PG_MODE=logical_replication.");
}

QString whyNoToken(const SettingValues &values)
{
    if (effectiveValue(values, QStringLiteral("AUTH_MODE")) != QLatin1String("insecure"))
        return {};
    return values.value(QStringLiteral("AUTH_MODE")).isEmpty()
        ? Words::tr("Only with AUTH_MODE=secure; a service with a Postgres of its own is insecure unless told otherwise.")
        : Words::tr("Only with AUTH_MODE=secure.");
}

QString whyNoBase64(const SettingValues &values)
{
    if (const QString why = whyNoToken(values); !why.isEmpty())
        return why;
    const QString algorithm = values.value(QStringLiteral("AUTH_JWT_ALG"));
    return algorithm.isEmpty() || algorithm.startsWith(QLatin1String("HS"))
        ? QString()
        : Words::tr("Only with the HS algorithms: the key of %1 is a PEM text.").arg(algorithm);
}

QString whyNoIpv6(const SettingValues &values)
{
    const QString address = effectiveValue(values, QStringLiteral("ELECTRIC_LISTEN_ADDRESS"));
    return address.isEmpty() ? QString() : Words::tr("Only without an address to listen on; it is %1.").arg(address);
}

} // namespace

bool bringsItsOwnPostgres(const SettingValues &values)
{
    const auto isBlank = [&values](const char *name) { return values.value(QString::fromLatin1(name)).trimmed().isEmpty(); };
    return isBlank("DATABASE_URL") && isBlank("DATABASE_URL_FILE");
}

std::vector<settings::Problem> problemsOf(const SettingValues &values)
{
    const auto read = settings::readSettings(values, bringsItsOwnPostgres(values) ? embeddedDefaults() : SettingValues {});
    return read ? std::vector<settings::Problem> {} : read.error();
}

QString effectiveValue(const SettingValues &values, const QString &name)
{
    if (const QString value = values.value(name).trimmed(); !value.isEmpty())
        return value;
    return bringsItsOwnPostgres(values) ? embeddedDefaults().value(name, fallbackOf(name)) : fallbackOf(name);
}

QString whyItDoesNotApply(const QString &name, const SettingValues &values)
{
    using Rule = QString (*)(const SettingValues &);
    static const QHash<QString, Rule> rules {{QStringLiteral("DATABASE_REQUIRE_SSL"), &whyNoDatabaseSetting},
        {QStringLiteral("DATABASE_USE_IPV6"), &whyNoDatabaseSetting}, {QStringLiteral("ELECTRIC_USE_IPV6"), &whyNoIpv6},
        {QStringLiteral("LOGICAL_PUBLISHER_HOST"), &whyNoPublisher}, {QStringLiteral("LOGICAL_PUBLISHER_PORT"), &whyNoPublisher},
        {QStringLiteral("AUTH_JWT_ALG"), &whyNoToken}, {QStringLiteral("AUTH_JWT_KEY"), &whyNoToken},
        {QStringLiteral("AUTH_JWT_KEY_IS_BASE64_ENCODED"), &whyNoBase64}, {QStringLiteral("AUTH_JWT_ISS"), &whyNoToken},
        {QStringLiteral("AUTH_JWT_AUD"), &whyNoToken}};
    const Rule rule = rules.value(name);
    return rule ? rule(values) : QString();
}

QString levelWhileRunning(const SettingValues &values)
{
    const QString level = effectiveValue(values, QStringLiteral("LOG_LEVEL"));
    if (level == QLatin1String("debug"))
        return level;
    if (level == QLatin1String("notice") || level == QLatin1String("info"))
        return QStringLiteral("info");
    return level.startsWith(QLatin1String("warn")) ? QStringLiteral("warning") : QStringLiteral("error");
}

} // namespace electric::console
