#pragma once

#include "service/app/sessionthreads.h"
#include "service/app/transactionlog.h"
#include "service/http/readiness.h"
#include "service/writes/directwriter.h"
#include "shared/admin/values.h"
#include "shared/settings/settings.h"

// What the parts of the service say of themselves, as values of the admin protocol.
namespace electric::app {

[[nodiscard]] admin::Session sessionValue(const satellite::SessionFigures &figures);
[[nodiscard]] admin::Subscription subscriptionValue(const satellite::SubscriptionFigures &figures);
[[nodiscard]] QList<admin::Migration> migrationValues(const schema::SchemaHistory &history);

// Each setting of the catalogue with where it comes from; never a secret.
[[nodiscard]] QList<admin::SettingInForce> settingsInForce(
    const QHash<QString, QString> &environment, const QHash<QString, QString> &embeddedDefaults);

struct Measured {
    qint64 startedAt = 0;
    http::Readiness::Standing standing;
    const settings::Settings &settings;
    LogFigures log;
    writes::WriteFigures writes;
    int proxySessions = 0;
    const SessionThreads::Figures &sessions;
};
// By the names of the Prometheus exposition.
[[nodiscard]] QList<admin::Metric> metricValues(const Measured &measured);

} // namespace electric::app
