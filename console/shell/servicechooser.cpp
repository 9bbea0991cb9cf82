#include "console/shell/servicechooser.h"

#include "console/control/servicelink.h"

#include <QAbstractItemView>
#include <QFileInfo>
#include <QSettings>
#include <QSignalBlocker>
#include <QtConcurrentRun>

#include <algorithm>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto searchInterval = 2s;
const QString key = QStringLiteral("service");

bool runs(const QString &path, const std::vector<admin::RunningService> &running)
{
    return std::any_of(running.begin(), running.end(), [&path](const auto &one) { return one.path == path; });
}

} // namespace

QString serviceToFollow(const QString &current, const QString &remembered, const std::vector<admin::RunningService> &running)
{
    if (!current.isEmpty())
        return current;
    if (!remembered.isEmpty() && runs(remembered, running))
        return remembered;
    return running.empty() ? QString() : running.front().path;
}

ServiceChooser::ServiceChooser(ServiceLink &link, QWidget *parent)
    : QComboBox(parent), m_link(link), m_remembered(QSettings().value(key).toString())
{
    setAccessibleName(tr("Service"));
    setToolTip(tr("The running service that is shown"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(&m_search, &QFutureWatcherBase::finished, this, [this] { show(m_search.result()); });
    connect(this, &QComboBox::activated, this, [this] { follow(currentData().toString()); });
    m_again.setInterval(searchInterval);
    connect(&m_again, &QTimer::timeout, this, &ServiceChooser::look);
    m_again.start();
    show({});
    look();
}

void ServiceChooser::look()
{
    if (!m_search.isRunning())
        m_search.setFuture(QtConcurrent::run(&admin::discover));
}

void ServiceChooser::follow(const QString &socketPath)
{
    if (socketPath.isEmpty())
        return;
    m_remembered = socketPath;
    QSettings().setValue(key, socketPath);
    if (m_link.target() != socketPath)
        m_link.setTarget(socketPath);
    look();
}

void ServiceChooser::show(const std::vector<admin::RunningService> &running)
{
    const QString wanted = serviceToFollow(m_link.target(), m_remembered, running);
    if (wanted != m_link.target())
        m_link.setTarget(wanted);
    if (view()->isVisible())
        return; // nothing moves under the hand of somebody who chooses
    const QSignalBlocker blocker(this);
    clear();
    for (const admin::RunningService &one : running)
        addItem(one.httpPort == 0 || one.name.endsWith(QString::number(one.httpPort)) ? one.name
                                                                                      : tr("%1 (port %2)").arg(one.name).arg(one.httpPort),
            one.path);
    if (!wanted.isEmpty() && !runs(wanted, running))
        addItem(tr("%1 (not running)").arg(QFileInfo(wanted).completeBaseName()), wanted);
    if (count() == 0)
        addItem(tr("no service runs"));
    setCurrentIndex(std::max(0, findData(wanted)));
    setEnabled(count() > 1 || !currentData().toString().isEmpty());
}

} // namespace electric::console
