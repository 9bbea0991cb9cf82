#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace electric::app {

// SIGTERM and SIGINT as a Qt signal in the main thread. A second one ends the process at once.
class UnixSignals final : public QObject
{
    Q_OBJECT

public:
    explicit UnixSignals(QObject *parent = nullptr);

Q_SIGNALS:
    void stopRequested();

private:
    void onReadable();

    QSocketNotifier m_notifier;
    bool m_requested = false;
};

} // namespace electric::app
