#include "console/control/servicestatus.h"

#include "shared/admin/json.h"

namespace electric::console {

ServiceStatus::ServiceStatus(ServiceLink &link, QObject *parent)
    : QObject(parent), m_link(link), m_stream(link, QStringLiteral("status"), nullptr)
{
    connect(&m_stream, &LiveStream::arrived, this, [this](const QJsonObject &data) {
        m_status = admin::fromJson<admin::Status>(data);
        Q_EMIT changed();
    });
    connect(&link, &ServiceLink::stateChanged, this, [this] {
        m_status.reset();
        Q_EMIT changed();
    });
    m_stream.setActive(true);
}

Standing ServiceStatus::standing() const
{
    return standingOf(m_link.state(), m_link.why(), m_status);
}

} // namespace electric::console
