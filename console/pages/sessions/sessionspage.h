#pragma once

#include "console/control/livestream.h"
#include "console/models/sessionsmodel.h"
#include "console/pages/page.h"

#include <memory>

namespace Ui {
class SessionsPage;
}

namespace electric::console {

class EmptyHint;
class KnownClientsDialog;

// Who is connected, live: a table, what the chosen session asked for, and its frames as they pass.
class SessionsPage final : public Page
{
    Q_OBJECT

public:
    SessionsPage(ServiceLink &link, QWidget *parent = nullptr);
    ~SessionsPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QIcon icon() const override;
    void present(const QVariantMap &what) override; // "filter": a text

private:
    void onArrived(const QJsonObject &event);
    void onLinkChanged();
    void onChosen();
    void review(); // buttons, details and hint
    void showDetails();
    void readSubscriptions();
    void disconnectSession();
    void askToForget(const QString &client);
    void showClients();
    void forget(const QString &client);
    [[nodiscard]] const admin::Session *chosen() const;

    std::unique_ptr<Ui::SessionsPage> m_ui;
    SessionsModel m_model;
    LiveStream m_stream;
    EmptyHint *m_hint = nullptr;
    QPointer<KnownClientsDialog> m_clients; // while it is open
    qint64 m_session = 0; // the chosen one
    int m_subscriptions = -1; // as many were shown
};

} // namespace electric::console
