#pragma once

#include "console/control/profile.h"
#include "console/exchange/settingsimport.h"

#include <QDialog>

#include <memory>

namespace Ui {
class ImportDialog;
}

namespace electric::console {

class SettingChangesModel;

// Takes settings from a text: pasted, or of a file. Shows what they would change about `now` before anything is taken over.
class ImportDialog final : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(const SettingValues &now, QWidget *parent);
    ~ImportDialog() override;

    void setText(const QString &text);

Q_SIGNALS:
    void taken(const electric::console::SettingValues &settings); // `now` with the imported ones in it

private:
    void chooseFile();
    void review();

    std::unique_ptr<Ui::ImportDialog> m_ui;
    const SettingValues m_now;
    SettingValues m_then;
    SettingChangesModel *m_changes = nullptr;
};

} // namespace electric::console
