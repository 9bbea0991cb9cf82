#pragma once

#include "console/models/knownclientsmodel.h"

#include <QDialog>

#include <memory>

namespace Ui {
class KnownClientsDialog;
}

namespace electric::console {

class EmptyHint;
class ServiceLink;

// All clients that the service remembers. Those that do not come back hold log in Postgres: here they are chosen to be forgotten, which
// the page asks about and does.
class KnownClientsDialog final : public QDialog
{
    Q_OBJECT

public:
    KnownClientsDialog(ServiceLink &link, QWidget *parent);
    ~KnownClientsDialog() override;

    void refresh();

Q_SIGNALS:
    void forgetWanted(const QString &client);

private:
    void review();

    ServiceLink &m_link;
    std::unique_ptr<Ui::KnownClientsDialog> m_ui;
    KnownClientsModel m_model;
    EmptyHint *m_hint = nullptr;
    bool m_hasRead = false;
};

} // namespace electric::console
