#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline qint64 rejectedWriteKey(const admin::RejectedWrite &row)
{
    return row.id;
}

// Writes of clients that Postgres refused.
class RejectedWritesModel final : public KeyedTableModel<admin::RejectedWrite, rejectedWriteKey>
{
    Q_OBJECT

public:
    explicit RejectedWritesModel(QObject *parent = nullptr);
};

} // namespace electric::console
