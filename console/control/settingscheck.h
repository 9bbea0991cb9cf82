#pragma once

#include "console/control/serviceprogram.h"
#include "shared/admin/framing.h"
#include "shared/admin/values.h"

namespace electric::console {

class ServiceLink;

// Has settings tried out that nobody need run with: by the service that is linked, else by the program, which makes the same checks.
class SettingsCheck final : public QObject
{
    Q_OBJECT

public:
    using Checked = std::function<void(const tl::expected<QList<admin::Finding>, admin::Error> &)>;

    SettingsCheck(ServiceLink &link, QObject *parent);

    void setProgram(const QString &path) { m_program.setPath(path); }
    [[nodiscard]] bool isPossible() const;
    // Answered once, unless `context` is destroyed before: then never.
    void run(const SettingValues &settings, QObject *context, const Checked &checked);

private:
    ServiceLink &m_link;
    ServiceProgram m_program;
};

} // namespace electric::console
