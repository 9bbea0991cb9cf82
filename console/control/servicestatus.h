#pragma once

#include "console/control/livestream.h"
#include "console/control/standing.h"

namespace electric::console {

// Follows the status of the linked service for as long as it lives, and says how the service stands.
class ServiceStatus final : public QObject
{
    Q_OBJECT

public:
    ServiceStatus(ServiceLink &link, QObject *parent);

    // As last told over this connection; nothing when there is none.
    [[nodiscard]] const std::optional<admin::Status> &status() const { return m_status; }
    [[nodiscard]] Standing standing() const;

Q_SIGNALS:
    void changed();

private:
    ServiceLink &m_link;
    LiveStream m_stream;
    std::optional<admin::Status> m_status;
};

} // namespace electric::console
