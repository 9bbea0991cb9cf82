#include "console/models/slotsmodel.h"

#include "console/models/format.h"

namespace electric::console {

using admin::Slot;

namespace {

QString use(const Slot &slot)
{
    return slot.active ? SlotsModel::tr("is read") : SlotsModel::tr("nobody reads it");
}

QString owner(const Slot &slot)
{
    return slot.isOurs ? SlotsModel::tr("this service") : SlotsModel::tr("another program");
}

QList<Column<Slot>> columns()
{
    return {
        {SlotsModel::tr("Slot"), slotKey, nullptr, slotKey},
        {SlotsModel::tr("Belongs to"), owner},
        {SlotsModel::tr("Use"), use},
        {SlotsModel::tr("Log kept"), [](const Slot &s) { return format::bytes(s.retainedBytes); },
            [](const Slot &s) { return QVariant(s.retainedBytes); },
            [](const Slot &s) { return SlotsModel::tr("From %1 on").arg(s.restart); }, true},
        {SlotsModel::tr("Until it is lost"),
            [](const Slot &s) { return s.safeBytes ? format::bytes(s.safeBytes) : SlotsModel::tr("no limit"); },
            [](const Slot &s) { return QVariant(s.safeBytes.value_or(std::numeric_limits<qint64>::max())); },
            [](const Slot &) { return SlotsModel::tr("Of max_slot_wal_keep_size"); }, true},
        {SlotsModel::tr("State of the log"), [](const Slot &s) { return s.walStatus; }},
        {SlotsModel::tr("Confirmed"), [](const Slot &s) { return s.confirmed; }},
    };
}

} // namespace

SlotsModel::SlotsModel(QObject *parent) : KeyedTableModel(columns(), parent) { }

} // namespace electric::console
