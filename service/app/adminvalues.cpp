#include "service/app/adminvalues.h"

#include "service/satellite/incoming.h"
#include "shared/settings/setting.h"

#include <array>

namespace electric::app {

namespace {

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

QString position(Lsn lsn)
{
    return lsn.value == 0 ? QString() : text(lsn.toHex()).toUpper();
}

QString stateOf(const satellite::SessionFigures &figures)
{
    static constexpr std::array names {"unauthenticated", "loading", "idle", "replicating", "paused", "closed"}; // in the order of State
    return QString::fromLatin1(names[std::size_t(figures.state)]);
}

QJsonArray includedIn(const satellite::in::Select &select)
{
    QJsonArray included;
    for (const auto &relation : select.include) {
        if (!relation.select)
            continue;
        QJsonArray foreignKey;
        for (const std::string &column : relation.foreignKey)
            foreignKey.append(text(column));
        included.append(QJsonObject {{QStringLiteral("table"), text(relation.select->table)}, {QStringLiteral("foreignKey"), foreignKey},
            {QStringLiteral("where"), text(relation.select->where)}, {QStringLiteral("include"), includedIn(*relation.select)}});
    }
    return included;
}

} // namespace

admin::Session sessionValue(const satellite::SessionFigures &figures)
{
    admin::Session session;
    session.id = figures.number;
    session.client = text(figures.clientId);
    session.user = text(figures.userId);
    session.version = text(figures.version);
    if (figures.producer.isStreaming)
        session.dialect = figures.producer.dialect == wire::Dialect::Sqlite ? QStringLiteral("sqlite") : QStringLiteral("postgresql");
    session.state = stateOf(figures);
    session.address = text(figures.address);
    session.since = figures.since;
    session.lastMessageAt = figures.lastMessageAt;
    if (figures.expiresAt)
        session.expiresAt = qint64(*figures.expiresAt);
    session.subscriptions = int(figures.producer.subscriptions);
    session.deliveries = int(figures.producer.deliveries);
    session.position = position(figures.producer.position);
    session.acknowledged = position(figures.producer.acknowledged);
    if (figures.lagBytes)
        session.lagBytes = qint64(*figures.lagBytes);
    session.unacknowledged = int(figures.producer.unacknowledged);
    session.writesInFlight = int(figures.writesInFlight);
    session.bytesIn = figures.traffic.bytesIn;
    session.bytesOut = figures.traffic.bytesOut;
    session.framesIn = figures.traffic.framesIn;
    session.framesOut = figures.traffic.framesOut;
    session.waitingBytes = figures.waitingBytes;
    session.heldRows = qint64(figures.producer.heldRows);
    session.heldBytes = qint64(figures.producer.heldBytes);
    return session;
}

admin::Subscription subscriptionValue(const satellite::SubscriptionFigures &figures)
{
    static constexpr std::array names {"pending", "established", "leaving"}; // in the order of State
    admin::Subscription subscription;
    subscription.id = text(figures.id);
    subscription.state = QString::fromLatin1(names[std::size_t(figures.state)]);
    for (const schema::TableName &table : figures.tables)
        subscription.tables.append(text(table.schema) + QLatin1Char('.') + text(table.name));
    const auto request = satellite::in::parseSubscribe(figures.request);
    if (!request)
        return subscription;
    for (const auto &shape : request->shapes) {
        for (const auto &select : shape.selects)
            subscription.shapes.append(QJsonObject {{QStringLiteral("table"), text(select.table)},
                {QStringLiteral("where"), text(select.where)}, {QStringLiteral("include"), includedIn(select)}});
    }
    return subscription;
}

QList<admin::Migration> migrationValues(const schema::SchemaHistory &history)
{
    QList<admin::Migration> all;
    for (const auto &migration : history.migrations()) {
        admin::Migration value {text(migration->version), migration->timestampMs, {}, {}};
        for (const schema::MigrationStep &step : migration->steps) {
            for (const auto &statement : step.postgres)
                value.postgres.append(text(statement.sql));
            for (const auto &statement : step.sqlite)
                value.sqlite.append(text(statement.sql));
        }
        all.append(value);
    }
    return all;
}

QList<admin::SettingInForce> settingsInForce(const QHash<QString, QString> &environment, const QHash<QString, QString> &embeddedDefaults)
{
    QList<admin::SettingInForce> all;
    for (const settings::Setting &setting : settings::catalogue()) {
        const QString name = QString::fromLatin1(setting.name);
        const QString given = environment.value(name).trimmed();
        const bool inFile = setting.isSecret && !environment.value(name + QStringLiteral("_FILE")).isEmpty();
        admin::SettingInForce value {
            name, QString::fromLatin1(settings::inWords(setting.group)), {}, {}, setting.isSecret, false, QString::fromUtf8(setting.help)};
        const bool isGiven = !given.isEmpty() || inFile;
        const QString inForce = !given.isEmpty() ? given : embeddedDefaults.value(name, QString::fromLatin1(setting.fallback));
        value.origin = isGiven                ? QStringLiteral("environment")
            : embeddedDefaults.contains(name) ? QStringLiteral("embedded")
                                              : QStringLiteral("default");
        value.isSet = setting.isSecret && (isGiven || !inForce.isEmpty());
        if (!setting.isSecret)
            value.value = inForce;
        all.append(value);
    }
    return all;
}

} // namespace electric::app
