#pragma once

#include "shared/admin/values.h"

#include <QWidget>

#include <memory>

namespace Ui {
class RemovalTab;
}

namespace electric::console {

class ServiceLink;

// Takes Electric out of the service's database, after what will be run was shown and the database was named.
class RemovalTab final : public QWidget
{
    Q_OBJECT

public:
    RemovalTab(ServiceLink &link, QWidget *parent);
    ~RemovalTab() override;

Q_SIGNALS:
    void noted(const QString &text);

private:
    void showEvent(QShowEvent *event) override;
    void onLinkChanged();
    void readPlan();
    void review();
    void confirm();
    void remove();
    void copySql();

    ServiceLink &m_link;
    std::unique_ptr<Ui::RemovalTab> m_ui;
    admin::Removal m_plan; // no database: not known
    bool m_isReading = false;
    bool m_isRemoving = false;
};

} // namespace electric::console
