#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

inline QString knownClientKey(const admin::KnownClient &client)
{
    return client.client;
}

// The clients that the service remembers, connected or not.
class KnownClientsModel final : public KeyedTableModel<admin::KnownClient, knownClientKey>
{
    Q_OBJECT

public:
    explicit KnownClientsModel(QObject *parent = nullptr);
};

} // namespace electric::console
