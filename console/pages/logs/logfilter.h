#pragma once

#include "shared/admin/values.h"

#include <QRegularExpression>

namespace electric::console {

// debug 0, info 1, warning 2, error 3; a word that is not known counts as info.
[[nodiscard]] int rankOfLevel(const QString &level);

// Which log entries somebody wants to see. All conditions must hold; empty ones always do.
struct LogFilter {
    int leastRank = 0;
    QString category; // its beginning
    QString text; // a part of the text, in any letter case
    QRegularExpression pattern; // found in the text; not looked at when it is empty or wrong

    [[nodiscard]] bool matches(const admin::LogEntry &entry) const;
};

} // namespace electric::console
