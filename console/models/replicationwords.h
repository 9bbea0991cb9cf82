#pragma once

#include "shared/admin/values.h"

#include <QList>

namespace electric::console {

// What is to be said about replication, in sentences.
struct Remark {
    enum class Severity { Good, Warning, Error };

    Severity severity = Severity::Good;
    QString text;

    friend bool operator==(const Remark &, const Remark &) = default;
};

// From half of a limit on there is a warning, from four fifths on it is grave.
inline constexpr double warnFrom = 0.5;
inline constexpr double alarmFrom = 0.8;

// The gravest first; never empty.
QList<Remark> remarksOn(const admin::Replication &replication);

} // namespace electric::console
