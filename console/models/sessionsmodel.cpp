#include "console/models/sessionsmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::Session;

namespace {

QList<Column<Session>> columns()
{
    return {
        {SessionsModel::tr("Client"), [](const Session &s) { return s.client; }, nullptr, [](const Session &s) { return s.client; }},
        {SessionsModel::tr("User"), [](const Session &s) { return s.user; }, nullptr, [](const Session &s) { return s.user; }},
        {SessionsModel::tr("State"), [](const Session &s) { return s.state; }},
        {SessionsModel::tr("Lag"), [](const Session &s) { return format::bytes(s.lagBytes); },
            [](const Session &s) { return QVariant(s.lagBytes.value_or(-1)); },
            [](const Session &s) { return SessionsModel::tr("At %1, acknowledged %2").arg(s.position, s.acknowledged); }, true},
        {SessionsModel::tr("Unacknowledged"), [](const Session &s) { return format::count(s.unacknowledged); },
            [](const Session &s) { return QVariant(s.unacknowledged); }, nullptr, true},
        {SessionsModel::tr("Subscriptions"), [](const Session &s) { return format::count(s.subscriptions); },
            [](const Session &s) { return QVariant(s.subscriptions); }, nullptr, true},
        {SessionsModel::tr("Received"), [](const Session &s) { return format::bytes(s.bytesIn); },
            [](const Session &s) { return QVariant(s.bytesIn); },
            [](const Session &s) { return SessionsModel::tr("Frames: %1").arg(format::count(s.framesIn)); }, true},
        {SessionsModel::tr("Sent"), [](const Session &s) { return format::bytes(s.bytesOut); },
            [](const Session &s) { return QVariant(s.bytesOut); },
            [](const Session &s) { return SessionsModel::tr("Frames: %1").arg(format::count(s.framesOut)); }, true},
        {SessionsModel::tr("Connected"), [](const Session &s) { return format::moment(s.since); },
            [](const Session &s) { return QVariant(s.since); }, [](const Session &s) { return format::fullMoment(s.since); }},
        {SessionsModel::tr("Address"), [](const Session &s) { return s.address; }},
    };
}

} // namespace

SessionsModel::SessionsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console
