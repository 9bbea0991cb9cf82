#include "console/control/servicelink.h"

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto retryInterval = 1s;
constexpr auto answerTimeout = 20s; // counting the rows of a large database takes its time

} // namespace

ServiceLink::ServiceLink(QObject *parent) : QObject(parent)
{
    m_client.setTimeout(answerTimeout);
    m_retry.setSingleShot(true);
    m_retry.setInterval(retryInterval);
    connect(&m_retry, &QTimer::timeout, this, &ServiceLink::connectNow);
    connect(&m_client, &admin::Client::connected, this, [this] { setState(State::Connected); });
    connect(&m_client, &admin::Client::disconnected, this, &ServiceLink::onDisconnected);
}

void ServiceLink::setTarget(const QString &socketPath)
{
    m_target = socketPath;
    m_client.close();
    m_retry.stop();
    m_why = {};
    if (m_target.isEmpty())
        return setState(State::Idle);
    setState(State::Connecting);
    connectNow();
}

void ServiceLink::call(const QString &method, const QJsonObject &params, QObject *context, admin::Client::Reply reply)
{
    m_client.call(method, params, [guard = QPointer<QObject>(context), reply = std::move(reply)](const admin::Outcome &outcome) {
        if (guard)
            reply(outcome);
    });
}

void ServiceLink::connectNow()
{
    m_client.connectTo(m_target);
}

void ServiceLink::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

void ServiceLink::onDisconnected(const admin::Error &why)
{
    m_why = why;
    m_retry.start();
    setState(why.code == admin::Error::WrongVersion ? State::WrongVersion : State::Unreachable);
}

} // namespace electric::console
