#pragma once

#include "console/models/series.h"
#include "shared/admin/values.h"

#include <array>

namespace electric::console {

// What is measured of a service over time.
enum class Quantity {
    LagMs,
    LagBytes,
    Retained, // log that Postgres keeps for our slot
    RetainedMost, // the window: what it may be
    Window, // memory of the log window
    WindowMost,
    TransactionsRead, // from Postgres, a second
    RowsRead,
    TransactionsSent, // to apps, a second
    RowsSent,
    Writes, // transactions of apps, a second
    WriteQueue,
    WriteMs, // mean time that they took
    Sessions,
    Count,
};

// All of these over the last hour, as the console saw them. What was not known at a time has no point then.
class History
{
public:
    static constexpr qint64 spanMs = 3'600'000;

    History();

    // Times are of the console's clock.
    void add(qint64 at, const admin::Replication &found);
    void add(qint64 at, const QList<admin::Metric> &metrics);
    void breakOff(); // the service was away: nothing is known of the time between
    void clear(); // another service

    [[nodiscard]] const Series &of(Quantity quantity) const { return m_series[std::size_t(quantity)]; }
    // A line a second in which something was measured, since `from`: comma-separated, with titles; numbers in the notation of programs.
    [[nodiscard]] QByteArray csv(qint64 from) const;

private:
    Series &at(Quantity quantity) { return m_series[std::size_t(quantity)]; }

    std::vector<Series> m_series;
    struct Writes {
        qint64 count = 0;
        double seconds = 0;
    };
    std::optional<Writes> m_lastWrites;
};

} // namespace electric::console
