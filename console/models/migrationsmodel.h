#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline QString migrationKey(const admin::Migration &row)
{
    return row.version;
}

// The migrations that clients get.
class MigrationsModel final : public KeyedTableModel<admin::Migration, migrationKey>
{
    Q_OBJECT

public:
    explicit MigrationsModel(QObject *parent = nullptr);
};

} // namespace electric::console
