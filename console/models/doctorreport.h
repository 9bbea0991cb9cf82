#pragma once

#include "shared/admin/values.h"

#include <optional>

namespace electric::console {

// What the report is made of, as far as it could be had.
struct DoctorFacts {
    std::optional<admin::Status> status;
    std::optional<admin::Replication> replication;
    QList<admin::SettingInForce> settings;
    QList<admin::Finding> findings;
    qint64 at = 0;
    QString consoleVersion;
};

// A report in Markdown for people who help: in English whatever the console speaks, and without any secret.
[[nodiscard]] QString doctorReport(const DoctorFacts &facts);

} // namespace electric::console
