#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline QString slotKey(const admin::Slot &slot)
{
    return slot.name;
}

// The replication slots of the database server, Electric's own and others.
class SlotsModel final : public KeyedTableModel<admin::Slot, slotKey>
{
    Q_OBJECT

public:
    explicit SlotsModel(QObject *parent = nullptr);
};

} // namespace electric::console
