#pragma once

#include "console/control/profile.h"

#include <QWidget>

#include <memory>

namespace Ui {
class LoginPanel;
}

namespace electric::console {

// What starts when somebody logs in: the console, and the services of profiles. What is not ticked does not start.
class LoginPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit LoginPanel(QWidget *parent);
    ~LoginPanel() override;

    void setHasSystemd(bool has); // in place of a look
    void review(); // the profiles anew
    void onSaved(const QString &profile); // what is on has to fit its settings

Q_SIGNALS:
    void noted(const QString &text);

private:
    void setConsole(bool on);
    void setService(const QString &profile, bool on);
    void startService(const QString &profile, const SettingValues &values);
    void refuse(const QString &profile, const QString &why);
    void conclude(const tl::expected<void, QString> &done, const QString &said);
    void showEvent(QShowEvent *event) override;

    std::unique_ptr<Ui::LoginPanel> m_ui;
    bool m_hasSystemd;
};

} // namespace electric::console
