#pragma once

#include "console/control/serviceprogram.h"

#include <QDialog>

#include <memory>

namespace Ui {
class TokenDialog;
}

namespace electric::console {

class CopyField;

// Makes a token for development with the AUTH_* settings of a profile, by the program that checks them.
class TokenDialog final : public QDialog
{
    Q_OBJECT

public:
    TokenDialog(const SettingValues &settings, ServiceProgram &program, QWidget *parent);
    ~TokenDialog() override;

private:
    void make();

    std::unique_ptr<Ui::TokenDialog> m_ui;
    const SettingValues m_settings;
    ServiceProgram &m_program;
    CopyField *m_token = nullptr;
};

} // namespace electric::console
