#pragma once

#include <QJsonArray>
#include <QString>

#include <optional>

namespace electric::bench {

// One line of what was measured: how much, how that compares with what the machine could do at best in the same run, and what it
// cost the service.
struct Figure {
    QString name;
    double value = 0;
    QString unit;
    std::optional<double> limit; // the same unit
    QString limitName;
    std::optional<double> cpuPerItem; // microseconds of the service's processor time
    std::optional<double> peak; // megabytes
};

// Collects figures; prints each as a row of a table when it is known, or all as JSON at the end.
class Report
{
public:
    explicit Report(bool json) : m_json(json) { }

    void add(const Figure &figure);
    void finish() const;

private:
    const bool m_json;
    bool m_headed = false;
    QJsonArray m_all;
};

} // namespace electric::bench
