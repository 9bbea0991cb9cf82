#include "console/control/settingscheck.h"

#include "console/control/servicelink.h"
#include "shared/admin/json.h"

#include <QJsonDocument>

namespace electric::console {

namespace {

QList<admin::Finding> findingsIn(const QJsonObject &result)
{
    return admin::listFrom<admin::Finding>(result.value(QLatin1String("findings")));
}

} // namespace

SettingsCheck::SettingsCheck(ServiceLink &link, QObject *parent) : QObject(parent), m_link(link) { }

bool SettingsCheck::isPossible() const
{
    return m_link.isConnected() || m_program.isThere();
}

void SettingsCheck::run(const SettingValues &settings, QObject *context, const Checked &checked)
{
    if (m_link.isConnected()) {
        QJsonObject given;
        for (auto one = settings.begin(); one != settings.end(); ++one)
            given.insert(one.key(), one.value());
        return m_link.call(
            QStringLiteral("check"), {{QStringLiteral("settings"), given}}, context, [checked](const admin::Outcome &outcome) {
                if (outcome)
                    checked(findingsIn(*outcome));
                else
                    checked(tl::unexpected(outcome.error()));
            });
    }
    m_program.run({QStringLiteral("check"), QStringLiteral("--environment"), QStringLiteral("--json")}, settings, context,
        [checked](const ServiceProgram::Answer &answer) {
            const QJsonObject result = QJsonDocument::fromJson(answer.out).object();
            if (result.contains(QLatin1String("findings")))
                checked(findingsIn(result)); // its status is 1 when it found errors
            else
                checked(tl::unexpected(
                    admin::Error {admin::Error::Failed, answer.complaint.isEmpty() ? tr("The check gave no answer.") : answer.complaint,
                        tr("See that electric-service and the console are of the same release.")}));
        });
}

} // namespace electric::console
