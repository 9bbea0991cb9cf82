#pragma once

#include "shared/admin/socketpath.h"

#include <QComboBox>
#include <QFutureWatcher>
#include <QTimer>

#include <vector>

namespace electric::console {

class ServiceLink;

// Which service to talk to: `current` stays when it runs or was chosen by a person and may come back; else the remembered one, else the
// first that runs. Paths of sockets; empty: none.
[[nodiscard]] QString serviceToFollow(const QString &current, const QString &remembered, const std::vector<admin::RunningService> &running);

// The running services of this computer, to choose from. Looks for them now and then, off the main thread, and keeps the link on the one
// that is chosen; remembers it.
class ServiceChooser final : public QComboBox
{
    Q_OBJECT

public:
    ServiceChooser(ServiceLink &link, QWidget *parent);

    void look(); // now
    void follow(const QString &socketPath); // also one that does not run yet

private:
    void show(const std::vector<admin::RunningService> &running);

    ServiceLink &m_link;
    QFutureWatcher<std::vector<admin::RunningService>> m_search;
    QTimer m_again;
    QString m_remembered;
};

} // namespace electric::console
