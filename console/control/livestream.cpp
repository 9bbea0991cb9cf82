#include "console/control/livestream.h"

#include <QEvent>
#include <QWidget>

namespace electric::console {

LiveStream::LiveStream(ServiceLink &link, QString stream, QObject *parent) : QObject(parent), m_link(&link), m_stream(std::move(stream))
{
    connect(&link, &ServiceLink::stateChanged, this, [this] {
        m_number = 0; // what was subscribed went with the connection
        subscribe();
    });
}

LiveStream::~LiveStream()
{
    unsubscribe();
}

void LiveStream::setParams(const QJsonObject &params)
{
    if (params == m_params)
        return;
    m_params = params;
    unsubscribe();
    subscribe();
}

void LiveStream::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    if (active)
        subscribe();
    else
        unsubscribe();
}

void LiveStream::followVisibilityOf(QWidget *widget)
{
    widget->installEventFilter(this);
    setActive(widget->isVisible());
}

bool LiveStream::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Show)
        setActive(true);
    else if (event->type() == QEvent::Hide)
        setActive(false);
    return QObject::eventFilter(watched, event);
}

void LiveStream::subscribe()
{
    if (!m_active || m_number != 0 || !m_link || !m_link->isConnected())
        return;
    QPointer<LiveStream> guard(this);
    m_number = m_link->m_client.subscribe(
        m_stream, m_params,
        [guard](const QJsonObject &data, qint64 dropped) {
            if (guard)
                Q_EMIT guard->arrived(data, dropped);
        },
        [guard](const admin::Error &why) {
            if (!guard)
                return;
            guard->m_number = 0;
            Q_EMIT guard->refused(why);
        });
}

void LiveStream::unsubscribe()
{
    if (m_number != 0 && m_link && m_link->isConnected())
        m_link->m_client.unsubscribe(m_number);
    m_number = 0;
}

} // namespace electric::console
