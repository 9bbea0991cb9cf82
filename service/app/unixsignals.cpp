#include "service/app/unixsignals.h"

#include <csignal>
#include <cstdlib>
#include <sys/signalfd.h>
#include <unistd.h>

namespace electric::app {

namespace {

// Must run before any other thread is started: threads inherit the mask.
int openSignals()
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigprocmask(SIG_BLOCK, &wanted, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

} // namespace

UnixSignals::UnixSignals(QObject *parent) : QObject(parent), m_notifier(openSignals(), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, &UnixSignals::onReadable);
}

void UnixSignals::onReadable()
{
    signalfd_siginfo info;
    while (read(int(m_notifier.socket()), &info, sizeof info) == sizeof info) {
        if (m_requested)
            std::_Exit(128 + int(info.ssi_signo));
        m_requested = true;
        Q_EMIT stopRequested();
    }
}

} // namespace electric::app
