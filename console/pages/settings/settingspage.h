#pragma once

#include "console/pages/page.h"
#include "console/pages/settings/settingsmodel.h"

class QLabel;
class QTreeView;

namespace electric::console {

class ProfileEditor;

// The settings in force, and the profiles that services are started with.
class SettingsPage final : public Page
{
    Q_OBJECT

public:
    SettingsPage(ServiceLink &link, QWidget *parent);

    [[nodiscard]] QString title() const override { return tr("S&ettings"); }
    [[nodiscard]] QIcon icon() const override;
    [[nodiscard]] ProfileEditor *editor() const { return m_editor; }

private:
    QWidget *makeInForce();
    void ask();
    void showEvent(QShowEvent *event) override;

    SettingsModel m_model;
    QTreeView *m_tree = nullptr;
    QLabel *m_help = nullptr;
    ProfileEditor *m_editor = nullptr;
};

} // namespace electric::console
