#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline QString tableKey(const admin::Table &row)
{
    return row.schema + QLatin1Char('.') + row.name;
}

// The tables of the database, and whether they are electrified.
class TablesModel final : public KeyedTableModel<admin::Table, tableKey>
{
    Q_OBJECT

public:
    explicit TablesModel(QObject *parent = nullptr);
};

} // namespace electric::console
