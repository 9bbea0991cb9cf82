#pragma once

#include "shared/admin/values.h"

#include <optional>

namespace electric::console {

// The few figures that say how busy a service is. What has no value is not known (yet).
struct Vitals {
    std::optional<double> sessions; // all of them
    std::optional<double> connecting; // of these: not replicating (yet)
    std::optional<double> fromPostgres; // transactions a second
    std::optional<double> fromApps; // the same
    std::optional<double> rejected; // writes since the start of the service
    std::optional<double> memory; // bytes
    std::optional<double> cpu; // 1: one core is busy all the time
};

// Makes vitals of the metrics as they come: rates are differences of counters over the time between.
class VitalsReader
{
public:
    // `at`: milliseconds since 1970, of the service's clock.
    [[nodiscard]] Vitals read(qint64 at, const QList<admin::Metric> &metrics);
    void reset() { m_before.reset(); } // another service, or another run of it

private:
    struct Counters {
        qint64 at = 0;
        double fromPostgres = 0;
        double fromApps = 0;
        std::optional<double> cpuSeconds {};
    };
    std::optional<Counters> m_before;
};

// For people: "–" when it is not known; sizes as 1.2 MiB.
[[nodiscard]] QString countText(const std::optional<double> &value);
[[nodiscard]] QString rateText(const std::optional<double> &value);
[[nodiscard]] QString percentText(const std::optional<double> &share);
[[nodiscard]] QString sizeText(const std::optional<double> &bytes);
[[nodiscard]] QString durationText(const std::optional<qint64> &ms);

} // namespace electric::console
