#pragma once

#include "console/control/servicelink.h"

#include <QJsonObject>

class QWidget;

namespace electric::console {

// One stream of the admin protocol (docs/ADMIN.md, "Streams") that is kept subscribed while it is active and the link is connected:
// after the service came back it goes on by itself.
class LiveStream final : public QObject
{
    Q_OBJECT

public:
    LiveStream(ServiceLink &link, QString stream, QObject *parent);
    ~LiveStream() override;

    void setParams(const QJsonObject &params); // takes effect at once
    void setActive(bool active);
    [[nodiscard]] bool isActive() const { return m_active; }
    // Active while the widget can be seen: what nobody looks at costs nothing.
    void followVisibilityOf(QWidget *widget);

Q_SIGNALS:
    // `dropped`: how many events were left out before this one, since we did not take them in time.
    void arrived(const QJsonObject &data, qint64 dropped);
    void refused(const electric::admin::Error &why);

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void subscribe();
    void unsubscribe();

    QPointer<ServiceLink> m_link;
    const QString m_stream;
    QJsonObject m_params;
    bool m_active = false;
    qint64 m_number = 0; // 0: not subscribed
};

} // namespace electric::console
