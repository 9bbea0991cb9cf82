#pragma once

#include "console/models/keyedtablemodel.h"

namespace electric::console {

// A check may find several things.
inline QString findingKey(const admin::Finding &row)
{
    return row.check + QLatin1Char('\n') + row.message;
}

// What the doctor found. Sorted by its first column the errors come first.
class FindingsModel final : public KeyedTableModel<admin::Finding, findingKey>
{
    Q_OBJECT

public:
    explicit FindingsModel(QObject *parent = nullptr);

    [[nodiscard]] int countOf(const char *severity) const;
};

} // namespace electric::console
