#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

namespace electric::admin {
struct Finding;
}

namespace electric::app {

// Results of the admin protocol, as a person reads them in a terminal.
[[nodiscard]] QString statusText(const QJsonObject &result);
[[nodiscard]] QString sessionsText(const QJsonObject &result);
[[nodiscard]] QString replicationText(const QJsonObject &result);
[[nodiscard]] QString rejectedText(const QJsonObject &result);
[[nodiscard]] QString logText(const QJsonObject &result);
[[nodiscard]] QString framesText(const QJsonObject &event);
[[nodiscard]] QString findingsText(const QList<admin::Finding> &findings);

} // namespace electric::app
