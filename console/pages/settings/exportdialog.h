#pragma once

#include "console/control/profile.h"
#include "console/exchange/settingsimport.h"

#include <QDialog>

#include <memory>

namespace Ui {
class ExportDialog;
}

namespace electric::console {

// Gives settings away as a text for elsewhere, to be copied or saved. Secrets only when somebody ticks them.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(const QString &profile, const SettingValues &settings, QWidget *parent);
    ~ExportDialog() override;

    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void noted(const QString &text);

private:
    void compose();
    void save();
    [[nodiscard]] SettingsFormat format() const;

    std::unique_ptr<Ui::ExportDialog> m_ui;
    const QString m_profile;
    const SettingValues m_settings;
};

} // namespace electric::console
