#pragma once

#include "console/models/doctorreport.h"
#include "console/models/findingsmodel.h"
#include "shared/admin/framing.h"

#include <QWidget>

#include <memory>

namespace Ui {
class DoctorTab;
}

namespace electric::console {

class EmptyHint;
class ServiceLink;

// The service's own check, and a report of it to hand on.
class DoctorTab final : public QWidget
{
    Q_OBJECT

public:
    DoctorTab(ServiceLink &link, QWidget *parent);
    ~DoctorTab() override;

Q_SIGNALS:
    void noted(const QString &text);

private:
    void showEvent(QShowEvent *event) override;
    void onLinkChanged();
    void check();
    void ask(const QString &method, void (DoctorTab::*take)(const QJsonObject &));
    void takeStatus(const QJsonObject &result);
    void takeReplication(const QJsonObject &result);
    void takeSettings(const QJsonObject &result);
    void takeFindings(const QJsonObject &result);
    void review();
    void showFinding();
    void copyReport();
    void copyRemedy();

    ServiceLink &m_link;
    std::unique_ptr<Ui::DoctorTab> m_ui;
    FindingsModel m_model;
    EmptyHint *m_hint = nullptr;
    DoctorFacts m_facts;
    int m_asked = 0; // and not answered
    bool m_isChecked = false;
};

} // namespace electric::console
