#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline qint64 sessionKey(const admin::Session &row)
{
    return row.id;
}

// The sessions of the service, live.
class SessionsModel final : public KeyedTableModel<admin::Session, sessionKey>
{
    Q_OBJECT

public:
    explicit SessionsModel(QObject *parent = nullptr);
};

} // namespace electric::console
