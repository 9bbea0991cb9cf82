#pragma once

#include "service/pg/connection.h"
#include "shared/admin/values.h"

#include <QList>
#include <QString>

namespace electric::admin {

// What the doctor knows besides the settings.
struct CheckSubject {
    pg::ConnectionOptions database;
    quint16 httpPort = 0; // 0: not to be looked at, since we hold it ourselves
    quint16 proxyPort = 0;
    quint64 walWindow = 0;
    QString dataDirectory; // of an embedded Postgres; else empty
};

// Looks at everything that keeps a service from running well, and says what to do about it. Blocks for seconds when the database does not
// answer. Changes nothing.
[[nodiscard]] QList<Finding> check(const CheckSubject &subject);

} // namespace electric::admin
