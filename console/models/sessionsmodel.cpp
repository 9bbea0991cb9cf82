#include "console/models/sessionsmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::Session;

namespace {

QString protocolOf(const Session &session)
{
    return session.dialect.isEmpty() ? session.version : session.version + QLatin1Char(' ') + session.dialect;
}

QString stateOf(const Session &session)
{
    return session.state == QLatin1String("paused") ? SessionsModel::tr("paused: the app does not read") : session.state;
}

QList<Column<Session>> columns()
{
    return {
        {SessionsModel::tr("Client"), [](const Session &s) { return s.client; }, nullptr, [](const Session &s) { return s.client; }},
        {SessionsModel::tr("User"), [](const Session &s) { return s.user; }, nullptr, [](const Session &s) { return s.user; }},
        {SessionsModel::tr("State"), [](const Session &s) { return s.state; }, nullptr, stateOf},
        {SessionsModel::tr("Protocol"), protocolOf, nullptr, nullptr, false,
            SessionsModel::tr("Version of the protocol, and the dialect of the app's database")},
        {SessionsModel::tr("Since"), [](const Session &s) { return format::moment(s.since); },
            [](const Session &s) { return QVariant(s.since); }, [](const Session &s) { return format::fullMoment(s.since); }, false,
            SessionsModel::tr("Connected since")},
        {SessionsModel::tr("Shapes"), [](const Session &s) { return format::count(s.subscriptions); },
            [](const Session &s) { return QVariant(s.subscriptions); }, nullptr, true, SessionsModel::tr("Subscriptions")},
        {SessionsModel::tr("Rows held"), [](const Session &s) { return s.heldBytes > 0 ? format::count(s.heldRows) : QStringLiteral("–"); },
            [](const Session &s) { return QVariant(s.heldRows); },
            [](const Session &s) { return SessionsModel::tr("Memory of the service for them: %1").arg(format::bytes(s.heldBytes)); }, true,
            SessionsModel::tr(
                "Rows that the app is known to have by shapes that follow foreign keys; others need no memory and are not counted")},
        {SessionsModel::tr("Lag"), [](const Session &s) { return format::bytes(s.lagBytes); },
            [](const Session &s) { return QVariant(s.lagBytes.value_or(-1)); },
            [](const Session &s) { return SessionsModel::tr("At %1, acknowledged %2").arg(s.position, s.acknowledged); }, true,
            SessionsModel::tr("Log that was read and not dealt with for this app yet")},
        {SessionsModel::tr("Unacked"), [](const Session &s) { return format::count(s.unacknowledged); },
            [](const Session &s) { return QVariant(s.unacknowledged); }, nullptr, true,
            SessionsModel::tr("Transactions that were sent and are not acknowledged yet")},
        {SessionsModel::tr("Received"), [](const Session &s) { return format::bytes(s.bytesIn); },
            [](const Session &s) { return QVariant(s.bytesIn); },
            [](const Session &s) { return SessionsModel::tr("Frames: %1").arg(format::count(s.framesIn)); }, true,
            SessionsModel::tr("From the app")},
        {SessionsModel::tr("Sent"), [](const Session &s) { return format::bytes(s.bytesOut); },
            [](const Session &s) { return QVariant(s.bytesOut); },
            [](const Session &s) { return SessionsModel::tr("Frames: %1").arg(format::count(s.framesOut)); }, true,
            SessionsModel::tr("To the app")},
        {SessionsModel::tr("Address"), [](const Session &s) { return s.address; }, nullptr, [](const Session &s) { return s.address; }},
    };
}

} // namespace

SessionsModel::SessionsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console
