#include "console/models/knownclientsmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::KnownClient;

namespace {

QString presence(const KnownClient &client)
{
    return client.isConnected ? KnownClientsModel::tr("connected") : KnownClientsModel::tr("away");
}

QList<Column<KnownClient>> columns()
{
    return {
        {KnownClientsModel::tr("Client"), knownClientKey, nullptr, knownClientKey},
        {KnownClientsModel::tr("User"), [](const KnownClient &c) { return c.user; }},
        {KnownClientsModel::tr("Presence"), presence},
        {KnownClientsModel::tr("Last seen"), [](const KnownClient &c) { return format::moment(c.seenAt); },
            [](const KnownClient &c) { return QVariant(c.seenAt); }, [](const KnownClient &c) { return format::fullMoment(c.seenAt); }},
        {KnownClientsModel::tr("Subscriptions"), [](const KnownClient &c) { return format::count(c.subscriptions); },
            [](const KnownClient &c) { return QVariant(c.subscriptions); }, nullptr, true},
        {KnownClientsModel::tr("Acknowledged"), [](const KnownClient &c) { return c.acknowledged; }},
    };
}

} // namespace

KnownClientsModel::KnownClientsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console
