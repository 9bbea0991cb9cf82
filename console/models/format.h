#pragma once

#include <QString>

#include <optional>

// Quantities as a person reads them, by the locale in force. Wording of sentences is left to the pages.
namespace electric::console::format {

QString bytes(qint64 count); // "2.0 MiB"; nothing for what is negative
QString bytes(std::optional<qint64> count); // "–" when not known
QString bytesPerSecond(double rate);
QString count(qint64 number); // grouped: "12,345"
QString rate(double perSecond); // "0.4", "1,250"
QString percent(double share); // 0.5 is "50%"
QString duration(qint64 ms); // the two greatest units: "3 min 20 s"
QString moment(qint64 at); // of today: the time alone; else with the date; "–" when never
QString fullMoment(qint64 at); // with milliseconds, for tooltips and details

} // namespace electric::console::format
